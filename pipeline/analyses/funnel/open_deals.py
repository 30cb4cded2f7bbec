"""Open deals one by one: stalled or not, how likely, who supervises, and whom pre-sales serves first."""

import datetime
from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.company import Company

SUPERVISION = {"large": "general_manager", "medium": "market_manager", "small": "area_manager"}
"""Who supervises deals of each size; strategic deals go to the general manager whatever their size."""
AGE_CLASSES = ((0, 30), (31, 90), (91, 180), (181, 365), (366, None))
AGE_NAMES = tuple(f"{first}-{last}" if last else f"{first}+" for first, last in AGE_CLASSES)
ORDERS = {"size": ("large", "medium", "small"), "age": AGE_NAMES}
URGENCY_DAYS = ((30, 5), (60, 4), (90, 3), (180, 2))
CONCENTRATION = (1, 3, 5, 10)
NOT_URGENT = 1


def with_state(
    deals: pd.DataFrame, company: Company, limits: pd.Series, as_of: datetime.date
) -> pd.DataFrame:
    """Open deals with age_days, days_in_stage, the three stall rules and is_stalled; one row per deal.

    Stalled (handbook 3): in its stage longer than the limit that won deals kept; next step or expected
    closing day in the past; or closing day pushed too often.
    """
    today = pd.Timestamp(as_of)
    rows = deals.loc[deals["outcome"] == "open"].copy()
    rows["age_days"] = (today - rows["created_on"]).dt.days
    rows["days_in_stage"] = (today - rows["entered_stage_on"]).dt.days
    rows["stage_limit_days"] = rows["stage"].map(limits).astype("float64")
    rows["is_slow"] = rows["days_in_stage"] > rows["stage_limit_days"]
    overdue = (rows["next_step_on"] <= today) | (rows["expected_close_on"] <= today)
    rows["is_overdue"] = overdue
    rows["is_pushed_often"] = rows["pushes"] >= company.deals.stalled_pushes
    rows["is_stalled"] = rows[["is_slow", "is_overdue", "is_pushed_often"]].any(axis=1)
    return rows


def stalled_by_rule(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per rule and one for all: rule, deals, amount, share_of_deals, share_of_amount."""
    rules = (
        ("slow", "is_slow"),
        ("overdue", "is_overdue"),
        ("pushed", "is_pushed_often"),
        ("any", "is_stalled"),
    )
    deals, amount = max(len(rows), 1), max(rows["amount"].sum(), 1e-9)
    found = [(rule, int(rows[flag].sum()), rows.loc[rows[flag], "amount"].sum()) for rule, flag in rules]
    return pd.DataFrame(
        [(rule, number, money, number / deals, money / amount) for rule, number, money in found],
        columns=["rule", "deals", "amount", "share_of_deals", "share_of_amount"],
    )


def attention_list(rows: pd.DataFrame, company: Company, chances: pd.Series) -> pd.DataFrame:
    """The 100% table: a line for every open deal above the attention amount, and every strategic one.

    Ordered by expected amount. Columns as in `with_state`, and chance, usual_chance (mean of all open deals
    in its stage), expected_amount, supervisor (role).
    """
    chance = rows["opportunity_id"].map(chances).astype("float64").fillna(0.0)
    rows = rows.assign(chance=chance, usual_chance=chance.groupby(rows["stage"]).transform("mean"))
    mine = rows.loc[(rows["amount"] > company.deals.attention_amount) | rows["is_strategic"]].copy()
    mine["expected_amount"] = mine["amount"] * mine["chance"]
    by_size = mine["size"].map(SUPERVISION).fillna(SUPERVISION["small"])
    mine["supervisor"] = by_size.where(~mine["is_strategic"], "general_manager")
    return mine.sort_values(["expected_amount", "opportunity_id"], ascending=[False, True], ignore_index=True)


def with_supervisors(listed: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Adds supervisor_id: the nearest person with the supervising role above the deal's rep; "" if none."""
    if people.empty:
        return listed.assign(supervisor_id="")
    chief = dict(zip(people["person_id"], people["manager_id"], strict=True))
    role = dict(zip(people["person_id"], people["role"], strict=True))
    found = {
        pair: _above(*pair, chief, role)
        for pair in set(zip(listed["rep_id"], listed["supervisor"], strict=True))
    }
    pairs = zip(listed["rep_id"], listed["supervisor"], strict=True)
    return listed.assign(supervisor_id=[found[pair] for pair in pairs])


def _above(person: str, wanted: str, chief: dict[str, str], role: dict[str, str]) -> str:
    seen: set[str] = set()
    while person and person not in seen:
        if role.get(person) == wanted:
            return person
        seen.add(person)
        person = chief.get(person, "")
    return ""


def structure(
    rows: pd.DataFrame, limits: tuple[str, ...] = ("size", "business_line", "product_line")
) -> pd.DataFrame:
    """What the open pipeline consists of, one row per cut and value: cut, value, deals, amount, share."""
    ages = pd.Series(_age_class(rows["age_days"].to_numpy()), index=rows.index)
    cuts = {**{cut: rows[cut] for cut in limits}, "age": ages}
    whole = max(rows["amount"].sum(), 1e-9)
    parts = []
    for cut, values in cuts.items():
        cells = rows.groupby(values.rename("value"))["amount"].agg(deals="size", amount="sum").reset_index()
        cells = _in_order(cells, ORDERS.get(cut))
        parts.append(cells.assign(cut=cut, share=cells["amount"] / whole))
    whole_table: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return whole_table[["cut", "value", "deals", "amount", "share"]]


def _in_order(cells: pd.DataFrame, order: Sequence[str] | None) -> pd.DataFrame:
    """Classes in their own order, other values by amount."""
    if order is None:
        return cells.sort_values("amount", ascending=False, kind="stable")
    place = {value: number for number, value in enumerate(order)}
    return cells.sort_values("value", key=lambda values: values.map(place).fillna(len(place)), kind="stable")


def _age_class(days: np.ndarray) -> np.ndarray:
    names = AGE_NAMES
    edges = [first for first, _ in AGE_CLASSES[1:]]
    return np.array(names, dtype=object)[np.searchsorted(edges, days, side="right")]


def concentration(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per number of largest deals (1, 3, 5, 10): largest, amount, share of all open."""
    amounts = rows["amount"].sort_values(ascending=False).to_numpy()
    whole = max(amounts.sum(), 1e-9)
    found = [(number, amounts[:number].sum()) for number in CONCENTRATION]
    return pd.DataFrame(
        [(number, money, money / whole) for number, money in found], columns=["largest", "amount", "share"]
    )


def presales_priorities(
    rows: pd.DataFrame, won: pd.DataFrame, company: Company, as_of: datetime.date
) -> pd.DataFrame:
    """Open deals between qualification and tender by what pre-sales should serve first (handbook 3).

    Priority = score of amount x urgency x influence of industry and region, each 1 to 5, so 1 to 125.
    Influence is the rank of the deal's industry and market by what was won there. Columns as in `rows`,
    and amount_score, urgency_score, influence_score, priority.
    """
    early = rows.loc[rows["stage_index"].between(2, max(2, len(company.stages) - 2))].copy()
    early["amount_score"] = _amount_score(early["amount"], company)
    days = (early["expected_close_on"] - pd.Timestamp(as_of)).dt.days.fillna(10_000)
    early["urgency_score"] = np.select(
        [days <= limit for limit, _ in URGENCY_DAYS], [score for _, score in URGENCY_DAYS], NOT_URGENT
    )
    influence = (
        _rank_score(early["industry"], won, "industry") + _rank_score(early["market"], won, "market")
    ) / 2
    early["influence_score"] = np.floor(influence + 0.5).astype("int64")
    scores = ["amount_score", "urgency_score", "influence_score"]
    early["priority"] = early[scores].prod(axis=1).astype("int64")
    order = ["priority", "amount", "opportunity_id"]
    return early.sort_values(order, ascending=[False, False, True], ignore_index=True)


def _amount_score(amount: pd.Series, company: Company) -> np.ndarray:
    medium, large = company.deals.medium_from, company.deals.large_above
    return np.searchsorted([medium / 2, medium, (medium + large) / 2, large], amount, side="right") + 1


def _rank_score(values: pd.Series, won: pd.DataFrame, column: str) -> pd.Series:
    """1 to 5 by where the value stands among all values by amount won; 3 where nothing was won."""
    sold = won.groupby(column)["amount"].sum()
    score = pd.Series(np.ceil(5 * sold.rank(pct=True)).clip(1, 5), index=sold.index).to_dict()
    return pd.Series([score.get(value, 3.0) for value in values], index=values.index, dtype="float64")
