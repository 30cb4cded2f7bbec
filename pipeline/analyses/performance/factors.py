"""The gap, exactly: number of qualified deals x win rate x average amount x share closing in time.

What deals bring in a span is the product of four factors that are counted, not estimated: qualified deals in
play, the share of them decided in the span, the share of these won, and the mean amount of those. What comes
without a deal (repeat orders) stands beside it. The plan's side has last year's shares and amount, and as
many qualified deals as its target then needs; the difference is split by Shapley's value.
"""

import datetime

import pandas as pd

from pipeline.models.decomposition import shapley

FACTORS = ("qualified_deals", "win_rate", "average_amount", "share_in_time")
PARTS = ("repeat_sales", *FACTORS)
"""Parts of the gap, positive where they widen it."""
SHRINK_DEALS = 10.0
"""A group's usual shares lean on the whole as if it had this many more deals at the whole's."""


def qualified_on(spells: pd.DataFrame, deals: pd.DataFrame) -> pd.Series:
    """By opportunity: the day it reached the second stage, or was won without ever being seen there."""
    first = spells.loc[spells["stage_index"] >= 2].groupby("opportunity_id")["entered_on"].min()
    day = first.reindex(deals["opportunity_id"]).set_axis(deals.index)
    won = day.isna() & (deals["outcome"] == "won")
    return day.where(~won, deals["closed_on"]).set_axis(deals["opportunity_id"])


def deal_counts(
    deals: pd.DataFrame, first: datetime.date, last: datetime.date, by: tuple[str, ...] = ()
) -> pd.DataFrame:
    """One row per group: in_play, decided, won (deals) and amount (won) of a span; `by` is the index.

    In play: qualified by `last`, not closed before `first`, not invalid. Decided: won or lost in the span.
    `deals` has the column qualified_on.
    """
    start, end = pd.Timestamp(first), pd.Timestamp(last)
    mine = deals.loc[(deals["qualified_on"] <= end) & (deals["outcome"] != "invalid")]
    mine = mine.loc[~(mine["closed_on"] < start)]
    decided = mine["closed_on"].between(start, end) & mine["outcome"].isin(["won", "lost"])
    won = decided & (mine["outcome"] == "won")
    flags = pd.DataFrame({"in_play": 1.0, "decided": decided * 1.0, "won": won * 1.0}, index=mine.index)
    flags["amount"] = mine["amount"].where(won, 0.0)
    if not by:
        return flags.sum().to_frame().T
    return flags.groupby([mine[column] for column in by]).sum()


def gap_parts(
    plan: pd.Series, actual: pd.Series, counts: pd.DataFrame, usual: pd.DataFrame, usual_sales: pd.Series
) -> pd.DataFrame:
    """The gap of each group, split; one row per group of `plan`.

    Args:
        plan: what the plan asks for in the span.
        actual: contracts of the span, with and without deals.
        counts: `deal_counts` of the span.
        usual: `deal_counts` of the same span a year before.
        usual_sales: contracts of that span.

    Returns:
        Columns: plan, actual, gap (plan - actual), the five `PARTS` (they add up to gap), and both sides of
        each factor, <factor>_plan and <factor>_actual.
    """
    index = plan.index
    counts, usual = (table.reindex(index).fillna(0.0) for table in (counts, usual))
    actual, sold = actual.reindex(index).fillna(0.0), usual_sales.reindex(index).fillna(0.0)
    # Without a win a year before, this year's own shares are the only ones there are.
    reference = _usual_factors(usual if usual["won"].sum() > 0 else counts)
    share = _deals_share(usual["amount"], sold)
    planned = reference.copy()
    planned["qualified_deals"] = plan * share / reference[list(FACTORS[1:])].prod(axis=1)
    reached = _factors(counts, reference)
    split = -shapley(planned[list(FACTORS)].to_numpy(), reached[list(FACTORS)].to_numpy())
    parts = pd.DataFrame(split, index=index, columns=list(FACTORS))
    repeat = plan * (1 - share) - (actual - counts["amount"])
    frame = pd.DataFrame({"plan": plan, "actual": actual, "gap": plan - actual, "repeat_sales": repeat})
    sides = planned[list(FACTORS)].add_suffix("_plan").join(reached.add_suffix("_actual"))
    return _settled(frame.join(parts)).join(sides)


def _settled(frame: pd.DataFrame) -> pd.DataFrame:
    """Give what floating point leaves over (far below a cent) to the largest part."""
    rest = (frame["gap"] - frame[list(PARTS)].sum(axis=1)).to_numpy()
    values = frame[list(PARTS)].to_numpy(copy=True)
    largest = abs(values).argmax(axis=1)
    values[range(len(values)), largest] += rest
    return frame.assign(**{part: values[:, place] for place, part in enumerate(PARTS)})


def _factors(counts: pd.DataFrame, fallback: pd.DataFrame) -> pd.DataFrame:
    """The four factors as counted; a share of nothing is taken as usual (the product is zero anyway)."""
    return pd.DataFrame(
        {
            "qualified_deals": counts["in_play"],
            "win_rate": _ratio(counts["won"], counts["decided"], fallback["win_rate"]),
            "average_amount": _ratio(counts["amount"], counts["won"], fallback["average_amount"]),
            "share_in_time": _ratio(counts["decided"], counts["in_play"], fallback["share_in_time"]),
        }
    )


def _usual_factors(usual: pd.DataFrame) -> pd.DataFrame:
    """Last year's shares, a small group's leaning on the whole's."""
    whole = usual.sum()
    rate = _safe(whole["won"], whole["decided"], 0.3)
    amount = _safe(whole["amount"], whole["won"], 1.0)
    in_time = _safe(whole["decided"], whole["in_play"], 0.5)
    k = SHRINK_DEALS if len(usual) > 1 else 0.0
    usual_of = {
        "win_rate": (_ratio(usual["won"] + k * rate, usual["decided"] + k, rate), rate),
        "average_amount": (
            _ratio(usual["amount"] + k * rate * amount, usual["won"] + k * rate, amount),
            amount,
        ),
        "share_in_time": (_ratio(usual["decided"] + k * in_time, usual["in_play"] + k, in_time), in_time),
    }
    # A usual share of nothing would ask for endless deals: the whole's stands in.
    factors = {name: ratio.where(ratio > 0, whole) for name, (ratio, whole) in usual_of.items()}
    return pd.DataFrame({"qualified_deals": usual["in_play"], **factors})


def _deals_share(won: pd.Series, sold: pd.Series) -> pd.Series:
    """Share of sales that came from deals; a group without sales has the whole's."""
    whole = _safe(won.sum(), sold.sum(), 1.0)
    return (won / sold.where(sold > 0)).fillna(whole).clip(0.0, 1.0)


def _ratio(upper: pd.Series, lower: pd.Series, fallback: pd.Series | float) -> pd.Series:
    ratio = upper / lower.where(lower > 0)
    return (
        ratio.fillna(fallback)
        if not isinstance(fallback, pd.Series)
        else ratio.where(ratio.notna(), fallback)
    )


def _safe(upper: float, lower: float, otherwise: float) -> float:
    return float(upper / lower) if lower > 0 and upper > 0 else otherwise
