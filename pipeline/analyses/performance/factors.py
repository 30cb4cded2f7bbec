"""The gap, exactly: number of qualified deals x win rate x average amount x share closing in time.

What the deals in hand bring in a span is the product of four factors: qualified deals in play, the share of
them decided in the span, the share of these won, and the mean amount of those. What was sold without a deal
stands beside it, and for a span that is not over what no deal in hand explains of its landing. The plan's
side has the shares and amount of the same span a year before, and as many qualified deals as its target
then needs; the difference is split by Shapley's value.
"""

import datetime

import pandas as pd

from pipeline.models.decomposition import shapley

FACTORS = ("qualified_deals", "win_rate", "average_amount", "share_in_time")
PARTS = ("repeat_sales", *FACTORS, "still_to_come")
"""Parts of the gap, positive where they widen it."""
COUNTS = ("in_play", "decided", "won", "amount")
SOURCES = ("amount", "without_deal", "to_come")
"""What a span's contracts come from: the deals in hand, no deal, and what no deal in hand explains."""
SHRINK_DEALS = 10.0
"""A group's usual shares lean on the whole as if it had this many more decided deals at the whole's."""


def qualified_on(spells: pd.DataFrame, deals: pd.DataFrame) -> pd.Series:
    """By opportunity: the day it reached the second stage, or was won without ever being seen there."""
    first = spells.loc[spells["stage_index"] >= 2].groupby("opportunity_id")["entered_on"].min()
    day = first.reindex(deals["opportunity_id"]).set_axis(deals.index)
    won = day.isna() & (deals["outcome"] == "won")
    return day.where(~won, deals["closed_on"]).set_axis(deals["opportunity_id"])


def deal_counts(
    deals: pd.DataFrame,
    first: datetime.date,
    last: datetime.date,
    by: tuple[str, ...] = (),
    seen_on: datetime.date | None = None,
) -> pd.DataFrame:
    """One row per group: in_play, decided, won (deals) and amount (won) of a span; `by` is the index.

    In play: qualified by `seen_on` (the span's last day if not given), not closed before `first`, not
    invalid. Decided: of these, won or lost in the span. `deals` has the column qualified_on.
    """
    start, end = pd.Timestamp(first), pd.Timestamp(last)
    seen = end if seen_on is None else pd.Timestamp(seen_on)
    in_play = (deals["qualified_on"] <= seen) & (deals["outcome"] != "invalid")
    in_play &= ~(deals["closed_on"] < start)
    mine = deals.loc[in_play, ["closed_on", "outcome", "amount", *by]]
    decided = mine["closed_on"].between(start, end) & mine["outcome"].isin(["won", "lost"])
    won = decided & (mine["outcome"] == "won")
    flags = pd.DataFrame({"in_play": 1.0, "decided": decided * 1.0, "won": won * 1.0}, index=mine.index)
    flags["amount"] = mine["amount"].where(won, 0.0)
    return _summed(flags, mine, by)


def expected_counts(
    waiting: pd.DataFrame, won: pd.Series, lost: pd.Series, by: tuple[str, ...] = ()
) -> pd.DataFrame:
    """What the qualified open deals of `waiting` are expected to add to `deal_counts`; in_play is 0.

    `won` and `lost` have by opportunity the chance to end so within what is left of the span.
    """
    wins, losses = (waiting["opportunity_id"].map(chance).fillna(0.0) for chance in (won, lost))
    flags = pd.DataFrame({"in_play": 0.0, "decided": wins + losses, "won": wins}, index=waiting.index)
    flags["amount"] = waiting["amount"].fillna(0.0) * wins
    return _summed(flags, waiting, by)


def _summed(flags: pd.DataFrame, rows: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    if not by:
        return flags.sum().to_frame().T
    return flags.groupby([rows[column] for column in by]).sum()


def gap_parts(plan: pd.Series, reached: pd.DataFrame, usual: pd.DataFrame) -> pd.DataFrame:
    """The gap of each group, split; one row per group of `plan`.

    Args:
        plan: what the plan asks for.
        reached: `COUNTS` and `SOURCES` of the span, as it was and, where it is not over, as expected.
        usual: the same of the same span a year before.

    Returns:
        Columns: plan, reached (the sum of its sources), gap (plan - reached), `PARTS` (they add up to gap),
        and both sides of what was compared: <factor>_plan and <factor>_reached, repeat_sales_plan and
        _reached, still_to_come_plan and _reached.
    """
    columns = list(dict.fromkeys((*COUNTS, *SOURCES)))
    reached, usual = (table.reindex(plan.index)[columns].fillna(0.0) for table in (reached, usual))
    # Without a win a year before, this year's own shares are the only ones there are.
    reference = _usual_factors(usual if usual["won"].sum() > 0 else reached)
    shares = _usual_sources(usual, reference)
    planned = reference.copy()
    planned["qualified_deals"] = plan * shares["amount"] / reference[list(FACTORS[1:])].prod(axis=1)
    counted = _factors(reached, reference)
    split = -shapley(planned[list(FACTORS)].to_numpy(), counted[list(FACTORS)].to_numpy())
    sides = planned[list(FACTORS)].add_suffix("_plan").join(counted.add_suffix("_reached"))
    frame = pd.DataFrame({"plan": plan, "reached": reached[list(SOURCES)].sum(axis=1)})
    frame["gap"] = frame["plan"] - frame["reached"]
    frame = frame.join(pd.DataFrame(split, index=plan.index, columns=list(FACTORS)))
    for part, source in (("repeat_sales", "without_deal"), ("still_to_come", "to_come")):
        sides[f"{part}_plan"], sides[f"{part}_reached"] = plan * shares[source], reached[source]
        frame[part] = sides[f"{part}_plan"] - sides[f"{part}_reached"]
    return _settled(frame[["plan", "reached", "gap", *PARTS]]).join(sides)


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


def _usual_sources(usual: pd.DataFrame, factors: pd.DataFrame) -> pd.DataFrame:
    """Shares of the three sources a year before; they add up to 1, a small group's lean on the whole's."""
    sums = usual[list(SOURCES)].clip(lower=0.0)
    whole = sums.sum()
    total = float(whole.sum())
    if total <= 0:
        return pd.DataFrame({"amount": 1.0, "without_deal": 0.0, "to_come": 0.0}, index=usual.index)
    share = whole / total
    ten = SHRINK_DEALS * float((factors["win_rate"] * factors["average_amount"]).mean())
    lean = ten / share["amount"] if len(usual) > 1 and share["amount"] > 0 else 0.0
    leaning = sums + lean * share
    shares = leaning.div(leaning.sum(axis=1).where(lambda rows: rows > 0), axis=0)
    return shares.fillna(share)


def _ratio(upper: pd.Series, lower: pd.Series, fallback: pd.Series | float) -> pd.Series:
    ratio = upper / lower.where(lower > 0)
    return (
        ratio.fillna(fallback)
        if not isinstance(fallback, pd.Series)
        else ratio.where(ratio.notna(), fallback)
    )


def _safe(upper: float, lower: float, otherwise: float) -> float:
    return float(upper / lower) if lower > 0 and upper > 0 else otherwise
