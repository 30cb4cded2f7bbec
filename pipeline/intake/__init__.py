"""From checked exports to the warehouse: history, orders, references; and what the loaded data lacks."""

from pipeline.intake.importing import import_data
from pipeline.intake.report import ImportReport

__all__ = ["ImportReport", "import_data"]
