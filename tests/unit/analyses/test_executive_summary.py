"""The executive page: landing as the forecast says it, the gap by unit, few and varied findings."""

import datetime
from types import SimpleNamespace

import pandas as pd
import pytest

from pipeline.analyses.executive_summary import against_target, merged_headlines
from pipeline.analyses.executive_summary.against_target import gap_by, last_forecast, standing
from pipeline.analyses.executive_summary.chapters import Chapter
from pipeline.analyses.executive_summary.choosing import answers_of, foremost
from pipeline.analyses.executive_summary.risks import target_risks
from pipeline.company import Company
from pipeline.findings import Finding, Missing
from pipeline.parameters import Scope

LANDED = pd.DataFrame(
    [
        ("month", "2026-11", "company", "", 90.0, 80.0, 100.0, 100.0, 10.0, 0.2),
        ("quarter", "2026-Q4", "company", "", 310.0, 290.0, 330.0, 300.0, -10.0, 0.7),
        ("year", "2026", "company", "", 1150.0, 1100.0, 1200.0, 1200.0, 50.0, 0.1),
        ("year", "2026", "market", "East", 600.0, 560.0, 640.0, 580.0, -20.0, 0.8),
        ("year", "2026", "market", "South", 550.0, 510.0, 590.0, 620.0, 70.0, 0.05),
        ("year", "2026", "market", "", 0.0, 0.0, 0.0, float("nan"), float("nan"), float("nan")),
    ],
    columns=[
        "period", "period_key", "dimension", "value", "landing", "low", "high", "target", "gap",
        "probability_of_target",
    ],
)  # fmt: skip


def test_standing_has_one_row_per_horizon_of_the_whole():
    table = standing(LANDED)
    assert table["horizon"].tolist() == ["month", "quarter", "year"]
    assert table["gap"].tolist() == [100 - 90, 300 - 310, 1200 - 1150]
    assert table.loc[2, "landing_low"] == 1100


def test_the_gap_by_market_adds_up_to_the_years_gap_and_leaves_out_what_has_no_target():
    table = gap_by(LANDED, "market")
    assert table["market"].tolist() == ["South", "East"]
    assert table["gap"].sum() == 1200 - 1150


def test_without_targets_or_landing_the_page_says_what_is_missing():
    assert gap_by(LANDED, "business_line") == Missing("missing-gap-by-unit", ("targets",))
    missing = Missing("missing-landing", ("orders",))
    assert standing(missing) == missing
    assert gap_by(missing, "market").tables == ("orders",)


def test_a_target_that_is_likely_missed_is_a_risk_with_its_likelihood_and_the_manager_who_answers():
    year, market = target_risks(LANDED, {"South": "p7"})
    assert (year.key, year.money_at_stake, year.likelihood) == ("executive-risk-year", 50.0, 1 - 0.1)
    assert (market.owner, market.money_at_stake, market.likelihood) == ("p7", 70.0, 1 - 0.05)
    assert target_risks(LANDED.assign(probability_of_target=0.6), {}) == []
    assert target_risks(Missing("missing-landing", ("orders",)), {}) == []


def _book(scope="company"):
    return SimpleNamespace(
        whole=None, as_of=datetime.date(2026, 10, 31), scope=Scope.parse(scope), company=Company()
    )


@pytest.fixture
def replays(monkeypatch):
    columns = [
        "months_ahead",
        "month",
        "dimension",
        "value",
        "expected",
        "low_80",
        "high_80",
        "actual",
        "seasonal_naive",
    ]
    october, september = pd.Timestamp("2026-10-01"), pd.Timestamp("2026-09-01")
    frame = pd.DataFrame(
        [
            (1, october, "company", "", 110.0, 90.0, 130.0, 100.0, 80.0),
            (2, october, "company", "", 150.0, 90.0, 130.0, 100.0, 80.0),
            (1, september, "company", "", 170.0, 90.0, 130.0, 100.0, 80.0),
            (1, october, "market", "East", 45.0, 40.0, 60.0, 50.0, 55.0),
        ],
        columns=columns,
    )
    ahead = SimpleNamespace(past=frame.iloc[:0], units=frame)
    monkeypatch.setattr(against_target, "months_ahead", lambda _: ahead)
    return frame


def test_last_months_forecast_is_the_one_made_a_month_before(replays):
    row = last_forecast(_book()).iloc[0]
    assert (row["forecast"], row["actual"]) == (110, 100)
    assert row["error"] == pytest.approx(110 / 100 - 1)
    assert row["naive_error"] == pytest.approx(80 / 100 - 1)
    assert last_forecast(_book("market=East")).iloc[0]["error"] == pytest.approx(45 / 50 - 1)
    assert isinstance(last_forecast(_book("market=Mars")), Missing)


def test_of_the_whole_company_the_landing_is_judged_where_it_had_an_interval(replays, monkeypatch):
    october = pd.Timestamp("2026-10-01")
    past = pd.DataFrame(
        {"months_ahead": [1, 2], "month": [october] * 2, "expected": [104.0, 190.0], "low": [95.0, 150.0],
         "high": [115.0, 230.0], "actual": [100.0, 100.0], "seasonal_naive": [80.0, 80.0]}
    )  # fmt: skip
    ahead = SimpleNamespace(past=past, units=replays)
    monkeypatch.setattr(against_target, "months_ahead", lambda _: ahead)
    assert last_forecast(_book()).iloc[0][["forecast", "forecast_low"]].tolist() == [104, 95]
    ahead.past = past.assign(low=float("nan"))
    assert last_forecast(_book()).iloc[0]["forecast"] == 110


def test_no_replay_no_judgement(monkeypatch):
    monkeypatch.setattr(against_target, "months_ahead", lambda _: None)
    assert last_forecast(_book()) == Missing("missing-last-forecast", reason="reason-no-earlier-forecast")


def test_few_findings_by_money_and_at_most_two_of_one_message():
    said = [Finding(f"stalled-{n % 2}", money_at_stake=float(n), kind="risk") for n in range(6)]
    said.append(Finding("late-payer", money_at_stake=1.5, kind="risk"))
    chosen = foremost(said, "risk", 5)
    assert [(f.key, f.money_at_stake) for f in chosen] == [
        ("stalled-1", 5), ("stalled-0", 4), ("stalled-1", 3), ("stalled-0", 2), ("late-payer", 1.5),
    ]  # fmt: skip
    assert foremost(said, "action", 5) == ()


def test_one_answer_per_chapter_and_the_earlier_chapters_headline():
    answer, other = Finding("a", kind="answer"), Finding("b", kind="answer")
    chapters = [
        Chapter("forecast", {"wins": 1.0}, (Finding("x"), answer, other)),
        Chapter("win_loss", {"wins": 2.0, "losses": 3.0}, ()),
    ]
    assert answers_of(chapters) == (answer,)
    assert merged_headlines(chapters) == {"wins": 1.0, "losses": 3.0}
