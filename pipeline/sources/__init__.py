"""An export or database -> frames with the source's own labels, their provenance, and what they are."""

from pipeline.sources.labelled import Labelled, RefusedLine
from pipeline.sources.mapping import Mapping, Section, layers
from pipeline.sources.matching import Match, detect_crm, match
from pipeline.sources.reading import read

__all__ = ["Labelled", "Mapping", "Match", "RefusedLine", "Section", "detect_crm", "layers", "match", "read"]
