"""Why there is a gap: each cause of handbook 4.5 has a test that anyone can redo, and its money."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.company import Performance

COLUMNS = (
    "cause", "figure", "usual", "threshold", "money", "share_of_gap", "money_to_target", "share_to_target",
    "is_met", "adds_up",
)  # fmt: skip
PART_CAUSES = {
    "qualified_deals": "too_few_deals",
    "share_in_time": "slow_process",
    "win_rate": "falling_win_rate",
    "average_amount": "shrinking_deals",
    "repeat_sales": "repeat_sales",
}
"""Part of the gap -> the cause that it speaks for."""
WORST = 0.2
FEWEST_PEOPLE = 5
AGAIN = 1.5
"""The same people are behind again when they carry so many times what chance would give them."""
PARTNERS_OVER = 1.3
"""Partners are to blame when their share of the gap is so many times their share of the plan."""


def causes(
    whole: pd.Series,
    cuts: pd.DataFrame,
    halves: pd.DataFrame,
    dominant: Mapping[str, float],
    rules: Performance,
    *,
    ahead: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row per cause, the largest money first.

    The first are the parts of the gap and add up to it (`adds_up`); the others say where it sits or what
    threatens what is to come, and overlap with them. Without a gap no part is to blame.

    Args:
        whole: one row of `gap_parts`, of the whole to date.
        cuts: rows of `gap_tables` to date of the same horizon by every dimension.
        halves: as `attainment_of_halves` makes it.
        dominant: share and expected amount of the largest deal among what is expected of open deals.
        rules: the company's thresholds.
        ahead: rows of `gap_tables` to the target of the same year, of the whole and by every dimension.

    Returns:
        Columns: cause, figure and usual (what the test compares), threshold (of figure / usual, or of the
        figure), money (positive: widens the gap to date), share_of_gap (of that gap; empty without one), the
        same of the gap to the target (money_to_target, share_to_target; empty where the landing does not
        tell), is_met, adds_up.
    """
    rows = [_part(whole, part, rules) for part in PART_CAUSES]
    rows += [
        *_people(whole, halves, rules),
        *_partners(whole, cuts, rules),
        _one_deal(dominant, whole, rules),
    ]
    to_date = [name for name in COLUMNS if name not in {"money_to_target", "share_to_target"}]
    frame = _to_target(pd.DataFrame(rows, columns=to_date), whole, ahead, rules)[list(COLUMNS)]
    return frame.sort_values(["adds_up", "money"], ascending=[False, False], kind="stable", ignore_index=True)


def main_cause(found: pd.DataFrame) -> str:
    """The cause with most money among those whose test is met; "" if none is.

    The parts of the gap come first; what only threatens is named when no part explains anything.
    """
    met = found.loc[found["is_met"]]
    additive = met.loc[met["adds_up"]]
    chosen = additive if len(additive) else met.loc[met["cause"] == "one_deal"]
    return str(chosen.sort_values("money", ascending=False)["cause"].iloc[0]) if len(chosen) else ""


def _part(whole: pd.Series, part: str, rules: Performance) -> tuple[object, ...]:
    figure, usual, money = (float(whole[name]) for name in (f"{part}_reached", f"{part}_plan", part))
    threshold = rules.repeat_below if part == "repeat_sales" else rules.cause_below
    met = _has_gap(whole, rules) and money > rules.cause_from * whole["plan"] and figure < threshold * usual
    return PART_CAUSES[part], figure, usual, threshold, money, _share(money, whole), bool(met), True


def _people(whole: pd.Series, halves: pd.DataFrame, rules: Performance) -> list[tuple[object, ...]]:
    """Are the same people behind again and again?

    The fifth furthest behind their plan in the first half of the span: what share of the shortfall of its
    second half do they carry? By chance it would be about their share of the plan.
    """
    planned = halves.loc[(halves["plan_first"] > 0) & (halves["plan_second"] > 0)]
    missing = (planned["plan_second"] - planned["actual_second"]).clip(lower=0)
    if len(planned) < FEWEST_PEOPLE or not missing.sum() > 0:
        return []
    order = (planned["actual_first"] / planned["plan_first"]).sort_values(kind="stable").index
    worst = order[: max(1, round(WORST * len(planned)))]
    figure = float(missing[worst].sum() / missing.sum())
    by_chance = float(planned.loc[worst, "plan_second"].sum() / planned["plan_second"].sum())
    sides = planned.loc[worst]
    columns = ("plan_first", "plan_second"), ("actual_first", "actual_second")
    plan, actual = (float(sides[list(names)].to_numpy().sum()) for names in columns)
    met = _has_gap(whole, rules) and figure > rules.people_share and figure > AGAIN * by_chance
    money = max(plan - actual, 0.0)
    return [("people", figure, by_chance, rules.people_share, money, _share(money, whole), bool(met), False)]


def _partners(whole: pd.Series, cuts: pd.DataFrame, rules: Performance) -> list[tuple[object, ...]]:
    """What partners sell misses more than its share of the plan; no row where the data name no partner."""
    rows = cuts.loc[cuts["cut"] == rules.partner_dimension]
    mine = rows.loc[rows["value"].isin(rules.partners)]
    if mine.empty or not mine["plan"].sum() > 0:
        return []
    gap, of_plan = float(mine["gap"].sum()), float(mine["plan"].sum() / rows["plan"].sum())
    of_gap = _share(gap, whole)
    met = _has_gap(whole, rules) and of_gap > max(rules.partner_share, PARTNERS_OVER * of_plan)
    return [("partners", of_gap, of_plan, rules.partner_share, gap, of_gap, bool(met), False)]


def _one_deal(dominant: Mapping[str, float], whole: pd.Series, rules: Performance) -> tuple[object, ...]:
    share, amount = dominant.get("share", 0.0), dominant.get("amount", 0.0)
    limit = rules.one_deal_share
    return "one_deal", share, limit, limit, amount, _share(amount, whole), share >= limit, False


def _to_target(
    found: pd.DataFrame, whole: pd.Series, ahead: pd.DataFrame | None, rules: Performance
) -> pd.DataFrame:
    """Adds what each cause makes of the gap to the target, where that gap is split likewise."""
    rows = ahead.loc[ahead["period"] == whole["period"]] if ahead is not None and len(ahead) else None
    landed = None if rows is None else rows.loc[rows["cut"] == "company"]
    if rows is None or landed is None or landed.empty:
        return found.assign(money_to_target=np.nan, share_to_target=np.nan)
    split = landed.iloc[0]
    money = {cause: float(split[part]) for part, cause in PART_CAUSES.items()}
    mine = rows.loc[(rows["cut"] == rules.partner_dimension) & rows["value"].isin(rules.partners)]
    money["partners"] = float(mine["gap"].sum()) if len(mine) else np.nan
    amounts = found["cause"].map(money).astype("float64")
    return found.assign(money_to_target=amounts, share_to_target=[_share(m, split) for m in amounts])


def _has_gap(whole: pd.Series, rules: Performance) -> bool:
    return bool(whole["gap"] > rules.cause_from * whole["plan"])


def _share(money: float, whole: pd.Series) -> float:
    gap = float(whole["gap"])
    return money / gap if gap > 0 else np.nan
