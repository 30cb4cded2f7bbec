"""Claim: short or long, monthly histories are forecast better than by seasonal naive and automatic ETS.

The M3 competition's 1,428 monthly series (Makridakis and Hibon 2000), 18 months held out; all choices are
made by backtest on the training part. Prints MASE, the ratio to the peers, coverage by horizon bucket and
the interval score. With --peer the series are also forecast by statsforecast's AutoETS where it is installed
(two to four minutes a length), else a sample of them by statsmodels' ETS chosen by AICc.

    python benchmarks/forecast_m3.py [--peer] [--no-boosting]
"""

import importlib.util
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


def statsmodels_ets(history: np.ndarray) -> list[np.ndarray]:
    """AICc choice of four ETS models: the mean and its own 80% and 95% intervals."""
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
    ahead = best.get_prediction(start=len(series), end=len(series) + HORIZON - 1)
    frames = [ahead.summary_frame(alpha=1 - level) for level in (0.8, 0.95)]
    return [frames[0]["mean"].to_numpy(), *(f.iloc[:, -k].to_numpy() for f in frames for k in (2, 1))]


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
        chosen, theirs = peers(history)
        error = (np.abs(theirs[0] - actual[chosen]).mean(axis=1) / scale[chosen]).mean()
        print(f"  against ETS on {len(chosen)} series: MASE ratio {errors[chosen].mean() / error:.3f}")
        for level, ends in ((0.8, theirs[1:3]), (0.95, theirs[3:5])):
            own = made.low[level][chosen], made.high[level][chosen]
            scores = [
                (interval_score(actual[chosen], *each, level) / scale[chosen]).mean() for each in (own, ends)
            ]
            print(f"  {level:.0%} interval score ratio {scores[0] / scores[1]:.3f}; "
                  f"theirs hold {coverage(actual[chosen], *ends):.3f}")  # fmt: skip


def peers(history: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows forecast, and mean and ends of the 80% and 95% intervals: five arrays of series by months."""
    if importlib.util.find_spec("statsforecast") is not None:
        from statsforecast.models import AutoETS

        names = ("mean", "lo-80", "hi-80", "lo-95", "hi-95")
        made = [
            AutoETS(season_length=12).forecast(y=row[np.isfinite(row)], h=HORIZON, level=[80, 95])
            for row in history
        ]
        return np.arange(len(history)), np.array([[each[name] for each in made] for name in names])
    chosen = np.linspace(0, len(history) - 1, PEER_SERIES).astype(int)
    found = np.array([statsmodels_ets(row[np.isfinite(row)]) for row in history[chosen]])
    return chosen, found.transpose(1, 0, 2)


if __name__ == "__main__":
    everything, held_out = load()
    for length in (None, 36, 24):
        report(
            everything, held_out, length, boosting="--no-boosting" not in sys.argv, peer="--peer" in sys.argv
        )
