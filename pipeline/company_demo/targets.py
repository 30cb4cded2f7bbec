"""Targets: the year's plan of January, split by market, line, month and person, adding up to the yuan.

A plan knows what January knows: the years before, of the undisturbed company, so that a scenario's trouble
shows as a gap.
"""

import numpy as np
import pandas as pd

from pipeline.company_demo.frames import dates, identifiers, in_catalog_form, labels
from pipeline.company_demo.organisation import Organisation
from pipeline.company_demo.plan import Plan
from pipeline.company_demo.rhythm import Days, Floats, business, first_of_month, month_number
from pipeline.company_demo.words import BUSINESS_LINES, DEPARTMENTS

METRICS = ("contracts", "collections")
STEADY_GROWTH, BELIEVED_GROWTH, JUDGEMENT = 0.08, (-0.1, 0.3), 0.02
FIRST_PLANS_MISS = 0.07
"""Standard deviation, as plans that look back miss by about as much."""
WHOLE = 0.999
CELL_SPREAD = 0.05
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
    years = np.unique(year)
    covered = np.array([weight[year == y].sum() for y in years]) / _year_weights(years, metric)
    sold = _by_year(money, years, plan.first, len(organisation.markets))
    yearly = _plan_by_year(sold, covered, rng)
    seats, share = _seat_shares(money, years, plan.first, covered=covered, organisation=organisation)
    market = organisation.seats["market"].to_numpy()[seats]
    place = year - years[0]
    part = weight / _year_weights(year, metric)
    amounts = yearly[place][:, market, :] * part[:, None, None] * share[place][:, :, None]
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


def _by_year(money: pd.DataFrame, years: Days, first: int, markets: int) -> Floats:
    """Sums by year, market and business line from the day `first`."""
    actual = np.zeros((len(years), markets, len(BUSINESS_LINES)))
    place = _year_places(money, years, first)
    held = money.loc[place >= 0]
    cell = (place[place >= 0], held["market"].to_numpy(), held["line"].to_numpy())
    np.add.at(actual, cell, held["amount"].to_numpy())
    return actual


def _year_places(money: pd.DataFrame, years: Days, first: int) -> Days:
    """Which of `years` each row falls in; -1 for none and for days before `first`."""
    day = money["day"].to_numpy()
    year = month_number(day) // 12
    return np.where((day >= first) & (year <= years[-1]), year - years[0], -1)


def _years_before(covered: Floats) -> Days:
    """The place of the year on which each plan looks back: the one before, if the history holds two of them.

    The past of the first years is not simulated: their plans miss what they turn out to be by chance.
    """
    place = np.arange(len(covered))
    known = covered > WHOLE
    two = (place > 1) & np.roll(known, 1) & np.roll(known, 2)
    return np.where(two, place - 1, place)


def _plan_by_year(actual: Floats, covered: Floats, rng: np.random.Generator) -> Floats:
    """The plan of each year, market and line, made of what January knows: the years before it.

    The total is last year's, grown by the mean of last year's growth and a steady one, and by judgement. A
    market and line gets half of what it had last year and half of what it had in all years before. Years of
    which the history holds only a part (`covered` of a usual year's business) are filled up.
    """
    total = actual.sum(axis=(1, 2)) / covered
    total = total.clip(min=1)
    before = _years_before(covered)
    looks_back = before < np.arange(len(total))
    growth = (total[before] / total[np.maximum(before - 1, 0)] - 1).clip(*BELIEVED_GROWTH)
    expected = np.where(looks_back, (growth + STEADY_GROWTH) / 2, 0.0)
    missed = rng.normal(0, 1, len(total)) * np.where(looks_back, JUDGEMENT, FIRST_PLANS_MISS)
    planned = total[before] * (1 + expected + missed)
    own = _shares(actual[before])
    usual = _shares(np.cumsum(actual, axis=0)[before])
    share = (OWN_SHARE * own + (1 - OWN_SHARE) * usual) * rng.normal(1, CELL_SPREAD, own.shape).clip(0.8, 1.2)
    return np.asarray(planned[:, None, None] * share / share.sum(axis=(1, 2), keepdims=True))


def _shares(actual: Floats) -> Floats:
    """Each market's and line's share of its year; all the same where nothing was sold."""
    whole = actual.sum(axis=(1, 2), keepdims=True)
    even = 1 / (actual.shape[1] * actual.shape[2])
    return np.where(whole > 0, actual / np.where(whole > 0, whole, 1), even)


def _seat_shares(
    money: pd.DataFrame, years: Days, first: int, *, covered: Floats, organisation: Organisation
) -> tuple[Days, Floats]:
    """Each seller's share of the market by year: half by what the seat sold last year, half by potential."""
    seats = organisation.sellers
    market = organisation.seats["market"].to_numpy()[seats]
    place = _year_places(money, years, first)
    seat = np.searchsorted(seats, money["seat"].to_numpy())
    ours = (place >= 0) & (seats[np.minimum(seat, len(seats) - 1)] == money["seat"].to_numpy())
    sold = np.zeros((len(years), len(seats)))
    np.add.at(sold, (place[ours], seat[ours]), money["amount"].to_numpy()[ours])
    sold = sold[_years_before(covered)].clip(min=0)
    potential = np.broadcast_to(organisation.seats["potential"].to_numpy()[seats], sold.shape)
    same = market[:, None] == market[None, :]
    share = sold / (sold @ same).clip(min=1) + potential / (potential @ same)
    return seats, share / (share @ same)


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
