"""How likely each open deal is to be won, if it comes to a decision: won / (won + lost)."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from pipeline.analyses.cache import cached
from pipeline.analyses.win_loss.fields import KNOWN_AT
from pipeline.analyses.win_loss.outlook import closing_outlook
from pipeline.analyses.win_loss.training import (
    decided,
    known_win_rate,
    learning_days,
    snapshots,
    usable_fields,
)
from pipeline.book import Book
from pipeline.errors import NotEnoughData
from pipeline.models.leakage import audit_fields, lag_row, lag_sensitivity, score_shift, shift_row
from pipeline.models.pooling import pool_rates
from pipeline.models.win_probability import (
    WinProbability,
    WinSettings,
    calibration_error,
    fit_win_probability,
    look_alike_groups,
)
from pipeline.models.win_probability.fit import NO_SKILL, SKILL
from pipeline.models.win_probability.scoring import area_under_curve

SEED = 20260101
TOO_FEW = "too few"
STAGE_RATES = "stage rates"
LAGS_DAYS = (0, 30, 90, 180)
LAG_DEALS = 3_000
SHIFT_ROWS = 20_000
"""About so many training rows stand for all when their scores are compared with those of open deals."""
LAGGED = {"rep_win_rate": "rep_id", "customer_win_rate": "customer_id"}
"""Fields made of earlier outcomes, and whose outcomes."""
NAMED_FIELDS = 3
SMALLEST_PART = 0.10
"""Log-odds below which a field is not named as raising or lowering a deal's probability."""
NOTICED = 0.02
"""Distance from the rate of all at which a stage is named as raising or lowering a probability."""
PROBABILITY_COLUMNS = (
    "opportunity_id", "probability", "probability_low", "probability_high", "method", "before", "change",
    "raises", "lowers", "changed_by",
)  # fmt: skip


@dataclass(frozen=True)
class CompanyModel:
    """The company's probabilities and everything that says how far to trust them."""

    verdict: str
    """`skill`, `no skill` or `too few`; only with `skill` is the model used."""
    method: str
    """`logistic`, `boosted` or `stage rates`."""
    problem: str
    open_deals: pd.DataFrame
    """One row per open deal of the company: `PROBABILITY_COLUMNS`."""
    metrics: dict[str, float]
    comparison: pd.DataFrame
    """One row per way of forecasting the same later deals: method, deals, brier, auc, calibration_error."""
    reliability: pd.DataFrame
    stage_rates: pd.DataFrame
    audit: pd.DataFrame
    lags: pd.DataFrame
    training_rows: int
    training_deals: int


def deal_probabilities(book: Book) -> pd.DataFrame:
    """One row per open deal of the scope: how likely it is to be won, why, and what changed.

    Columns: `opportunity_id`; `probability` (won / (won + lost), 0 to 1) with `probability_low` and
    `probability_high` where the method gives them; `method` (logistic, boosted, stage rates); `before`
    (probability a month ago under the same model, empty for younger deals) and `change`; `raises`,
    `lowers`, `changed_by` (names of fields, comma-separated); `p_won_8_weeks` and `p_won_year` (signed within
    8 and 60 weeks, from the closing hazard: these also know that deals go stale or turn out invalid).
    """
    return probabilities_of(book, company_model(book.whole), closing_outlook(book))


def probabilities_of(book: Book, model: CompanyModel, weeks: pd.DataFrame) -> pd.DataFrame:
    """`deal_probabilities` from the company's model and the weeks of the scope's open deals."""
    deals = book.opportunities.as_they_stood()
    mine = deals.loc[deals["outcome"] == "open", "opportunity_id"]
    table = model.open_deals.loc[model.open_deals["opportunity_id"].isin(mine)]
    near = weeks.loc[weeks["week_ahead"] <= 8].groupby("opportunity_id")["p_won"].sum()
    ever = weeks.groupby("opportunity_id")["p_won"].sum()
    return table.assign(
        p_won_8_weeks=table["opportunity_id"].map(near).astype(float),
        p_won_year=table["opportunity_id"].map(ever).astype(float),
    ).reset_index(drop=True)


@cached
def company_model(book: Book) -> CompanyModel:
    """Fit, judge and apply on the whole company; falls back to shrunken stage rates and says why."""
    month_ago = book.as_of - timedelta(days=book.as_of.day)
    rows = snapshots(book, learning_days(book))
    past = decided(rows, book.as_of)
    now = rows.loc[rows["snapshot_on"] == pd.Timestamp(book.as_of)].reset_index(drop=True)
    fields = usable_fields(past)
    rates = _stage_rates(past, book.company.stage_keys)
    groups = look_alike_groups(past, case="opportunity_id", fields=_creation_fields(fields))
    model, problem = _fit(past, fields, groups, book)
    skilled = model is not None and model.verdict == SKILL
    verdict = TOO_FEW if model is None else model.verdict
    before = _at_day(book, month_ago) if len(now) else now
    if skilled and model is not None:
        open_deals = _explained(model, now, before)
    else:
        open_deals = _by_stage(now, before, rates)
    return CompanyModel(
        verdict=verdict,
        method=model.kind if skilled and model is not None else STAGE_RATES,
        problem=problem,
        open_deals=open_deals,
        metrics=dict(model.metrics) if model else {},
        comparison=_comparison(model, past) if model else pd.DataFrame(),
        reliability=model.reliability if model else pd.DataFrame(),
        stage_rates=rates,
        audit=_audit(past, now, fields, model),
        lags=_lags(book, past, fields) if model else pd.DataFrame(),
        training_rows=len(past),
        training_deals=int(past["opportunity_id"].nunique()),
    )


def _fit(
    past: pd.DataFrame, fields: tuple[str, ...], groups: np.ndarray, book: Book
) -> tuple[WinProbability | None, str]:
    settings = WinSettings(
        min_won=book.company.deals.minimum_won_for_model, min_lost=book.company.deals.minimum_lost_for_model
    )
    try:
        model = fit_win_probability(
            past, fields=fields, groups=groups, rng=np.random.default_rng(SEED),
            seen_on="snapshot_on", known_on="known_on", weight="weight", settings=settings,
        )  # fmt: skip
    except NotEnoughData as problem:
        return None, str(problem)
    return model, ""


def _creation_fields(fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in fields if KNOWN_AT[name] == "creation")


def _at_day(book: Book, day: date) -> pd.DataFrame:
    """The deals open on an earlier day, as they looked then (empty before the first record)."""
    return snapshots(book, [day]) if book.first_day is None or day >= book.first_day else snapshots(book, [])


def _stage_rates(past: pd.DataFrame, stage_keys: tuple[str, ...]) -> pd.DataFrame:
    """One row per stage: won and closed among the deals seen in it, and the shrunken rate."""
    last = past.drop_duplicates(["opportunity_id", "stage"], keep="last")
    counts = last.groupby("stage")["is_won"].agg(won="sum", closed="size")
    stages = [*[s for s in stage_keys if s in counts.index], *sorted(set(counts.index) - set(stage_keys))]
    table = counts.reindex(stages).rename_axis("stage").reset_index().astype({"won": int, "closed": int})
    if table.empty:
        return table.assign(rate=pd.Series(dtype=float), rate_low=0.0, rate_high=0.0)
    return pool_rates(table).rates


def _by_stage(now: pd.DataFrame, before: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Shrunken rate of each deal's stage; of all stages where the stage was never seen."""
    common = float(np.average(rates["rate"], weights=rates["closed"])) if len(rates) else np.nan
    table = (
        rates.set_index("stage") if len(rates) else pd.DataFrame(columns=["rate", "rate_low", "rate_high"])
    )
    earlier = before["stage"].map(table["rate"]).fillna(common).set_axis(before["opportunity_id"])
    found = pd.DataFrame({"opportunity_id": now["opportunity_id"]}).assign(
        probability=now["stage"].map(table["rate"]).astype(float).fillna(common),
        probability_low=now["stage"].map(table["rate_low"]).astype(float),
        probability_high=now["stage"].map(table["rate_high"]).astype(float),
        method=STAGE_RATES,
    )
    found["before"] = found["opportunity_id"].map(earlier).astype(float)
    found["change"] = found["probability"] - found["before"]
    moved, gap = found["change"].abs() > 1e-9, found["probability"] - common
    found = found.assign(
        raises=np.where(gap > NOTICED, "stage", ""),
        lowers=np.where(gap < -NOTICED, "stage", ""),
        changed_by=np.where(moved, "stage", ""),
    )
    return found[list(PROBABILITY_COLUMNS)].reset_index(drop=True)


def _explained(model: WinProbability, now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Model probability with the fields that raise, lower and changed it."""
    parts = model.contributions(now).set_axis(now["opportunity_id"].to_numpy())
    old = model.contributions(before).set_axis(before["opportunity_id"].to_numpy())
    earlier = pd.Series(model.predict(before), index=before["opportunity_id"].to_numpy())
    found = pd.DataFrame({"opportunity_id": now["opportunity_id"], "probability": model.predict(now)})
    found["before"] = found["opportunity_id"].map(earlier).astype(float)
    found["change"] = found["probability"] - found["before"]
    moves = (parts - old.reindex(parts.index)).fillna(0.0)
    found = found.assign(
        probability_low=np.nan,
        probability_high=np.nan,
        method=model.kind,
        raises=_names(parts, 1.0),
        lowers=_names(parts, -1.0),
        changed_by=_names(moves.abs(), 1.0),
    )
    return found[list(PROBABILITY_COLUMNS)].reset_index(drop=True)


def _names(parts: pd.DataFrame, sign: float) -> list[str]:
    """Per row the fields with the largest parts of one sign, largest first."""
    values = parts.to_numpy(dtype=float) * sign
    order = np.argsort(-values, axis=1, kind="stable")[:, :NAMED_FIELDS]
    names = parts.columns.to_numpy(dtype=object)
    return [
        ",".join(names[place] for place in places if values[row, place] >= SMALLEST_PART)
        for row, places in enumerate(order)
    ]


def _comparison(model: WinProbability, past: pd.DataFrame) -> pd.DataFrame:
    """One row per way of forecasting the same later deals."""
    judged = model.validation
    rows = past.iloc[judged["row"].to_numpy()]
    won, weight = judged["is_won"].to_numpy(dtype=float), rows["weight"].to_numpy()
    forecasts = {
        model.kind: judged["probability"].to_numpy(),
        model.rival: judged["rival_probability"].to_numpy(),
        "base rate": judged["reference"].to_numpy(),
        STAGE_RATES: _earlier_stage_rates(past, judged),
    }
    crm = rows["probability"].to_numpy(dtype=float)
    if np.isfinite(crm).mean() > 0.5:
        forecasts["crm"] = np.where(np.isfinite(crm), crm, judged["reference"].to_numpy())
    table = []
    for method, forecast in forecasts.items():
        brier = float(np.average((forecast - won) ** 2, weights=weight))
        auc = area_under_curve(forecast, won, weight)
        error = calibration_error(forecast, won, weight=weight)
        table.append((method, rows["opportunity_id"].nunique(), brier, auc, error))
    return pd.DataFrame(table, columns=["method", "deals", "brier", "auc", "calibration_error"])


def _earlier_stage_rates(past: pd.DataFrame, judged: pd.DataFrame) -> np.ndarray:
    """For each judged row the shrunken rate of its stage, from outcomes known when its fold began."""
    found = judged["reference"].to_numpy(dtype=float).copy()
    rows = past.iloc[judged["row"].to_numpy()]
    for fold in judged["fold"].unique():
        here = (judged["fold"] == fold).to_numpy()
        known = past.loc[past["known_on"] <= rows.loc[here, "snapshot_on"].min()]
        if len(known):
            rates = _stage_rates(known, ()).set_index("stage")["rate"]
            found[here] = rows.loc[here, "stage"].map(rates).fillna(float(known["is_won"].mean())).to_numpy()
    return found


def _audit(
    past: pd.DataFrame, now: pd.DataFrame, fields: tuple[str, ...], model: WinProbability | None
) -> pd.DataFrame:
    """The leak audit on the last snapshot of each decided deal against today's open deals."""
    last = past.drop_duplicates("opportunity_id", keep="last")
    if last["is_won"].nunique() < 2:
        return pd.DataFrame()
    found = audit_fields(last, now, fields=fields, amount="amount_now", case="opportunity_id")
    if model is None or now.empty:
        return found
    some = past.iloc[:: max(1, len(past) // SHIFT_ROWS)]
    shift = score_shift(model.predict(some), model.predict(now))
    return pd.concat([found, pd.DataFrame([shift_row(shift)])], ignore_index=True)


def _lags(book: Book, past: pd.DataFrame, fields: tuple[str, ...]) -> pd.DataFrame:
    """How the record falls when outcomes feed the as-of win rates only so many days later."""
    rates = [name for name in fields if name in LAGGED]
    if not rates:
        return pd.DataFrame()
    table = past.drop_duplicates("opportunity_id", keep="last").tail(LAG_DEALS).reset_index(drop=True)
    groups = np.arange(len(table))
    settings = WinSettings(penalties=(0.1,), boosting_seeds=(), folds=3, bootstrap_samples=20)

    def record(lag_days: int) -> float:
        late = {name: known_win_rate(book, table, LAGGED[name], lag_days=lag_days) for name in rates}
        model = fit_win_probability(
            table.assign(**late), fields=fields, groups=groups, rng=np.random.default_rng(SEED),
            seen_on="snapshot_on", known_on="known_on", settings=settings,
        )  # fmt: skip
        return model.metrics["auc"]

    try:
        return lag_sensitivity(record, LAGS_DAYS)
    except NotEnoughData:
        return pd.DataFrame()


def verdict_is_negative(model: CompanyModel) -> bool:
    """Whether later deals gave no evidence that anything recorded tells won from lost."""
    return model.verdict == NO_SKILL


def audit_with_lags(model: CompanyModel) -> pd.DataFrame:
    """The audit with the lag sensitivity as one more row."""
    if model.lags.empty:
        return model.audit
    return pd.concat([model.audit, pd.DataFrame([lag_row(model.lags)])], ignore_index=True)
