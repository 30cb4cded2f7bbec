"""What a company keeps in sheets: market grid, credit terms, quotas, scorecard inputs."""

import numpy as np
import pandas as pd

from pipeline.company_demo.frames import dates, identifiers, in_catalog_form, labels
from pipeline.company_demo.organisation import Organisation
from pipeline.company_demo.plan import Plan
from pipeline.company_demo.rhythm import Days, first_of_month, month_number
from pipeline.company_demo.words import INDUSTRIES

ADJUSTED_SHARE, QUOTA_SHARE, QUOTA_MONTHS, SCORED_MONTHS = 0.04, 0.06, 15, 24
INDICATORS = {
    "rep": ("organisation",),
    "key_account_manager": ("organisation",),
    "business_development": ("information_gathered", "teamwork"),
    "delivery": ("on_schedule", "quality_met", "cost_control", "documents", "teamwork"),
    "service": ("relationship",),
}
"""Indicators of handbook section 10 that no table measures, by role."""
ADJUSTMENT_REASONS = ("large project", "strategic customer", "guarantee received", "late payments")


def make_market_grid(plan: Plan, customers: pd.DataFrame, organisation: Organisation) -> pd.DataFrame:
    """The table `market_grid`: more companies exist than we know."""
    rng = plan.generator("grid")
    cells = pd.MultiIndex.from_product(
        [range(len(INDUSTRIES)), range(len(organisation.regions))], names=["industry", "region"]
    )
    ours = customers.groupby(["industry", "region"])["wallet"].agg(["size", "median"]).reindex(cells)
    number = len(cells)
    companies = np.ceil((ours["size"].fillna(0) + 1) * rng.uniform(2.5, 12, number)).to_numpy()
    spend = ours["median"].fillna(customers["wallet"].median()) * rng.uniform(0.5, 1.1, number)
    region = cells.get_level_values("region").to_numpy(dtype=np.int64)
    return in_catalog_form(
        "market_grid",
        {
            "industry": labels(list(INDUSTRIES), cells.get_level_values("industry").to_numpy(dtype=np.int64)),
            "market": labels(
                organisation.markets, np.array([code for _, code in organisation.regions])[region]
            ),
            "region": labels([name for name, _ in organisation.regions], region),
            "companies": companies,
            "spend_per_company": np.round(spend.to_numpy(), -3),
        },
    )


def make_credit_terms(plan: Plan, customers: pd.DataFrame, acquired: Days) -> pd.DataFrame:
    """The table `credit_terms`: a term for everyone who traded, an adjustment for some."""
    rng = plan.generator("credit")
    who = np.flatnonzero(acquired <= plan.last)
    adjusted = who[rng.random(len(who)) < ADJUSTED_SHARE]
    later = (
        acquired[adjusted]
        + 30
        + (rng.random(len(adjusted)) * (plan.last - acquired[adjusted])).astype(np.int64)
    )
    adjustment = np.round(
        customers["mean_spend"].to_numpy()[adjusted] * rng.choice([-1, 1, 2, 4], len(adjusted)), -3
    )
    reason = np.where(adjustment < 0, 3, rng.integers(0, 3, len(adjusted)))
    customer = np.concatenate([who, adjusted])
    frame = pd.DataFrame(
        {
            "customer": customer,
            "set_on": np.concatenate([acquired[who], later]),
            "adjustment": np.concatenate([np.zeros(len(who)), adjustment]),
            "reason": np.concatenate([np.full(len(who), -1), reason]),
            "growth": np.round(np.where(rng.random(len(customer)) < 0.1, 1.2, 1.0), 2),
        }
    )
    frame = frame.loc[frame["set_on"] <= plan.last].sort_values(["set_on", "customer"], kind="stable")
    return in_catalog_form(
        "credit_terms",
        {
            "customer_id": identifiers("C", frame["customer"].to_numpy()),
            "set_on": dates(frame["set_on"].to_numpy()),
            "term_days": customers["term"].to_numpy()[frame["customer"]],
            "adjustment": frame["adjustment"].to_numpy(),
            "reason": labels(ADJUSTMENT_REASONS, frame["reason"].to_numpy()),
            "author": labels(["Finance"], np.where(frame["reason"] >= 0, 0, -1)),
            "growth_factor": frame["growth"].to_numpy(),
        },
    )


def make_quotas(
    plan: Plan, customers: pd.DataFrame, orders: pd.DataFrame, lines: pd.DataFrame
) -> pd.DataFrame:
    """The table `quotas`: the last months of some distributors' best product, near what they ordered."""
    rng = plan.generator("quotas")
    wanted = (customers["line"] == 1) & (rng.random(len(customers)) < QUOTA_SHARE)
    known = lines.loc[(lines["quantity"] > 0)]
    known = known.assign(
        customer=orders["customer"].to_numpy()[known["order"]], day=orders["day"].to_numpy()[known["order"]]
    )
    known = known.loc[wanted.to_numpy()[known["customer"]] & (known["day"] <= plan.last)]
    best = known.groupby(["customer", "product"])[["quantity"]].sum().reset_index()
    best = best.sort_values(["customer", "quantity", "product"]).drop_duplicates("customer", keep="last")
    last = int(month_number(np.array([plan.last]))[0])
    months = np.arange(last - QUOTA_MONTHS + 1, last + 1, dtype=np.int64)
    row, month = (grid.ravel() for grid in np.meshgrid(np.arange(len(best)), months, indexing="ij"))
    a_month = best["quantity"].to_numpy()[row] / (12 * plan.years) * 1.4
    return in_catalog_form(
        "quotas",
        {
            "customer_id": identifiers("C", best["customer"].to_numpy()[row]),
            "product_id": identifiers("K", best["product"].to_numpy()[row], 3),
            "month": _month_keys(month),
            "allocated": np.ceil(a_month * rng.uniform(0.6, 1.6, len(row))),
            "set_on": dates(first_of_month(month) - 5),
        },
    )


def make_scorecard_inputs(plan: Plan, organisation: Organisation) -> pd.DataFrame:
    """The table `scorecard_inputs`: entered on the third day of the next month."""
    rng = plan.generator("scorecards")
    last = int(month_number(np.array([plan.last + 1]))[0])
    months = np.arange(last - SCORED_MONTHS, last, dtype=np.int64)
    parts = []
    for role, indicators in INDICATORS.items():
        seats = np.flatnonzero(organisation.seats["role"] == role)
        month, seat, indicator = (
            grid.ravel() for grid in np.meshgrid(months, seats, np.arange(len(indicators)), indexing="ij")
        )
        names = labels(indicators, indicator)
        parts.append(pd.DataFrame({"month": month, "seat": seat, "indicator": names}))
    frame = pd.concat(parts, ignore_index=True)
    month = frame["month"].to_numpy()
    set_on = first_of_month(month + 1) + 2
    person = organisation.holder(frame["seat"].to_numpy(), first_of_month(month))
    ability = np.random.default_rng(plan.seed).normal(0, 5, len(organisation.spells))[person]
    frame = frame.assign(
        person=person,
        set_on=set_on,
        value=np.clip(np.round(86 + ability + rng.normal(0, 5, len(frame))), 0, 120),
    )
    frame = frame.loc[frame["set_on"] <= plan.last].reset_index(drop=True)
    return in_catalog_form(
        "scorecard_inputs",
        {
            "person_id": identifiers("P", frame["person"].to_numpy(), 5),
            "month": _month_keys(frame["month"].to_numpy()),
            "indicator": frame["indicator"],
            "value": frame["value"],
            "set_on": dates(frame["set_on"].to_numpy()),
        },
    )


def _month_keys(months: Days) -> pd.Series:
    return pd.Series(np.datetime_as_string(months.astype("datetime64[M]")), dtype="str")
