"""Calls a page-making function by its name."""

from __future__ import annotations

import importlib
import traceback

from pipeline.publish.jobs import Failure, Outcome, RenderJob


def call(job: RenderJob) -> Outcome:
    """The function's return value, or its failure."""
    module, _, name = job.function.partition(":")
    try:
        return Outcome(value=getattr(importlib.import_module(module), name)(**job.arguments))
    except Exception as error:
        text = "".join(traceback.format_exception(error))
        return Outcome(Failure("render", type(error).__name__, str(error), traceback=text))
