"""Targets: the year's plan of January, split by market, line, month and person, adding up to the yuan.

The plan is drawn from what the undisturbed company reaches, so that a scenario's trouble shows as a gap.
"""

import numpy as np
import pandas as pd

from pipeline.company_demo.frames import dates, identifiers, in_catalog_form, labels
from pipeline.company_demo.organisation import Organisation
from pipeline.company_demo.plan import Plan
from pipeline.company_demo.rhythm import Days, Floats, business, first_of_month, month_number
from pipeline.company_demo.words import BUSINESS_LINES, DEPARTMENTS

METRICS = ("contracts", "collections")
ATTAINMENT, CELL_SPREAD = (0.94, 1.04), 0.05
YEAR_SET_ON_DAY, QUARTER_SET_ON_DAY = 7, 4
ROUNDING = 100.0
COLLECTION_LAG_MONTHS = (1, 2, 3)
OWN_SHARE = 0.5


def make_targets(plan: Plan, money: dict[str, pd.DataFrame], organisation: Organisation) -> pd.DataFrame:
    """The table `targets`: people's months, and the years of each market and of the company.

    Args:
        money: by metric, one row per sale or payment: day, market, line, seat, amount.
    """
    rng = plan.generator("targets")
    months = np.arange(*month_number(np.array([plan.first, plan.last + 366])), dtype=np.int64)
    cells = pd.concat([_cells(plan, metric, money[metric], months, organisation, rng) for metric in METRICS])
    people = _people_rows(cells, organisation)
    return _in_form(
        pd.concat([people, _year_rows(_as_first_set(people))], ignore_index=True), plan, organisation
    )


def _cells(
    plan: Plan,
    metric: str,
    money: pd.DataFrame,
    months: Days,
    organisation: Organisation,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One row per month, seat and business line with its target."""
    weight = _month_weights(months, metric)
    year = months // 12
    # Whole years only: the months outside the simulated ones are filled in by their usual weight.
    yearly = _plan_by_year(plan, money, months, weight, year, len(organisation.markets), rng)
    seats, share = _seat_shares(money, organisation)
    market = organisation.seats["market"].to_numpy()[seats]
    years = {value: place for place, value in enumerate(np.unique(year))}
    part = weight / np.array([_month_weights(np.arange(12) + 12 * y, metric).sum() for y in year])
    amounts = yearly[[years[y] for y in year]][:, market, :] * part[:, None, None] * share[None, :, None]
    month, seat, line = np.meshgrid(months, seats, np.arange(len(BUSINESS_LINES)), indexing="ij")
    frame = pd.DataFrame({"month": month.ravel(), "seat": seat.ravel(), "line": line.ravel()})
    return frame.assign(metric=metric, amount=np.round(amounts.ravel() / ROUNDING) * ROUNDING)


def _month_weights(months: Days, metric: str) -> Floats:
    """What share of a year's business a month usually has; cash follows some months behind."""
    if metric == "collections":
        return np.asarray(
            np.mean([_month_weights(months - lag, "contracts") for lag in COLLECTION_LAG_MONTHS], axis=0)
        )
    starts = first_of_month(months)
    ends = first_of_month(months + 1)
    return np.array(
        [business(np.arange(a, b, dtype=np.int64)).sum() for a, b in zip(starts, ends, strict=True)]
    )


def _plan_by_year(
    plan: Plan,
    money: pd.DataFrame,
    months: Days,
    weight: Floats,
    year: Days,
    markets: int,
    rng: np.random.Generator,
) -> np.ndarray:
    actual = np.zeros((len(np.unique(year)), markets, len(BUSINESS_LINES)))
    known = money.loc[(money["day"] >= plan.first) & (month_number(money["day"].to_numpy()) <= months[-1])]
    place = month_number(known["day"].to_numpy()) // 12 - year[0]
    np.add.at(
        actual, (place, known["market"].to_numpy(), known["line"].to_numpy()), known["amount"].to_numpy()
    )
    total = actual.sum(axis=(1, 2))
    covered = np.array([weight[year == y].sum() for y in np.unique(year)])
    whole = np.array([_month_weights(np.arange(12) + 12 * y, "contracts").sum() for y in np.unique(year)])
    total = np.maximum(total * whole / covered, total.mean() * 0.3) / rng.uniform(*ATTAINMENT, len(total))
    usual = actual.sum(axis=0) / max(actual.sum(), 1.0)
    own = actual / np.maximum(actual.sum(axis=(1, 2), keepdims=True), 1.0)
    share = (OWN_SHARE * own + (1 - OWN_SHARE) * usual) * rng.normal(1, CELL_SPREAD, own.shape).clip(0.8, 1.2)
    return np.asarray(total[:, None, None] * share / share.sum(axis=(1, 2), keepdims=True))


def _seat_shares(money: pd.DataFrame, organisation: Organisation) -> tuple[Days, Floats]:
    """Each seller's share of the market: half by what the seat sells, half by its potential."""
    seats = organisation.sellers
    market = pd.Series(organisation.seats["market"].to_numpy()[seats])
    sold = money.groupby("seat")["amount"].sum().reindex(seats).fillna(0).clip(lower=0).reset_index(drop=True)
    potential = pd.Series(organisation.seats["potential"].to_numpy()[seats])
    by_sales = sold / sold.groupby(market).transform("sum").clip(lower=1)
    by_potential = potential / potential.groupby(market).transform("sum")
    share = by_sales + by_potential
    return seats, (share / share.groupby(market).transform("sum")).to_numpy()


def _people_rows(cells: pd.DataFrame, organisation: Organisation) -> pd.DataFrame:
    """Months set when their quarter begins; a successor takes over what a leaver had, on the day."""
    seat, start = cells["seat"].to_numpy(), first_of_month(cells["month"].to_numpy())
    set_on = first_of_month(cells["month"].to_numpy() // 3 * 3) + QUARTER_SET_ON_DAY
    first = organisation.holder(seat, set_on)
    later = organisation.holder(seat, np.maximum(start, set_on))
    rows = cells.assign(holder=first, set_on=set_on)
    handed = np.flatnonzero(first != later)
    day = organisation.spells["from"].to_numpy()[later[handed]]
    left = rows.iloc[handed].assign(set_on=day, amount=0.0)
    taken = rows.iloc[handed].assign(set_on=day, holder=later[handed])
    both = pd.concat([rows, left, taken], ignore_index=True)
    return both.assign(is_year=False, market=organisation.seats["market"].to_numpy()[both["seat"]])


def _as_first_set(people: pd.DataFrame) -> pd.DataFrame:
    return people.loc[~people.duplicated(["month", "metric", "seat", "line"])]


def _year_rows(people: pd.DataFrame) -> pd.DataFrame:
    """Whole years of the company, of each market, and of each market and business line: sums of the months."""
    whole = people.assign(year=people["month"] // 12)
    whole = whole.loc[whole.groupby("year")["month"].transform("nunique") == 12]
    parts = []
    for by in ([], ["market"], ["market", "line"]):
        total = whole.groupby(["year", "metric", *by], as_index=False)["amount"].sum()
        parts.append(total)
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.fillna({"market": -1, "line": -1}).astype({"market": "int64", "line": "int64"})
    set_on = first_of_month(rows["year"].to_numpy() * 12) + YEAR_SET_ON_DAY
    return rows.assign(is_year=True, month=rows["year"] * 12, set_on=set_on, holder=-1, seat=-1)


def _in_form(rows: pd.DataFrame, plan: Plan, organisation: Organisation) -> pd.DataFrame:
    rows = rows.loc[rows["set_on"] <= plan.last]
    rows = rows.sort_values(
        ["set_on", "is_year", "month", "metric", "market", "line", "seat", "amount"], kind="stable"
    )
    stamps = pd.Series(rows["month"].to_numpy().astype("datetime64[M]").astype("datetime64[s]"))
    year, month = stamps.dt.year.astype("str"), stamps.dt.strftime("%Y-%m").astype("str")
    department = organisation.seats["department"].to_numpy()[rows["seat"]]
    is_year = rows["is_year"].to_numpy()
    return in_catalog_form("targets", {
        "period": year.where(is_year, month), "metric": rows["metric"].to_numpy(),
        "market": labels(organisation.markets, rows["market"].to_numpy()).fillna(""),
        "department": labels(DEPARTMENTS, np.where(is_year, -1, department)).fillna(""),
        "person_id": identifiers("P", rows["holder"].to_numpy(), 5).fillna(""),
        "business_line": labels(BUSINESS_LINES, rows["line"].to_numpy()).fillna(""),
        "product_line": np.full(len(rows), ""), "amount": rows["amount"].to_numpy(), "set_on": dates(rows["set_on"].to_numpy()),
    })  # fmt: skip
