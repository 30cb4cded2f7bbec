"""What a CRM says of an opportunity, in our terms: outcome, stage, closing day, expected day, amount.

CRMs say it in different ways: a status, flags, a stage called Closed Won, dates of winning and losing, or a
close date that means the plan while open and the fact once closed.
"""

import pandas as pd

from pipeline.sources.labels import fold
from pipeline.tables.faults import EMPTIED, KEPT, REFUSED, Faults
from pipeline.tables.options import OUTCOMES, Options

REASONS = ("reason_rep", "reason_customer", "competitor")
ONLY_EXPORTED = (
    "customer_name", "is_closed", "is_won", "is_active", "actual_amount", "currency", "close_date",
    "won_on", "lost_on",
)  # fmt: skip


def settled(frame: pd.DataFrame, options: Options, faults: Faults) -> pd.DataFrame:
    """One row per opportunity, with `outcome`, `stage`, `closed_on`, `expected_close_on` and `amount`."""
    frame = frame.copy(deep=False)
    said_by_stage = read_stage(frame, options, faults)
    frame["outcome"] = read_outcome(frame, said_by_stage, faults)
    is_closed = frame["outcome"].ne("open")
    frame["closed_on"] = _closed_on(frame, is_closed)
    _judge_undated_closings(frame, is_closed, options, faults)
    frame["expected_close_on"] = _expected(frame, is_closed)
    frame["amount"] = _amount(frame, faults)
    frame["reasons_known_on"] = _reasons_known_on(frame)
    _date_creation(frame, faults)
    return frame.drop(columns=[name for name in ONLY_EXPORTED if name in frame])


def read_stage(frame: pd.DataFrame, options: Options, faults: Faults) -> pd.Series:
    """Leave our stages in `stage`; return the outcome that the stage's name says, else empty."""
    if "stage" not in frame:
        frame["stage"] = pd.Series("", index=frame.index, dtype="str")
        return frame["stage"]
    stage = frame["stage"]
    is_outcome = stage.isin(OUTCOMES) & ~stage.isin(options.stages)
    unknown = stage.ne("") & ~stage.isin(options.stages) & ~is_outcome
    faults.add("stage", frame.index[unknown], "unknown-stage", EMPTIED)
    frame["stage"] = stage.mask(is_outcome | unknown, "")
    return stage.where(is_outcome, "")


def read_outcome(frame: pd.DataFrame, said_by_stage: pd.Series, faults: Faults) -> pd.Series:
    """`open`, `won`, `lost` or `invalid`, from status, flags, days or the stage's name, whichever says so."""
    said = frame["outcome"] if "outcome" in frame else pd.Series("", index=frame.index, dtype="str")
    known = {fold(outcome): outcome for outcome in OUTCOMES}
    outcome = said.map(lambda text: known.get(fold(text), "")).astype("str")
    is_unknown = said.ne("") & outcome.eq("")
    for other in (_by_flags(frame), _by_days(frame), said_by_stage):
        outcome = outcome.mask(outcome.isin(["", "open"]) & other.ne(""), other)
    lines = frame.index[is_unknown & outcome.eq("")]
    faults.add("outcome", lines, "unknown-outcome", REFUSED)
    return outcome.mask(outcome.eq(""), "open")


def _by_flags(frame: pd.DataFrame) -> pd.Series:
    said = pd.Series("", index=frame.index, dtype="str")
    if "is_won" in frame:
        is_won = frame["is_won"].fillna(False).astype(bool)
        said = said.mask(is_won, "won")
        if "is_closed" in frame:
            said = said.mask(~is_won & frame["is_closed"].fillna(False).astype(bool), "lost")
    if {"is_active", "probability"} <= set(frame):
        archived = frame["is_active"].eq(False).fillna(False).astype(bool) & frame["probability"].eq(0)
        said = said.mask(archived & said.eq(""), "lost")
    return said


def _by_days(frame: pd.DataFrame) -> pd.Series:
    said = pd.Series("", index=frame.index, dtype="str")
    for column, outcome in (("won_on", "won"), ("lost_on", "lost")):
        if column in frame:
            said = said.mask(frame[column].notna() & said.eq(""), outcome)
    return said


def _days(frame: pd.DataFrame, column: str) -> pd.Series:
    return frame[column] if column in frame else pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]")


def _closed_on(frame: pd.DataFrame, is_closed: pd.Series) -> pd.Series:
    closed = _days(frame, "closed_on")
    closed = closed.fillna(_days(frame, "won_on").where(frame["outcome"].eq("won")))
    closed = closed.fillna(_days(frame, "lost_on").where(frame["outcome"].isin(["lost", "invalid"])))
    closed = closed.fillna(_days(frame, "close_date"))
    return closed.where(is_closed).astype("datetime64[s]")


def _judge_undated_closings(
    frame: pd.DataFrame, is_closed: pd.Series, options: Options, faults: Faults
) -> None:
    """A closing without a day can be dated by its export only if it was seen open before."""
    undated = is_closed & frame["closed_on"].isna()
    if not undated.any():
        return
    was_open = frame["opportunity_id"].isin(options.known_open)
    faults.add("outcome+stage", frame.index[undated & ~was_open], "closed-without-date", REFUSED)
    faults.add("outcome+stage", frame.index[undated & was_open], "closing-day-unknown", KEPT)


def _expected(frame: pd.DataFrame, is_closed: pd.Series) -> pd.Series:
    expected = _days(frame, "expected_close_on")
    return expected.fillna(_days(frame, "close_date").mask(is_closed)).astype("datetime64[s]")


def _amount(frame: pd.DataFrame, faults: Faults) -> pd.Series:
    empty = pd.Series(float("nan"), index=frame.index, dtype="float64")
    amount = frame.get("amount", empty)
    if "actual_amount" in frame:
        is_actual = frame["outcome"].eq("won") & frame["actual_amount"].notna()
        amount = amount.mask(is_actual, frame["actual_amount"])
    lost, won = frame["outcome"].eq("lost"), frame["outcome"].eq("won")
    if (
        lost.any()
        and amount[lost].notna().any()
        and amount[lost].fillna(0).eq(0).all()
        and amount[won].gt(0).any()
    ):
        # The system writes 0 when a deal is lost: that is no amount, and would make win rates by amount 100%.
        faults.note("lost-amounts-are-zero", str(int(lost.sum())))
        return amount.mask(lost)
    return amount


def _reasons_known_on(frame: pd.DataFrame) -> pd.Series:
    """Reasons are filled in at closing; of an open one, the import says when it was seen."""
    given = [frame[name].ne("") for name in REASONS if name in frame]
    known = _days(frame, "reasons_known_on")
    if not given:
        return known
    has_reason = pd.concat(given, axis=1).any(axis=1)
    return known.fillna(frame["closed_on"]).where(has_reason).astype("datetime64[s]")


def _date_creation(frame: pd.DataFrame, faults: Faults) -> None:
    """An open opportunity without a day of creation is known from its export on; a closed one is refused."""
    created = _days(frame, "created_on")
    unreadable = frame.index.isin(faults.emptied("created_on"))
    undated = created.isna() & ~unreadable
    is_open = frame["outcome"].eq("open")
    faults.add("created_on", frame.index[undated & ~is_open], "missing", REFUSED)
    faults.add("created_on", frame.index[undated & is_open], "created-unknown", KEPT)
    faults.refuse(frame.index[unreadable])
    late = frame["closed_on"] < created
    faults.add("created_on+closed_on", frame.index[late], "closed-before-created", KEPT)
    frame["recorded_on"] = created
    frame["created_on"] = created.mask(late, frame["closed_on"]).astype("datetime64[s]")
