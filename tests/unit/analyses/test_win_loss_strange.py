"""Companies whose records lack, repeat or garble something get an answer and a page, never an error."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest

from pipeline.analyses import win_loss
from pipeline.book import Book
from pipeline.company import Company
from pipeline.exhibits import Reader
from pipeline.exhibits import win_loss as show
from pipeline.exhibits import win_loss_trust as show_trust
from pipeline.parameters import Period
from pipeline.warehouse import Warehouse

AS_OF = date(2026, 6, 30)
DEALS = 260


def deals() -> pd.DataFrame:
    """One row per deal of a year and a half: the plain case, with awkward words."""
    rng = np.random.default_rng(5)
    created = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 500, DEALS), unit="D")
    ended = pd.Series(created + pd.to_timedelta(rng.integers(1, 200, DEALS), unit="D"))
    return pd.DataFrame({
        "opportunity_id": [f"d{n}" for n in range(DEALS)], "created_on": created,
        "ended_on": ended.where(ended <= pd.Timestamp(AS_OF)),
        "outcome": np.where(rng.random(DEALS) < 0.4, "won", "lost"),
        "amount": np.round(rng.lognormal(11, 1, DEALS), -2),
        "stage": rng.choice(["lead", "proposal", "tender"], DEALS),
        "source": rng.choice(["web", "fair", "x,y", "无", "nan", " "], DEALS),
        "reason_rep": rng.choice(["", "价格", "<b>|(?", "No decision", "\n"], DEALS),
        "competitor": rng.choice(["", "Rival & Co", "对手"], DEALS),
    })  # fmt: skip


KINDS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "plain": lambda d: d,
    "one outcome": lambda d: d.assign(outcome="won"),
    "only invalid": lambda d: d.assign(outcome="invalid"),
    "no stages": lambda d: d.assign(stage=None),
    "unknown stages": lambda d: d.assign(stage="Legal 审核"),
    "equal amounts": lambda d: d.assign(amount=1000.0),
    "no amounts": lambda d: d.assign(amount=np.nan),
    "zero and negative amounts": lambda d: d.assign(amount=d["amount"].where(d.index % 2 == 0, 0.0) * -1),
    "nothing open": lambda d: d.assign(ended_on=d["ended_on"].fillna(pd.Timestamp(AS_OF))),
    "closed on the day": lambda d: d.assign(ended_on=d["created_on"].where(d["ended_on"].notna())),
    "all ended on one day": lambda d: d.assign(ended_on=pd.Timestamp(AS_OF)).query("created_on < ended_on"),
    "no history": lambda d: d,
    "tiny": lambda d: d.head(5),
    "one deal twice a hundred times": lambda d: d.assign(
        **{name: d[name].iloc[0] for name in ("amount", "stage", "source", "created_on")}
    ),
}


def tables(kind: str) -> dict[str, pd.DataFrame]:
    made = KINDS[kind](deals())
    state = made[["opportunity_id", "stage", "amount"]].assign(rep_id=None)
    first = state.assign(
        change_number=1, changed_on=made["created_on"], known_on=made["created_on"], outcome="open",
        expected_close_on=made["created_on"] + pd.Timedelta(days=90),
    )  # fmt: skip
    last = first.assign(
        change_number=2, changed_on=made["ended_on"], known_on=made["ended_on"], outcome=made["outcome"]
    )
    history = pd.concat([first, last.loc[made["ended_on"].notna()]], ignore_index=True)
    if kind == "no history":
        history = history.drop_duplicates("opportunity_id", keep="last")
    opened = made.assign(
        name="Deal <i> " + made["opportunity_id"], customer_id=None, reasons_known_on=made["ended_on"]
    )
    opened = opened.drop(columns=["ended_on", "outcome", "amount", "stage"])
    return {"opportunities": typed(opened), "opportunity_history": typed(history)}


def typed(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype(dict.fromkeys(table.select_dtypes("datetime").columns, "datetime64[s]"))


@pytest.fixture(scope="module")
def statements():
    """Compiled questions, shared by all the warehouses."""
    return {}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_strange_tables_get_an_answer(tmp_path, statements, kind):
    warehouse = Warehouse.open(tmp_path, url="")
    warehouse.statements = statements
    with warehouse.transaction():
        for name, table in tables(kind).items():
            warehouse.replace(name, table)
    book = Book(warehouse, Company(), Period.containing(AS_OF, "month"), as_of=AS_OF)
    found = win_loss.analyse(book)
    assert found.findings[0].kind == "answer"
    assert all(np.isfinite(value) for value in found.headlines.values())
    if isinstance(found.open_deals, pd.DataFrame):
        assert found.open_deals["probability"].dropna().between(0, 1).all()
    assert all(page_of(found, Reader.of(book.company, "zh" if kind == "plain" else "en")))


def page_of(found: win_loss.WinLoss, reader: Reader) -> list[str]:
    """Every exhibit of the notebook, as its page."""
    drawn = [
        show.rates(found.rates, reader),
        *[
            show.segments(found.segments, reader, dimension=dimension)
            for dimension in ("source", "industry", "market", "size", "person", "competitor")
        ],
        *[show.reasons(found.reasons, reader, outcome=outcome) for outcome in ("lost", "won")],
        show.agreement(found.reason_agreement, reader),
        show.reason_pairs(found.reason_pairs, reader),
        show.drivers(found.drivers, reader),
        show.driver_effects(found.driver_effects, reader, fields=found.drivers),
        show_trust.model_card(found.model_card, reader),
        show.open_deals(found.open_deals, reader),
        show.open_deals_why(found.open_deals, reader),
        show_trust.reliability(found.reliability, reader),
        show_trust.comparison(found.comparison, reader),
        show_trust.stage_rates(found.stage_rates, reader),
        show.eight_weeks(found.eight_weeks, reader),
        show.habits(found.habits, reader),
        show.matured(found.matured, reader),
        show_trust.ways(found.ways, reader),
        show.pairs(found.pairs, reader),
        show_trust.audit(found.audit, reader),
        show_trust.lags(found.lags, reader),
        show_trust.fields(found.fields, reader),
    ]
    return [exhibit.html for exhibit in drawn]
