"""The weekly competing-risk hazard against hand-worked rows, naive loops and known truth."""

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import ModelInputError, NotEnoughData
from pipeline.models.business_days import quarter_position, worked_and_festival_days
from pipeline.models.closing_hazard import (
    HazardSettings,
    fit_calibrated_hazard,
    fit_closing_hazard,
    forecast_at_origins,
    repeat_static_cases,
)
from pipeline.models.closing_hazard.fit import _thin_quiet_weeks
from pipeline.models.closing_hazard.rows import as_known, weeks_at_risk

AS_OF = pd.Timestamp("2026-03-31")


def days(*texts: str | None) -> pd.DatetimeIndex:
    return pd.DatetimeIndex([pd.Timestamp(t) if t else pd.NaT for t in texts])


def three_cases() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "deal_id": ["a", "b", "c"],
            "opened_on": days("2026-03-01", "2026-03-03", "2026-03-17"),
            "closed_on": days("2026-03-12", None, "2026-03-31"),
            "outcome": ["won", "open", "lost"],
        }
    )


def test_a_case_is_at_risk_until_the_week_in_which_it_closes() -> None:
    snapshots = three_cases().assign(snapshot_on=days("2026-03-03", "2026-03-03", "2026-03-17"))
    rows = weeks_at_risk(snapshots, as_of=AS_OF, max_lead_weeks=10)
    # a closes nine days after the snapshot: in its second week; b is open for all four whole weeks;
    # c closes on day 14: the last day of its second week.
    assert rows.to_numpy().tolist() == [
        [0, 0, 0], [0, 1, 1],
        [1, 0, 0], [1, 1, 0], [1, 2, 0], [1, 3, 0],
        [2, 0, 0], [2, 1, 2],
    ]  # fmt: skip


def test_cases_are_repeated_only_where_they_were_open_and_watched() -> None:
    repeated = repeat_static_cases(
        three_cases(), as_of=AS_OF, first_observed_on=pd.Timestamp("2026-03-10"), every_weeks=1
    )
    seen = {(r.deal_id, r.snapshot_on.day) for r in repeated.itertuples()}
    assert seen == {("a", 10), ("b", 10), ("b", 17), ("b", 24), ("b", 31), ("c", 17), ("c", 24)}


def test_at_an_earlier_origin_later_outcomes_are_unknown() -> None:
    snapshots = three_cases().assign(snapshot_on=days("2026-03-03", "2026-03-03", "2026-03-17"))
    past = as_known(snapshots, pd.Timestamp("2026-03-17"))
    assert past["outcome"].tolist() == ["won", "open", "open"]
    late = as_known(snapshots.assign(known_on=pd.Timestamp("2026-03-30")), pd.Timestamp("2026-03-17"))
    assert late["outcome"].tolist() == ["open", "open", "open"]


def test_weeks_of_a_shifted_business_quarter() -> None:
    moments = np.array(["2026-02-01", "2026-02-08", "2026-04-30", "2026-01-31"], dtype="datetime64[D]")
    week, month = quarter_position(moments, quarter_start_month=2)
    assert week.tolist() == [0, 1, 12, 12]
    assert month.tolist() == [0, 0, 2, 2]


def simulated(rng: np.random.Generator, *, deals: int = 700, weeks: int = 80) -> pd.DataFrame:
    """Weekly chances: grade A won 8%, lost 2%; grade B won 2%, lost 4%."""
    won = {"A": 0.08, "B": 0.02}
    lost = {"A": 0.02, "B": 0.04}
    start = AS_OF - pd.Timedelta(weeks=weeks)
    rows = []
    for number in range(deals):
        grade = "A" if rng.random() < 0.5 else "B"
        opened = int(rng.integers(0, weeks - 1))
        closed_on, outcome = pd.NaT, "open"
        for week in range(opened, weeks):
            draw = rng.random()
            if draw < won[grade] + lost[grade]:
                outcome = "won" if draw < won[grade] else "lost"
                closed_on = start + pd.Timedelta(days=week * 7 + 3)
                break
        rows.append((f"d{number}", start + pd.Timedelta(weeks=opened), closed_on, outcome, grade))
    return pd.DataFrame(rows, columns=["deal_id", "opened_on", "closed_on", "outcome", "grade"])


@pytest.fixture(scope="module")
def record() -> pd.DataFrame:
    cases = simulated(np.random.default_rng(7))
    first = AS_OF - pd.Timedelta(weeks=70)
    return repeat_static_cases(cases, as_of=AS_OF, first_observed_on=first, every_weeks=2)


def test_known_weekly_chances_are_recovered(record: pd.DataFrame) -> None:
    model = fit_closing_hazard(record, as_of=AS_OF, covariates=["grade"])
    now = record.loc[record["snapshot_on"] == AS_OF]
    within = model.within(now, weeks=8).assign(grade=now["grade"].to_numpy()).groupby("grade").mean(True)
    for grade, p, q in [("A", 0.08, 0.02), ("B", 0.02, 0.04)]:
        ever = (1 - (1 - p - q) ** 8) / (p + q)
        assert within.loc[grade, "p_won"] == pytest.approx(p * ever, abs=0.07)
        assert within.loc[grade, "p_lost"] == pytest.approx(q * ever, abs=0.07)


def test_chances_of_each_open_case_add_up_to_one(record: pd.DataFrame) -> None:
    model = fit_closing_hazard(record, as_of=AS_OF, covariates=["grade"])
    now = record.loc[record["snapshot_on"] == AS_OF]
    weekly = model.predict(now, weeks=60)
    assert len(weekly) == 60 * len(now)
    assert weekly["week_starts_on"].iloc[0] == AS_OF + pd.Timedelta(days=1)
    ended = weekly.groupby("deal_id", sort=False)[["p_won", "p_lost"]].sum().sum(axis=1)
    last = weekly.loc[weekly["week_ahead"] == 60].set_index("deal_id")["p_open"]
    np.testing.assert_allclose(ended + last, 1.0)
    within = model.within(now, weeks=8).set_index("deal_id")["p_won"]
    first_eight = weekly.loc[weekly["week_ahead"] <= 8].groupby("deal_id", sort=False)["p_won"].sum()
    pd.testing.assert_series_equal(within, first_eight)


def test_later_closings_do_not_reach_an_earlier_origin(record: pd.DataFrame) -> None:
    origin = pd.Timestamp(np.sort(record["snapshot_on"].unique())[-10])
    whole = fit_closing_hazard(as_known(record, origin), as_of=origin, covariates=["grade"])
    scrambled = record.copy()
    later = scrambled["closed_on"] > origin
    scrambled.loc[later, "outcome"] = "lost"
    again = fit_closing_hazard(as_known(scrambled, origin), as_of=origin, covariates=["grade"])
    np.testing.assert_array_equal(whole.coefficients, again.coefficients)


def test_level_is_the_shrunken_mean_of_matured_origins(record: pd.DataFrame) -> None:
    settings = HazardSettings(calibration_origins=3, calibration_spacing_weeks=4)
    model = fit_calibrated_hazard(record, as_of=AS_OF, covariates=["grade"], settings=settings)
    matured = model.matured
    assert matured is not None
    assert (matured["origin"] + pd.Timedelta(weeks=8) <= AS_OF).all()
    ratios = np.log((matured["won_actual"] + 0.5) / (matured["won_forecast"] + 0.5))
    assert model.won_factor == pytest.approx(np.exp(ratios.sum() / (3 + 1)))


def test_forecasts_at_origins_use_what_happened_next(record: pd.DataFrame) -> None:
    origin = pd.Timestamp(np.sort(record["snapshot_on"].unique())[-6])
    cases = forecast_at_origins(record, [origin], as_of=AS_OF, covariates=["grade"])
    open_then = record.loc[record["snapshot_on"] == origin]
    horizon = origin + pd.Timedelta(weeks=8)
    won = (open_then["outcome"] == "won") & (open_then["closed_on"] <= horizon)
    assert cases["is_won"].sum() == won.sum()
    assert cases["p_won"].sum() == pytest.approx(won.sum(), rel=0.4)


def test_unusable_input_is_refused(record: pd.DataFrame) -> None:
    with pytest.raises(NotEnoughData, match="closings"):
        fit_closing_hazard(record.head(5).assign(closed_on=pd.NaT, outcome="open"), as_of=AS_OF)
    with pytest.raises(ModelInputError, match="outcome must be"):
        fit_closing_hazard(record.assign(outcome="invalid"), as_of=AS_OF)
    with pytest.raises(ModelInputError, match="columns"):
        fit_closing_hazard(record.drop(columns="opened_on"), as_of=AS_OF)


def test_large_records_are_thinned_by_whole_cases(record: pd.DataFrame) -> None:
    small = HazardSettings(max_training_rows=2_000)
    thin = fit_closing_hazard(record, as_of=AS_OF, settings=small)
    full = fit_closing_hazard(record, as_of=AS_OF)
    now = record.loc[record["snapshot_on"] == AS_OF]
    assert thin.events < full.events
    assert thin.within(now)["p_won"].mean() == pytest.approx(full.within(now)["p_won"].mean(), rel=0.4)


def test_without_a_habit_of_the_quarter_its_weeks_differ_little(record: pd.DataFrame) -> None:
    # The simulated chances know no calendar; some 300 wins in 13 weeks leave a little noise.
    model = fit_closing_hazard(record, as_of=AS_OF, covariates=["grade"])
    habits = model.by_week_of_quarter(record.loc[record["snapshot_on"] == AS_OF])
    assert habits["week"].tolist() == list(range(1, 14))
    assert habits["p_won"].max() < 2 * habits["p_won"].min()


def test_the_habit_of_a_quarters_end_is_found() -> None:
    rng = np.random.default_rng(3)
    days_open = pd.date_range(AS_OF - pd.Timedelta(weeks=104), AS_OF, freq="7D")
    opened = days_open[rng.integers(0, 90, 900)]
    rows = []
    for number, start in enumerate(opened):
        closed_on, outcome = pd.NaT, "open"
        for day in days_open[days_open > start]:
            in_last_weeks = quarter_position(np.array([day.to_datetime64()]), 1)[0][0] >= 10
            if rng.random() < (0.12 if in_last_weeks else 0.03):
                closed_on, outcome = day, "won"
                break
        rows.append((f"d{number}", start, closed_on, outcome))
    cases = pd.DataFrame(rows, columns=["deal_id", "opened_on", "closed_on", "outcome"])
    seen = repeat_static_cases(cases, as_of=AS_OF, first_observed_on=days_open[8], every_weeks=1)
    model = fit_closing_hazard(seen, as_of=AS_OF)
    habits = model.by_week_of_quarter(seen.loc[seen["snapshot_on"] == AS_OF]).set_index("week")["p_won"]
    assert habits.loc[11:13].mean() > 2 * habits.loc[2:9].mean()


def test_quiet_weeks_drawn_keep_what_all_stood_for() -> None:
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({
        "position": np.arange(5000), "lead_weeks": 0, "event": (rng.random(5000) < 0.05).astype(int),
        "weight": rng.random(5000),
    })  # fmt: skip
    thin = _thin_quiet_weeks(rows, 400)
    sums = [frame.groupby("event")["weight"].sum() for frame in (rows, thin)]
    np.testing.assert_allclose(sums[1], sums[0])
    assert (thin["event"] == 0).sum() <= 400
    assert (thin["event"] == 1).sum() == (rows["event"] == 1).sum()


def test_snapshots_on_other_days_of_the_week_are_refused(record: pd.DataFrame) -> None:
    # seen from Tuesday and from Friday, one closing would fall into two weeks and count twice
    shifted = record.assign(snapshot_on=record["snapshot_on"] + pd.Timedelta(days=3))
    shifted = shifted[~(shifted["closed_on"] <= shifted["snapshot_on"])]
    with pytest.raises(ModelInputError, match="whole weeks"):
        fit_closing_hazard(pd.concat([record, shifted]), as_of=AS_OF)


def test_a_hazard_learns_that_little_closes_around_the_spring_festival() -> None:
    rng = np.random.default_rng(3)
    as_of, weeks = pd.Timestamp("2026-03-28"), 104
    start = as_of - pd.Timedelta(weeks=weeks)
    starts = (start + pd.to_timedelta(7 * np.arange(weeks) + 1, unit="D")).to_numpy()
    _, festival = worked_and_festival_days(starts, "CN")
    chance = np.where(festival >= 5, 0.01, 0.10)
    rows = []
    for number in range(1_500):
        opened = int(rng.integers(0, weeks))
        week = next((w for w in range(opened, weeks) if rng.random() < chance[w]), None)
        closed = pd.NaT if week is None else start + pd.Timedelta(days=7 * week + 3)
        rows.append((f"d{number}", start + pd.Timedelta(weeks=opened), closed))
    cases = pd.DataFrame(rows, columns=["deal_id", "opened_on", "closed_on"])
    cases["outcome"] = np.where(cases["closed_on"].notna(), "won", "open")
    seen = repeat_static_cases(cases, as_of=as_of, first_observed_on=start, every_weeks=4)
    before = as_of - pd.Timedelta(weeks=8)  # the festival of 2026 lies ahead, those of 2024 and 2025 behind
    at_risk = as_known(seen, before)
    now = seen[seen["snapshot_on"] == before].drop(columns="snapshot_on")
    plain, calendar = (
        fit_closing_hazard(at_risk, as_of=before, settings=HazardSettings(country=country))
        .predict(now, weeks=8)
        .groupby("week_ahead")["p_won"]
        .sum()
        for country in ("", "CN")
    )
    _, ahead = worked_and_festival_days(
        (before + pd.to_timedelta(7 * np.arange(8) + 1, unit="D")).to_numpy(), "CN"
    )
    quiet = ahead >= 5
    assert quiet.sum() == 2
    came = now["closed_on"].dropna()
    week = ((came - before).dt.days.to_numpy() - 1) // 7
    wins = np.bincount(week[week < 8], minlength=8)
    assert abs(calendar.to_numpy()[quiet].sum() - wins[quiet].sum()) < 0.5 * abs(
        plain.to_numpy()[quiet].sum() - wins[quiet].sum()
    )
