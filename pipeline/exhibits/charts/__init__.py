"""Building blocks of figures: a finished frame and columns in, a `Figure` with SVG, alt text and data out.

Every function takes the frame, the reader, `Column`s that say which frame columns to draw and how they
are named and written, and the words of `Captions` (`title=` is the finding, always given).
"""

from pipeline.exhibits.charts.bars import bars
from pipeline.exhibits.charts.bridge import bridge
from pipeline.exhibits.charts.flow import flow
from pipeline.exhibits.charts.forest import forest
from pipeline.exhibits.charts.heat import heat
from pipeline.exhibits.charts.line import line
from pipeline.exhibits.charts.pareto import pareto
from pipeline.exhibits.charts.periods import periods
from pipeline.exhibits.charts.reliability import reliability
from pipeline.exhibits.charts.scatter import scatter
from pipeline.exhibits.charts.stacked import stacked

__all__ = [
    "bars", "bridge", "flow", "forest", "heat", "line", "pareto", "periods", "reliability",
    "scatter", "stacked",
]  # fmt: skip
