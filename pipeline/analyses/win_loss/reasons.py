"""Why deals were won and lost: free text and codes -> the handbook's taxonomy, and rep against customer."""

import re
import unicodedata

import pandas as pd

from pipeline.analyses.win_loss.rates import closed_deals
from pipeline.book import Book
from pipeline.models.pooling import wilson_interval

TAXONOMY = (
    "product_fit", "price", "relationship", "sales_process", "resources", "competitor", "timing_budget",
    "no_decision",
)  # fmt: skip
OTHER = "other"

WORDS: tuple[tuple[str, str, str], ...] = (
    (
        "no_decision",
        "no[ _-]?decision|did nothing|status quo|not interested|no interest|unresponsive|went (cold|dark)|"
        "no response|lost contact|ghost",
        "不了了之|无疾而终|未决策|没有决定|无响应|无回复|联系不上|失联|没兴趣|无兴趣|维持现状",
    ),
    (
        "timing_budget",
        "budget|funding|no money|timing|time ?line|too (early|late)|postpone|on hold|cancel|defer|"
        "project stop",
        "预算|资金|经费|时机|推迟|延期|暂缓|暂停|取消|搁置|立项未",
    ),
    (
        "price",
        r"\bpric|expensive|\bcosts?\b|discount|cheaper|commercial terms|payment terms",
        "价格|报价|太贵|折扣|便宜|费用|性价比|付款条件|商务条件",
    ),
    (
        "relationship",
        "relation|trust|champion|sponsor|contact (left|changed)|existing (vendor|supplier)|incumbent|"
        "politic|executive",
        "客户关系|客情|人脉|信任|高层|关系|决策人|熟人|老供应商",
    ),
    (
        "product_fit",
        r"product|feature|function|\bfit\b|requirement|technical|quality|integration|capabilit|missing",
        "产品|功能|适用|技术|质量|需求不|不满足|性能|集成|指标不",
    ),
    (
        "sales_process",
        "process|proposal|follow.?up|slow|late response|bid (error|document)|tender document|demo|"
        "presentation|qualif",
        "过程|流程|方案|跟进|跟踪|响应慢|标书|废标|演示|投标失误",
    ),
    (
        "resources",
        r"resource|\bteam\b|staff|capacity|people|pre-?sales|delivery|implementation|support",
        "资源|人员|团队|人手|售前|交付|实施|服务能力",
    ),
    (
        "competitor",
        "compet|lost to|rival|(other|another) (vendor|supplier)",
        "竞争|对手|竞品|友商|其他厂商|别家|同行",
    ),
)
"""First match wins; the order goes from the specific to the general (a competitor's lower price is price)."""


def reason_of(text: str) -> str:
    """The reason of the taxonomy that a code or free text means; "" where empty, "other" where unknown."""
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    if not folded:
        return ""
    code = re.sub(r"[\s/-]+", "_", folded)
    if code in TAXONOMY:
        return code
    return next((key for key, en, zh in WORDS if re.search(f"{en}|{zh}", folded)), OTHER)


def mapped_reasons(deals: pd.DataFrame) -> pd.DataFrame:
    """`deals` with `rep_reason` and `customer_reason` of the taxonomy."""
    mapping = {
        text: reason_of(str(text)) for name in ("reason_rep", "reason_customer") for text in deals[name]
    }
    return deals.assign(
        rep_reason=deals["reason_rep"].map(mapping).astype(str),
        customer_reason=deals["reason_customer"].map(mapping).astype(str),
    )


def reason_counts(book: Book, months: int = 12) -> pd.DataFrame:
    """One row per outcome and reason over the last months.

    Columns: `outcome`, `reason`, `deals_rep`, `deals_customer`, `share_rep`, `share_customer` (of the deals
    of that outcome with a reason from that side), `amount` (of the rep's deals).
    """
    deals = mapped_reasons(_recent(book, months))
    rows = []
    for outcome, group in deals.groupby("outcome"):
        by_rep = group.loc[group["rep_reason"] != ""]
        by_customer = group.loc[group["customer_reason"] != ""]
        for reason in (*TAXONOMY, OTHER):
            mine, theirs = by_rep["rep_reason"] == reason, by_customer["customer_reason"] == reason
            if mine.any() or theirs.any():
                rows.append({
                    "outcome": outcome, "reason": reason,
                    "deals_rep": int(mine.sum()), "deals_customer": int(theirs.sum()),
                    "share_rep": mine.mean(), "share_customer": theirs.mean(),
                    "amount": float(by_rep.loc[mine, "amount"].sum()),
                })  # fmt: skip
    table = pd.DataFrame(rows)
    if table.empty:
        return table
    return table.sort_values(["outcome", "deals_rep"], ascending=[True, False], ignore_index=True)


def rep_against_customer(book: Book, months: int = 24) -> pd.DataFrame:
    """One row per pair of reasons for lost deals where both sides gave one: `rep`, `customer`, `deals`."""
    both = _both(book, months)
    counts = both.groupby(["rep_reason", "customer_reason"]).size().rename("deals").reset_index()
    return counts.rename(columns={"rep_reason": "rep", "customer_reason": "customer"})


def agreement(book: Book, months: int = 24) -> pd.DataFrame:
    """One row per reason that reps gave for lost deals where the customer gave one, too.

    Columns: `reason`, `deals`, `agreed`, `share`, `low`, `high` (Wilson), `customers_said` (the
    customer's most frequent other answer).
    """
    both = _both(book, months)
    rows = []
    for reason, group in both.groupby("rep_reason"):
        others = group.loc[group["customer_reason"] != reason, "customer_reason"]
        said = others.value_counts().sort_index(kind="stable").idxmax() if len(others) else ""
        rows.append((reason, len(group), int((group["customer_reason"] == reason).sum()), said))
    table = pd.DataFrame(rows, columns=["reason", "deals", "agreed", "customers_said"])
    low, high = wilson_interval(table["agreed"], table["deals"])
    table = table.assign(share=table["agreed"] / table["deals"], low=low, high=high)
    return table.sort_values("deals", ascending=False, ignore_index=True)


def _both(book: Book, months: int) -> pd.DataFrame:
    deals = mapped_reasons(_recent(book, months))
    lost = deals.loc[~deals["is_won"]]
    return lost.loc[(lost["rep_reason"] != "") & (lost["customer_reason"] != "")]


def _recent(book: Book, months: int) -> pd.DataFrame:
    first = pd.Timestamp(book.period.last) + pd.Timedelta(days=1) - pd.DateOffset(months=months)
    return closed_deals(book, first.date(), book.period.last)
