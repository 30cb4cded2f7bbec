"""Exhibits of the forecast's track record: errors, coverage, skill, and the landing beside its baselines."""

import pandas as pd

from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Table, exhibit
from pipeline.exhibits.forecast import of_metric, phrase
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.tables import table

BASELINES = ("seasonal_naive", "trailing_mean", "weighted_pipeline", "target")


@exhibit
@of_metric
def accuracy(rows: pd.DataFrame, reader: Reader, metric: str = "contracts") -> Table:
    """Errors, bias and coverage of the replayed forecasts, by level and months ahead."""
    mine = rows[rows["metric"] == metric]
    return table(
        mine.assign(name=_levels(mine, reader)),
        [
            Column("name", phrase(reader, "level")),
            Column("replays", phrase(reader, "replays"), "count"),
            Column("error", phrase(reader, "error"), "percent"),
            Column("bias", phrase(reader, "bias"), "percent"),
            Column("coverage_80", phrase(reader, "coverage-80"), "percent"),
            Column("coverage_95", phrase(reader, "coverage-95"), "percent"),
            Column("interval_score_80", phrase(reader, "interval-score"), "number"),
        ],
        reader,
        title=phrase(
            reader,
            "accuracy-title",
            error=reader.percent(mine.iloc[0]["error"]),
            metric=phrase(reader, f"metric-{metric}"),
        ),
        subtitle=phrase(reader, "accuracy-subtitle"),
        note=phrase(reader, "accuracy-note"),
        ident="accuracy" if metric == "contracts" else f"accuracy-{metric}",
    )


@exhibit
@of_metric
def skill(rows: pd.DataFrame, reader: Reader, metric: str = "contracts") -> Table:
    """The share of each baseline's error that the forecast avoided, by level and months ahead."""
    mine = rows[rows["metric"] == metric]
    shown = [name for name in BASELINES if mine[f"skill_{name}"].notna().any()]
    ahead = int((mine.iloc[0][[f"skill_{name}" for name in shown]] >= 0).sum())
    return table(
        mine.assign(name=_levels(mine, reader)),
        [
            Column("name", phrase(reader, "level")),
            Column("error", phrase(reader, "error"), "percent"),
            *[Column(f"skill_{name}", reader.label("baseline", name), "percent", "change") for name in shown],
        ],
        reader,
        title=phrase(
            reader,
            "skill-title",
            metric=phrase(reader, f"metric-{metric}"),
            ahead=ahead,
            baselines=len(shown),
        ),
        subtitle=phrase(reader, "skill-subtitle"),
        note=phrase(reader, "skill-note"),
        ident=f"skill-{metric}",
    )


def _levels(rows: pd.DataFrame, reader: Reader) -> list[str]:
    """What each row judges, such as "Market, 2 to 3 ahead"."""
    return [
        phrase(
            reader,
            "level-ahead" if row.months_from < row.months_to else "level-one-ahead",
            level=phrase(reader, f"dimension-{str(row.level).replace('_', '-')}"),
            first=str(row.months_from),
            last=str(row.months_to),
        )
        for _, row in rows.iterrows()
    ]


@exhibit
def landing_track(rows: pd.DataFrame, reader: Reader) -> Table:
    """The landing's error by months that were still to come, beside its baselines."""
    shown = [name for name in ("time_series", *BASELINES) if f"error_{name}" in rows]
    used, ahead = (
        [reader.label("baseline", name) if name else "" for name in rows[column]]
        for column in ("used", "ahead")
    )
    beside = phrase(reader, "error-beside-target")
    columns = [
        Column("months_ahead", phrase(reader, "months-to-come"), "count"),
        Column("replays", phrase(reader, "replays"), "count"),
        Column("error", phrase(reader, "landing"), "percent"),
        Column("coverage_80", phrase(reader, "coverage-80"), "percent"),
        *[Column(f"error_{name}", reader.label("baseline", name), "percent") for name in shown],
        *([Column("error_beside_target", beside, "percent")] if "error_beside_target" in rows else []),
        *([Column("ahead", phrase(reader, "ahead"))] if any(ahead) else []),
        *([Column("used", phrase(reader, "used-instead"))] if any(used) else []),
    ]
    return table(
        rows.assign(used=used, ahead=ahead),
        columns,
        reader,
        title=phrase(reader, "landing-track-title", error=reader.percent(rows["error"].iloc[0])),
        subtitle=phrase(reader, "landing-track-subtitle"),
        note=phrase(reader, "landing-track-note"),
        ident="landing-track",
    )
