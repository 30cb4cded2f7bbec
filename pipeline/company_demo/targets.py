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

    `money` has by metric one row per sale or payment: day, market, line, seat, amount.
    """
    rng = plan.generator("targets")
    cells = pd.concat(
        [_cells(plan, metric, money[metric], organisation=organisation, rng=rng) for metric in METRICS]
    )
    people = _people_rows(cells, organisation)
    return _in_form(
        pd.concat([people, _year_rows(_as_first_set(people))], ignore_index=True), plan, organisation
    )


def _cells(
    plan: Plan,
    metric: str,
    money: pd.DataFrame,
    *,
    organisation: Organisation,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One row per month, seat and business line with its target."""
    months = np.arange(*month_number(np.array([plan.first, plan.last + 366])), dtype=np.int64)
    weight = _month_weights(months, metric)
    year = months // 12
    known = money.loc[(money["day"] >= plan.first) & (month_number(money["day"].to_numpy()) <= months[-1])]
    yearly = _plan_by_year(_by_year(known, year, len(organisation.markets)), weight, year, rng)
    seats, share = _seat_shares(money, organisation)
    market = organisation.seats["market"].to_numpy()[seats]
    years = {value: place for place, value in enumerate(np.unique(year))}
    part = weight / _year_weights(year, metric)
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
    first, last = int(months.min()), int(months.max())
    days = np.arange(*first_of_month(np.array([first, last + 1])), dtype=np.int64)
    weights = np.bincount(month_number(days) - first, weights=business(days))
    return np.asarray(weights[months - first])


def _year_weights(years: Days, metric: str) -> Floats:
    """The sum of the weights of all months of each year."""
    first, last = int(years.min()), int(years.max())
    months = np.arange(12 * first, 12 * (last + 1), dtype=np.int64)
    weights = _month_weights(months, metric).reshape(-1, 12).sum(axis=1)
    return np.asarray(weights[years - first])


def _by_year(money: pd.DataFrame, year: Days, markets: int) -> Floats:
    """Sums by year, market and business line."""
    actual = np.zeros((len(np.unique(year)), markets, len(BUSINESS_LINES)))
    place = month_number(money["day"].to_numpy()) // 12 - year[0]
    cell = (place, money["market"].to_numpy(), money["line"].to_numpy())
    np.add.at(actual, cell, money["amount"].to_numpy())
    return actual


def _plan_by_year(actual: Floats, weight: Floats, year: Days, rng: np.random.Generator) -> Floats:
    """The plan of each year, market and line; years known in part are filled up."""
    total = actual.sum(axis=(1, 2))
    covered = np.array([weight[year == y].sum() for y in np.unique(year)])
    whole = _year_weights(np.unique(year), "contracts")
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
    """Years of the company, its markets and their business lines: sums of the months."""
    whole = people.assign(year=people["month"] // 12)
    whole = whole.loc[whole.groupby("year")["month"].transform("nunique") == 12]
    levels: tuple[list[str], ...] = ([], ["market"], ["market", "line"])
    rows = pd.concat(
        [whole.groupby(["year", "metric", *by])[["amount"]].sum().reset_index() for by in levels],
        ignore_index=True,
    )
    for place in ("market", "line"):
        rows[place] = rows[place].fillna(-1).astype("int64")
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
    return in_catalog_form(
        "targets",
        {
            "period": year.where(is_year, month),
            "metric": rows["metric"].to_numpy(),
            "market": labels(organisation.markets, rows["market"].to_numpy()).fillna(""),
            "department": labels(DEPARTMENTS, np.where(is_year, -1, department)).fillna(""),
            "person_id": identifiers("P", rows["holder"].to_numpy(), 5).fillna(""),
            "business_line": labels(BUSINESS_LINES, rows["line"].to_numpy()).fillna(""),
            "product_line": np.full(len(rows), ""),
            "amount": rows["amount"].to_numpy(),
            "set_on": dates(rows["set_on"].to_numpy()),
        },
    )
