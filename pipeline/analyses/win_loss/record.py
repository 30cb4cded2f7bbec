"""The record of eight-week forecasts: what was said at past origins, what came, simpler ways beside it."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.models.closing_hazard import HazardSettings
from pipeline.models.pooling import pool_rates

PEERS = {"p_base": "base rate", "p_stage": "stage rates", "p_crm": "crm"}
"""Columns of the record, and the ways of forecasting that they are."""
OWN = "closing hazard"
FILLED_ENOUGH = 0.5
"""Share of open deals that must carry the CRM's probability for it to be judged."""
RECORD_COLUMNS = {
    "origin": "datetime64[s]", "opportunity_id": "str", "p_won": "float64", "is_won": "bool",
    "amount": "float64", "earned": "float64", **dict.fromkeys(PEERS, "float64"),
}  # fmt: skip


def record_of(
    cases: pd.DataFrame | None, rows: pd.DataFrame, settings: HazardSettings, final_amounts: pd.Series
) -> pd.DataFrame:
    """One row per past origin and deal open then, with what was known at it.

    Columns: `origin`, `opportunity_id`, `p_won` (won within eight weeks, at the level that origins matured
    before it taught), `is_won`, `amount` (on paper then; where there was none, the mean of what had been won
    by then), `earned` (signed amount of those won), and three simpler ways: `p_base` (share won within eight
    weeks of the deals open eight weeks before), `p_stage` (the same by stage, shrunken) and `p_crm` (the
    CRM's probability if it expects the deal to close in the window); each empty where it cannot be had.
    """
    if cases is None or cases.empty:
        return no_record()
    weeks = pd.Timedelta(weeks=settings.calibration_horizon_weeks)
    level = _levels(cases, weeks, settings.calibration_prior)
    p_won = np.minimum(cases["p_won"].astype(float) * cases["origin"].map(level).astype(float), 1.0)
    seen = rows.drop_duplicates(["deal_id", "snapshot_on"]).rename(columns={"snapshot_on": "origin"})
    found = cases.assign(p_won=p_won, is_won=cases["is_won"].astype(bool)).merge(
        seen.drop(columns=["closed_on", "outcome", "opened_on"]), on=["origin", "deal_id"], how="left"
    )
    final = found["deal_id"].map(final_amounts).astype(float)
    found = found.assign(
        amount=_amounts_then(found, rows, final_amounts), earned=final.where(found["is_won"], 0.0)
    )
    found = pd.concat([_beside(now, rows, weeks) for _, now in found.groupby("origin")], ignore_index=True)
    return found.rename(columns={"deal_id": "opportunity_id"})[list(RECORD_COLUMNS)]


def no_record() -> pd.DataFrame:
    """The record of a company with too few closings: no row."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in RECORD_COLUMNS.items()})


def matured_forecasts(record: pd.DataFrame) -> pd.DataFrame:
    """One row per past origin: open deals, and wins and money forecast and actual in the next eight weeks.

    Columns: `origin`, `open_deals`, `wins_forecast`, `wins_base` (by the base rate), `wins_actual`,
    `amount_forecast`, `amount_base`, `amount_actual`.
    """
    if record.empty:
        return record
    money = record["amount"].fillna(0.0)
    parts = {
        "open_deals": record["p_won"] * 0 + 1,
        "wins_forecast": record["p_won"],
        "wins_base": record["p_base"],
        "wins_actual": record["is_won"].astype(float),
    }
    parts |= {f"amount_{name}": parts[f"wins_{name}"] * money for name in ("forecast", "base")}
    parts["amount_actual"] = record["earned"].fillna(0.0)
    sums = pd.DataFrame(parts).groupby(record["origin"]).sum(min_count=1)
    return sums.astype({"open_deals": int}).reset_index()


def ways_compared(record: pd.DataFrame) -> pd.DataFrame:
    """One row per way of forecasting eight weeks ahead, on the origins and deals that all of them cover.

    Columns: `method`, `origins`, `deals`, `wins_forecast`, `wins_actual`, `amount_forecast`, `amount_actual`
    (sums over origins), `count_error`, `amount_error` (mean over origins of |forecast / actual - 1|; origins
    without a win left out) and `brier`.
    """
    if record.empty:
        return pd.DataFrame()
    ways = {"p_won": OWN} | {name: way for name, way in PEERS.items() if record[name].notna().any()}
    judged = record.dropna(subset=list(ways))
    return pd.DataFrame(list(_judged(judged, ways)))


def _judged(cases: pd.DataFrame, ways: dict[str, str]) -> Iterator[dict[str, object]]:
    won, money = cases["is_won"].astype(float), cases["amount"].fillna(0.0)
    for column, way in ways.items():
        sums = pd.DataFrame({
            "wins_forecast": cases[column], "wins_actual": won,
            "amount_forecast": cases[column] * money, "amount_actual": cases["earned"].fillna(0.0),
        }).groupby(cases["origin"]).sum()  # fmt: skip
        found: dict[str, object] = {"method": way, "origins": len(sums), "deals": len(cases)}
        found |= {str(name): float(total) for name, total in sums.sum().items()}
        found["count_error"] = _miss(sums["wins_forecast"], sums["wins_actual"])
        found["amount_error"] = _miss(sums["amount_forecast"], sums["amount_actual"])
        found["brier"] = float(((cases[column] - won) ** 2).mean())
        yield found


def _miss(forecast: pd.Series, actual: pd.Series) -> float:
    some = actual > 0
    return float((forecast[some] / actual[some] - 1).abs().mean()) if some.any() else np.nan


def _levels(cases: pd.DataFrame, weeks: pd.Timedelta, prior: float) -> dict[pd.Timestamp, float]:
    """Per origin the level that earlier origins, matured by then, teach."""
    sums = cases.groupby("origin")[["p_won", "is_won"]].sum().astype(float)
    ends = pd.DatetimeIndex(sums.index) + weeks
    level = {}
    for origin in sums.index:
        before = sums.loc[ends <= origin]
        logs = np.log((before["is_won"] + 0.5) / (before["p_won"] + 0.5))
        level[origin] = float(np.exp(logs.sum() / (len(before) + prior)))
    return level


def _amounts_then(found: pd.DataFrame, rows: pd.DataFrame, final_amounts: pd.Series) -> pd.Series:
    """Each deal's amount on paper at the origin, else the mean signed amount of deals won before it."""
    won = rows.loc[rows["outcome"] == "won"].drop_duplicates("deal_id")
    signed = won["deal_id"].map(final_amounts).astype(float)
    usual = {origin: signed[won["closed_on"] <= origin].mean() for origin in found["origin"].unique()}
    amounts = found["amount"].astype(float).where(found["amount"] > 0)
    return amounts.fillna(found["origin"].map(usual).astype(float))


def _beside(now: pd.DataFrame, rows: pd.DataFrame, weeks: pd.Timedelta) -> pd.DataFrame:
    """The deals open at one origin with what simpler ways would have said on that day."""
    origin = now["origin"].iloc[0]
    earlier = rows.loc[rows["snapshot_on"] <= origin - weeks]
    then = earlier.loc[earlier["snapshot_on"] == earlier["snapshot_on"].max()]
    won = then["outcome"].eq("won") & (then["closed_on"] <= then["snapshot_on"] + weeks)
    found = now.assign(p_base=won.mean() if len(then) else np.nan, p_stage=np.nan, p_crm=np.nan)
    if "stage" not in now or then.empty:
        return found
    counts = won.groupby(then["stage"]).agg(["sum", "size"]).set_axis(["won", "closed"], axis=1)
    rates = pool_rates(counts.reset_index()).rates.set_index("stage")["rate"]
    found["p_stage"] = found["stage"].map(rates).astype(float).fillna(found["p_base"])
    if found["probability"].notna().mean() > FILLED_ENOUGH:
        expected = found["expected_close_on"] <= origin + weeks
        found["p_crm"] = found["probability"].fillna(found["p_base"]).astype(float).where(expected, 0.0)
    return found
