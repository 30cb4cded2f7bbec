"""The chapters that the executive page reads, in the order in which it asks them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from pipeline.analyses import customer_value, forecast, funnel, performance, win_loss
from pipeline.book import Book
from pipeline.findings import Finding, Missing


class Said(Protocol):
    """What every chapter's result has."""

    @property
    def headlines(self) -> Mapping[str, float]:
        """Numbers by stable name."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings of all kinds."""


@dataclass(frozen=True)
class Chapter:
    """What one chapter says: headline numbers, findings and, of performance, the causes of the gap."""

    name: str
    headlines: Mapping[str, float]
    findings: tuple[Finding, ...]
    causes: pd.DataFrame | Missing | None = None


def read_chapters(book: Book) -> tuple[Chapter, ...]:
    """All chapters of one book; where two give the same headline, the earlier one's counts."""
    results: dict[str, Said] = {
        "forecast": forecast.analyse(book),
        "performance": performance.analyse(book),
        "funnel": funnel.analyse(book),
        "win_loss": win_loss.analyse(book),
        "customer_value": customer_value.analyse(book),
    }
    return tuple(
        Chapter(name, result.headlines, result.findings, getattr(result, "causes", None))
        for name, result in results.items()
    )
