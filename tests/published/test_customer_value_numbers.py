"""Published estimates on the CDNOW sample, to the digits printed in the papers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.models.repeat_purchase import distinct_patterns, fit_bg_nbd, fit_pareto_nbd
from pipeline.models.spend import fit_spend

SAMPLE = Path(__file__).parents[2].parent / "shared" / "data" / "cdnow" / "CDNOW_sample.txt"
END_OF_CALIBRATION = pd.Timestamp("1997-09-30")

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not SAMPLE.exists(), reason="the CDNOW sample is not beside the checkout"),
]


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    """One row per customer: repeat days, recency and age in days, mean dollars per repeat day."""
    names = ["customer", "in_sample", "date", "discs", "dollars"]
    lines = pd.read_csv(SAMPLE, sep=r"\s+", header=None, names=names, dtype={"date": str})
    lines["date"] = pd.to_datetime(lines["date"], format="%Y%m%d")
    lines = lines[lines["date"] <= END_OF_CALIBRATION]
    days = lines.groupby(["in_sample", "date"], as_index=False)["dollars"].sum()
    days["first"] = days.groupby("in_sample")["date"].transform("min")
    repeats = days[days["date"] > days["first"]].groupby("in_sample")
    table = days.groupby("in_sample")["date"].agg(["min", "max", "size"])
    return pd.DataFrame(
        {
            "frequency": table["size"] - 1,
            "recency_days": (table["max"] - table["min"]).dt.days,
            "age_days": (END_OF_CALIBRATION - table["min"]).dt.days,
            "mean_spend": repeats["dollars"].mean().reindex(table.index),
        }
    )


def test_bg_nbd_of_fader_hardie_lee_2005(customers):
    """Table 2: r 0.243, alpha 4.414, a 0.793, b 2.426, LL -9582.4 (weeks)."""
    patterns = distinct_patterns(customers["frequency"], customers["recency_days"], customers["age_days"])
    estimate = fit_bg_nbd(patterns).estimate
    assert estimate.parameters.round(3).tolist() == [0.243, 4.414, 0.793, 2.426]
    assert round(estimate.log_likelihood, 1) == -9582.4


def test_pareto_nbd_of_fader_hardie_lee_2005(customers):
    """Table 2: r 0.553, alpha 10.578, s 0.606, beta 11.669, LL -9595.0 (weeks)."""
    patterns = distinct_patterns(customers["frequency"], customers["recency_days"], customers["age_days"])
    estimate = fit_pareto_nbd(patterns).estimate
    np.testing.assert_allclose(estimate.parameters.round(3), [0.553, 10.578, 0.606, 11.669])
    assert round(estimate.log_likelihood, 1) == -9595.0


def test_estimates_do_not_depend_on_the_unit_of_time(customers):
    patterns = distinct_patterns(customers["frequency"], customers["recency_days"], customers["age_days"])
    weeks, years = fit_bg_nbd(patterns).estimate, fit_bg_nbd(patterns, time_unit_days=364.0).estimate
    np.testing.assert_allclose(weeks.parameters, years.parameters * [1, 52, 1, 1], rtol=1e-5)


def test_gamma_gamma_of_fader_hardie_2013(customers):
    """Section 4: p 6.25, q 3.74, gamma 15.44, LL -4055.92."""
    buyers = customers[customers["frequency"] > 0]
    estimate = fit_spend(buyers["frequency"], buyers["mean_spend"]).estimate
    assert estimate.parameters.round(2).tolist() == [6.25, 3.74, 15.44]
    assert round(estimate.log_likelihood, 2) == -4055.92
