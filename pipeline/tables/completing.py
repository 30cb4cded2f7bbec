"""Columns that an export leaves out and that follow from the others: identifiers, amounts, defaults."""

import hashlib

import pandas as pd

from pipeline.sources.kinds import Kind
from pipeline.sources.labels import fold
from pipeline.tables.faults import EMPTIED, KEPT, REFUSED, Faults
from pipeline.tables.options import Options

FROM_NAME = {
    "customers": "customer_id", "people": "person_id", "products": "product_id",
    "opportunities": "opportunity_id",
}  # fmt: skip
FROM_CONTENT = {"activities": "activity_id", "payments": "payment_id"}
DEFAULTS = {
    "targets": {"metric": "contracts"}, "activities": {"kind": "other"}, "service_tickets": {"kind": "other"},
}  # fmt: skip
PERIOD_OF = {"targets": "period", "quotas": "month", "scorecard_inputs": "month"}
UNSIGNED = frozenset(
    map(fold, ("draft", "quotation", "quotation sent", "sent", "quote", "草稿", "报价", "未审核"))
)
CANCELLED = frozenset(
    map(fold, ("cancelled", "canceled", "cancel", "void", "voided", "已取消", "取消", "作废", "已作废"))
)


def completed(frame: pd.DataFrame, kind: Kind, options: Options, faults: Faults) -> pd.DataFrame:
    """Fill what follows from other columns; set aside what is no such thing (drafts, plans, other money)."""
    frame = frame.copy(deep=False)
    if "currency" in frame and options.currency:
        _refuse_other_currency(frame, kind, options.currency, faults)
    if kind.name in FROM_NAME:
        _identify_by_name(frame, FROM_NAME[kind.name])
    if kind.name == "order_lines":
        _amount_of_lines(frame)
    if "status" in frame:
        _judge_status(frame, kind, faults)
    if "is_done" in frame:
        planned = frame.index[frame["is_done"].eq(False).fillna(False)]
        faults.add("is_done", planned, "not-done-yet", REFUSED)
    for column, value in DEFAULTS.get(kind.name, {}).items():
        _default(frame, column, value)
    _other_for_unknown(frame, kind, faults)
    if kind.name in PERIOD_OF:
        _set_on(frame, PERIOD_OF[kind.name])
    if kind.name in FROM_CONTENT:
        _identify_by_content(frame, FROM_CONTENT[kind.name])
    return frame


def _refuse_other_currency(frame: pd.DataFrame, kind: Kind, currency: str, faults: Faults) -> None:
    foreign = frame["currency"].ne("") & frame["currency"].str.upper().ne(currency)
    foreign &= ~frame["currency"].map(fold).isin(
        {fold(currency), *({"人民币", "rmb"} if currency == "CNY" else ())}
    )
    lines = frame.index[foreign]
    if not len(lines):
        return
    for name, column in kind.columns.items():
        if column.type == "money" and name in frame:
            frame[name] = frame[name].mask(foreign)
    faults.add("currency", lines, "other-currency", REFUSED)


def _identify_by_name(frame: pd.DataFrame, key: str) -> None:
    name = frame.get("name")
    if key not in frame and name is not None:
        frame[key] = name
    elif name is None and key in frame and key != "opportunity_id":
        frame["name"] = frame[key]


def _amount_of_lines(frame: pd.DataFrame) -> None:
    if {"quantity", "unit_price"} <= set(frame):
        product = frame["quantity"] * frame["unit_price"]
        frame["amount"] = frame["amount"].fillna(product) if "amount" in frame else product


def _judge_status(frame: pd.DataFrame, kind: Kind, faults: Faults) -> None:
    status = frame["status"].map(fold)
    faults.add("status", frame.index[status.isin(UNSIGNED)], "not-signed", REFUSED)
    is_cancelled = status.isin(CANCELLED)
    if "cancelled_on" not in kind.columns:
        faults.add("status", frame.index[is_cancelled], "is-cancelled", REFUSED)
        return
    frame["is_cancelled"] = is_cancelled


def _default(frame: pd.DataFrame, column: str, value: str) -> None:
    frame[column] = frame[column].mask(frame[column].eq(""), value) if column in frame else value


def _other_for_unknown(frame: pd.DataFrame, kind: Kind, faults: Faults) -> None:
    for name, column in kind.columns.items():
        if "other" in column.choices and name in frame:
            faults.turn(name, "unknown-choice", EMPTIED, KEPT)


def _set_on(frame: pd.DataFrame, period: str) -> None:
    if period not in frame:
        return
    begins = frame[period].str.replace(r"-Q(\d)", lambda m: f"-{3 * int(m[1]) - 2:02d}", regex=True)
    months = begins.where(begins.str.len() != 4, begins + "-01")
    days = pd.to_datetime(months + "-01", errors="coerce").astype("datetime64[s]")
    frame["set_on"] = frame["set_on"].fillna(days) if "set_on" in frame else days


def _identify_by_content(frame: pd.DataFrame, key: str) -> None:
    """A name made of the row's content and of how often it occurred before, so that it is stable."""
    if key in frame and frame[key].ne("").all():
        return
    content = frame.drop(columns=[key], errors="ignore").astype("str").agg("\x1f".join, axis=1)
    number = content.groupby(content).cumcount()
    made = [_short_hash(f"{text}\x1f{n}") for text, n in zip(content, number, strict=True)]
    given = frame[key] if key in frame else pd.Series("", index=frame.index, dtype="str")
    frame[key] = given.mask(given.eq(""), pd.Series(made, index=frame.index, dtype="str"))


def _short_hash(text: str) -> str:
    return "~" + hashlib.sha256(text.encode()).hexdigest()[:16]
