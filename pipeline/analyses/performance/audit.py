"""SMART: which targets fail, and by which letter."""

import datetime
from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.analyses.target_levels import DIMENSIONS

LETTERS = ("specific", "measurable", "attainable", "relevant", "time_bound")
COLUMNS = ("period", "metric", *DIMENSIONS, "amount", "probability", *LETTERS, "fails")


def audit(
    targets: pd.DataFrame,
    breaches: pd.DataFrame,
    probabilities: pd.DataFrame,
    as_of: datetime.date,
    attainable_from: float = 0.1,
) -> pd.DataFrame:
    """One row per target whose period is not over, with the letters it passes.

    Specific: a month's target names a person and another dimension; longer periods may name a market or
    the whole. Measurable: a known metric and an amount above 0. Attainable: the probability of reaching it
    is at least `attainable_from` (unknown passes, and is left empty); of a person's targets, that of reaching
    them all together. Relevant: no disagreement with the level above. Time-bound: its period is written so
    that its first and last day are known.

    Args:
        targets: in force, as the book gives them.
        breaches: as `target_levels.breaches` lists them, with `period` and `metric`.
        probabilities: period, metric, dimension ("company" for the whole), value, probability.
        as_of: the book's date.
        attainable_from: least probability.

    Returns:
        `COLUMNS`; `fails` has the initials of the letters that fail, in order.
    """
    rows = targets.loc[(targets["period_last"] > pd.Timestamp(as_of)) & ~_handed_on(targets)].copy()
    has_people = bool((targets["person"] != "").any())
    is_month = rows["period"].str.fullmatch(r"\d{4}-\d{2}")
    named = (rows[list(DIMENSIONS)] != "").sum(axis=1)
    rows["specific"] = ~is_month | ((rows["person"] != "") & (named > 1)) | (not has_people)
    rows["measurable"] = rows["metric"].isin(["contracts", "collections"]) & (rows["amount"] > 0)
    rows["probability"] = _probability(rows, probabilities)
    rows["attainable"] = ~(rows["probability"] < attainable_from)
    wrong = set(zip(breaches["period"], breaches["metric"], breaches["value"], strict=True))
    rows["relevant"] = [not _is_wrong(row, wrong) for row in rows.itertuples()]
    rows["time_bound"] = rows["period_first"].notna() & rows["period_last"].notna()
    rows["fails"] = _initials(rows, LETTERS)
    return rows[list(COLUMNS)].reset_index(drop=True)


def _probability(rows: pd.DataFrame, known: pd.DataFrame) -> list[float]:
    """Of the person a target names, else of the one dimension it names, else of the whole."""
    keys = zip(known["period"], known["metric"], known["dimension"], known["value"], strict=True)
    chance = dict(zip(keys, known["probability"], strict=True))
    found = []
    for row in rows[["period", "metric", *DIMENSIONS]].to_dict("records"):
        named = [name for name in DIMENSIONS if row[name]]
        alone = named[0] if len(named) == 1 else ""
        place = "person" if row["person"] else alone if named else "company"
        found.append(chance.get((row["period"], row["metric"], place, row.get(place, "")), np.nan))
    return found


def _handed_on(targets: pd.DataFrame) -> pd.Series:
    """A person's target of nothing is what is left when someone else took it over."""
    return (targets["amount"] == 0) & (targets["person"] != "")


def _is_wrong(row: object, wrong: set[tuple[str, str, str]]) -> bool:
    named = [value for value in (getattr(row, name) for name in DIMENSIONS) if value]
    return (row.period, row.metric, " / ".join(named)) in wrong  # type: ignore[attr-defined]


def _initials(rows: pd.DataFrame, letters: Sequence[str]) -> pd.Series:
    fails = pd.Series("", index=rows.index, dtype="str")
    for letter in letters:
        fails = fails.where(rows[letter], fails + letter[0].upper())
    return fails
