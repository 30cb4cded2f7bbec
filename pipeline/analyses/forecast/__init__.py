"""Chapters "sales forecast" and "eight weeks" (handbook sections 4 and 5).

`analyse(book)` and `eight_weeks(book)` are the two chapters; `landing(book)` is the table that other chapters
and the executive page use.
"""

from pipeline.analyses.forecast.chapter import analyse
from pipeline.analyses.forecast.landing import landing
from pipeline.analyses.forecast.landing_record import landing_track
from pipeline.analyses.forecast.result import EightWeeksResult, ForecastResult
from pipeline.analyses.forecast.table import eight_weeks

__all__ = ["EightWeeksResult", "ForecastResult", "analyse", "eight_weeks", "landing", "landing_track"]
