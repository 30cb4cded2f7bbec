"""Calls a function by its name: pages are drawn and books opened where the libraries are."""

from __future__ import annotations

import importlib
import traceback

from pipeline.publish.jobs import CallJob, Failure, Outcome


def call(job: CallJob) -> Outcome:
    """The function's return value, or its failure."""
    module, _, name = job.function.partition(":")
    try:
        return Outcome(value=getattr(importlib.import_module(module), name)(**job.arguments))
    except Exception as error:
        text = "".join(traceback.format_exception(error))
        return Outcome(Failure("call", type(error).__name__, str(error), traceback=text))
