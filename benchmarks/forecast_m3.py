"""Claim: short or long, monthly histories are forecast better than by seasonal naive and statsmodels' ETS.

The M3 competition's 1,428 monthly series (Makridakis and Hibon 2000), 18 months held out; all choices are
made by backtest on the training part. Prints MASE, the ratio to the peers, coverage by horizon bucket and
the interval score. With --peer a sample of the series is also forecast by statsmodels' ETS (slow).

    python benchmarks/forecast_m3.py [--peer] [--no-boosting]
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.models.forecast import forecast_panel
from pipeline.models.forecast.accuracy import coverage, interval_score
from pipeline.models.forecast.panel import naive_scale

DATA = Path(__file__).parents[1] / "../shared/data/m3_monthly/m3_monthly.csv.gz"
HORIZON = 18
BUCKETS = ((0, 6), (6, 12), (12, 18))
PEER_SERIES = 60


def load() -> tuple[np.ndarray, np.ndarray]:
    rows = pd.read_csv(DATA)
    train = rows[rows["part"] == "train"]
    wide = train.assign(
        back=train.groupby("series_id")["month_index"].transform("max") - train["month_index"]
    )
    panel = wide.pivot_table(index="series_id", columns="back", values="value").to_numpy()[:, ::-1]
    held = rows[rows["part"] == "test"].sort_values(["series_id", "month_index"])
    return panel, held["value"].to_numpy().reshape(-1, HORIZON)


def statsmodels_ets(history: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """AICc choice of four ETS models, with its own 95% interval."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    series = pd.Series(history, index=pd.period_range("2000-01", periods=len(history), freq="M"))
    fits = [
        ETSModel(
            series,
            error=error,
            trend="add",
            damped_trend=True,
            seasonal=season,
            seasonal_periods=12 if season else None,
        ).fit(disp=False)
        for error, season in (("mul", "mul"), ("mul", None), ("add", "add"), ("add", None))
    ]  # fmt: skip
    best = min(fits, key=lambda fit: fit.aicc)
    ahead = best.get_prediction(start=len(series), end=len(series) + HORIZON - 1).summary_frame(alpha=0.05)
    return ahead["mean"].to_numpy(), ahead.iloc[:, -2].to_numpy(), ahead.iloc[:, -1].to_numpy()


def report(panel: np.ndarray, actual: np.ndarray, months: int | None, *, boosting: bool, peer: bool) -> None:
    history = panel if months is None else panel[:, -months:]
    scale = naive_scale(panel)
    started = time.process_time()
    made = forecast_panel(history, HORIZON, boosting=boosting)
    seconds = time.process_time() - started
    errors = np.abs(made.expected - actual).mean(axis=1) / scale
    naive = np.abs(made.members.seasonal_naive - actual).mean(axis=1) / scale
    ratio = errors.mean() / naive.mean()
    print(f"{months or 'full'} months: MASE {errors.mean():.3f}, {seconds:.1f} CPU s, {made.shares}")
    print(f"  ratio to seasonal naive {ratio:.3f}")
    for level in (0.8, 0.95):
        held = [
            coverage(actual[:, a:b], made.low[level][:, a:b], made.high[level][:, a:b]) for a, b in BUCKETS
        ]
        score = (interval_score(actual, made.low[level], made.high[level], level) / scale).mean()
        print(
            f"  {level:.0%} intervals hold {', '.join(f'{share:.3f}' for share in held)}; score {score:.2f}"
        )
    if peer:
        chosen = np.linspace(0, len(panel) - 1, PEER_SERIES).astype(int)
        theirs = [statsmodels_ets(row[np.isfinite(row)]) for row in history[chosen]]
        mean, low, high = (np.array([each[k] for each in theirs]) for k in range(3))
        error = (np.abs(mean - actual[chosen]).mean(axis=1) / scale[chosen]).mean()
        score = (interval_score(actual[chosen], low, high, 0.95) / scale[chosen]).mean()
        mine = (
            interval_score(actual[chosen], made.low[0.95][chosen], made.high[0.95][chosen], 0.95)
            / scale[chosen]
        ).mean()
        print(f"  against ETS on {PEER_SERIES} series: MASE ratio {errors[chosen].mean() / error:.3f}")
        print(f"  95% interval score ratio {mine / score:.3f}")


if __name__ == "__main__":
    everything, held_out = load()
    for length in (None, 36, 24):
        report(
            everything, held_out, length, boosting="--no-boosting" not in sys.argv, peer="--peer" in sys.argv
        )
