"""Labelled frames -> typed, keyed, checked tables; what fails is listed with a reason."""

from pipeline.tables.checking import Checked, check
from pipeline.tables.options import Options, options_for

__all__ = ["Checked", "Options", "check", "options_for"]
