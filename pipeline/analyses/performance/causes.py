"""Why there is a gap: each cause of handbook 4.5 has a test that anyone can redo, and its money."""

from collections.abc import Mapping

import pandas as pd

COLUMNS = ("cause", "figure", "usual", "threshold", "money", "share_of_gap", "is_met", "adds_up")
FACTOR_CAUSES = {
    "qualified_deals": ("too_few_deals", 0.92),
    "share_in_time": ("slow_process", 0.92),
    "win_rate": ("falling_win_rate", 0.92),
    "average_amount": ("shrinking_deals", 0.92),
    "repeat_sales": ("repeat_sales", 0.97),
}
"""Part of the gap -> (cause, share of the usual below which its test is met)."""
ONE_DEAL_SHARE = 0.30
PEOPLE_SHARE, PARTNER_SHARE = 0.5, 0.5
LEAST_SHARE_OF_PLAN = 0.01
"""A part smaller than this share of the plan is no cause of anything."""


def causes(
    whole: pd.Series, people: pd.DataFrame, lines: pd.DataFrame, dominant: Mapping[str, float]
) -> pd.DataFrame:
    """One row per cause, the largest money first.

    The first five are the parts of the gap and add up to it (`adds_up`); the others say where it sits or what
    threatens what is to come, and overlap with them.

    Args:
        whole: one row of `gap_parts`, of the whole.
        people: `attainment_by` of the same span by person.
        lines: the same by business line.
        dominant: share and expected amount of the largest deal among what is expected of open deals.

    Returns:
        Columns: cause, figure and usual (what the test compares), threshold (of figure / usual, or of the
        figure), money (positive: widens the gap), share_of_gap, is_met, adds_up.
    """
    rows = [_part(whole, part) for part in FACTOR_CAUSES]
    rows += [_people(whole, people), _partners(whole, lines), _one_deal(whole, dominant)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.sort_values(["adds_up", "money"], ascending=[False, False], kind="stable", ignore_index=True)


def main_cause(found: pd.DataFrame) -> str:
    """The cause with most money among those whose test is met; "" if none is.

    The parts of the gap come first; what only threatens is named when no part explains anything.
    """
    met = found.loc[found["is_met"]]
    # Where nothing is missing on the whole (shares of a negative gap are negative), no part is to blame.
    additive = met.loc[met["adds_up"] & (met["share_of_gap"] > 0)]
    chosen = additive if len(additive) else met.loc[met["cause"] == "one_deal"]
    return str(chosen.sort_values("money", ascending=False)["cause"].iloc[0]) if len(chosen) else ""


def _part(whole: pd.Series, part: str) -> tuple[object, ...]:
    cause, threshold = FACTOR_CAUSES[part]
    if part == "repeat_sales":
        usual = _repeat_plan(whole)
        figure = usual - float(whole["repeat_sales"])
    else:
        figure, usual = float(whole[f"{part}_actual"]), float(whole[f"{part}_plan"])
    money = float(whole[part])
    met = money > LEAST_SHARE_OF_PLAN * whole["plan"] and figure < threshold * usual
    return cause, figure, usual, threshold, money, _share(money, whole), bool(met), True


def _repeat_plan(whole: pd.Series) -> float:
    deals = 1.0
    for factor in ("qualified_deals", "win_rate", "average_amount", "share_in_time"):
        deals *= float(whole[f"{factor}_plan"])
    return float(whole["plan"]) - deals


def _people(whole: pd.Series, people: pd.DataFrame) -> tuple[object, ...]:
    """A few people carry most of what is missing: the share of the worst fifth of those with a plan."""
    planned = people.loc[people["plan_to_date"] > 0].sort_values("gap_to_date", ascending=False)
    missing = planned["gap_to_date"].clip(lower=0)
    worst = missing.head(max(1, round(0.2 * len(planned)))).sum() if len(planned) else 0.0
    share = float(worst / missing.sum()) if missing.sum() > 0 else 0.0
    met = whole["gap"] > 0 and share > PEOPLE_SHARE and len(planned) >= 5
    return "people", share, 0.2, PEOPLE_SHARE, float(worst), _share(worst, whole), bool(met), False


def _partners(whole: pd.Series, lines: pd.DataFrame) -> tuple[object, ...]:
    """Distribution misses more than its share of the plan."""
    partner = lines.loc[lines["value"] == "distribution"]
    if partner.empty or not lines["plan_to_date"].sum() > 0 or partner["gap_to_date"].isna().all():
        return "partners", 0.0, 0.0, PARTNER_SHARE, 0.0, 0.0, False, False
    gap = float(partner["gap_to_date"].iloc[0])
    of_plan = float(partner["plan_to_date"].iloc[0] / lines["plan_to_date"].sum())
    of_gap = _share(gap, whole)
    met = whole["gap"] > LEAST_SHARE_OF_PLAN * whole["plan"] and of_gap > max(PARTNER_SHARE, 1.3 * of_plan)
    return "partners", of_gap, of_plan, PARTNER_SHARE, gap, of_gap, bool(met), False


def _one_deal(whole: pd.Series, dominant: Mapping[str, float]) -> tuple[object, ...]:
    share, amount = dominant.get("share", 0.0), dominant.get("amount", 0.0)
    met = share >= ONE_DEAL_SHARE
    return "one_deal", share, ONE_DEAL_SHARE, ONE_DEAL_SHARE, amount, _share(amount, whole), met, False


def _share(money: float, whole: pd.Series) -> float:
    gap = float(whole["gap"])
    return float(money / gap) if abs(gap) > 1e-9 else 0.0
