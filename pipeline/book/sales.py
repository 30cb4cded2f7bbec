"""Sales: contracts and collections by period and dimension, and purchases per customer."""

import sys
from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

import pandas as pd

from pipeline.book.answers import MONEY
from pipeline.book.days import year_before
from pipeline.book.dimensions import checked_dimensions
from pipeline.book.marks import ANY_NUMBER
from pipeline.book.sale_rows import Days, Metric, sale_rows
from pipeline.book.section import Asked, Section
from pipeline.errors import UsageError

Every = Literal["day", "week", "month", "quarter", "year"]
UNITS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
MONTHS = {"month": 1, "quarter": 3, "year": 12}
LARGEST = sys.float_info.max
"""Stands for an infinite cap: no sale is larger, and every engine reads it as a number."""


class Sales(Section):
    """What was signed and what was paid, as far as the book's date and scope reach."""

    def by_period(
        self,
        metric: Metric = "contracts",
        every: Every = "month",
        by: Iterable[str] = (),
        first: date | None = None,
        last: date | None = None,
        *,
        cap: float | None = None,
    ) -> pd.DataFrame:
        """Money by period and dimensions, one row per cell in which something happened.

        Columns: period_start, the dimensions of `by`, amount (net of credits), count (sales of a positive
        amount; cut by product line, a sale counts in each of its lines). Both ends are included. With a
        `cap` also larger (sales of more than that, counted likewise) and beyond: the part of the amount that
        single sales brought beyond the cap (credits as large likewise, negative).

        Raises:
            UsageError: an unknown metric, dimension or period, or a cap that is not positive.
        """
        chosen = checked_dimensions(by)
        if every not in UNITS:
            raise UsageError(f"{every!r} is not a period.", f"Use one of {', '.join(UNITS)}.")
        if cap is None:
            return self._once(
                ("by_period", metric, every, chosen, first, last),
                lambda: self._by_period(metric, every, chosen, (first, last)),
            )
        if not cap > 0:
            raise UsageError(f"A cap of {cap} leaves nothing.", "Use a positive amount.")
        return self._once(
            ("beyond", metric, every, chosen, first, last),
            lambda: self._beyond(metric, every, chosen, (first, last), ANY_NUMBER),
            number=min(float(cap), LARGEST),
        )

    def cap(self, share: float, metric: Metric = "contracts") -> float:
        """Size of the smallest sale beyond which at most `share` of all money lies; 0 without sales.

        Credits are left out.

        Raises:
            UsageError: a share that is not between 0 and 1.
        """
        if not 0 < share < 1:
            raise UsageError(f"{share} is not a share.", "Use a number between 0 and 1.")
        found = self._once(("cap", share, metric), lambda: self._cap(share, metric))
        return float(found["cap"].fillna(0.0).iloc[0]) if len(found) else 0.0

    def customers(self) -> pd.DataFrame:
        """What each customer bought, one row per customer with a purchase.

        Columns: customer_id, first_order_on, last_order_on, purchase_days (distinct days with a positive
        net purchase), orders (of a positive amount), amount (net), amount_positive, amount_12_months (net)
        and orders_12_months of the twelve months up to the book's date.
        """
        return self._once(("customers",), self._customers)

    def purchase_days(self) -> pd.DataFrame:
        """Purchases day by day, one row per customer and day with a positive net purchase.

        Columns: customer_id, ordered_on, amount.
        """
        return self._once(("purchase_days",), self._purchase_days)

    def customer_product_lines(self) -> pd.DataFrame:
        """What each customer bought of what, one row per customer and product line.

        Columns: customer_id, product_line, first_order_on, last_order_on, purchase_days, amount (net).
        """
        return self._once(("customer_product_lines",), self._customer_product_lines)

    def costs(self) -> pd.DataFrame:
        """What order lines brought and cost, one row per customer and product line with a unit cost.

        Columns: customer_id, product_line, amount, cost (quantity x today's cost of one unit) of the lines
        of whose product the cost is known.
        """
        return self._once(("costs",), self._costs)

    def cohorts(self, every: Literal["month", "quarter", "year"] = "quarter") -> pd.DataFrame:
        """Customers by the period of their first purchase, one row per cohort and period with purchases.

        Columns: cohort (first day of its period), periods_since (0 is the first), customers that purchased,
        amount of their purchase days.

        Raises:
            UsageError: another kind of period.
        """
        if every not in MONTHS:
            raise UsageError(f"{every!r} is no period of cohorts.", f"Use one of {', '.join(MONTHS)}.")
        return self._once(("cohorts", every), lambda: self._cohorts(every))

    def _rows(self, metric: Metric, needed: Iterable[str] = (), days: Days = (None, None)) -> Any:
        book = self._book
        return sale_rows(self._know, book.company, metric, book.scope, set(needed), days=days)

    def _by_period(self, metric: Metric, every: Every, by: tuple[str, ...], days: Days) -> Asked:
        rows = self._rows(metric, by, days)
        rows = rows.mutate(period_start=_start(rows.day, every))
        cells = rows.group_by("period_start", *by).agg(
            amount=rows.amount.sum().cast("float64"), count=(rows.amount > 0).sum()
        )
        return self._asked(cells, ["period_start", *by])

    def _beyond(self, metric: Metric, every: Every, by: tuple[str, ...], days: Days, cap: float) -> Asked:
        sales = self._rows(metric, (), days)
        sizes = sales.group_by(large_id=sales.sale_id).agg(whole=sales.amount.sum().cast("float64").abs())
        rows = self._rows(metric, by, days)
        rows = rows.left_join(sizes.filter(sizes.whole > cap), [("sale_id", "large_id")])
        rows = rows.mutate(
            period_start=_start(rows.day, every),
            beyond=(rows.amount.cast("float64") * (1.0 - cap / rows.whole)).cast(MONEY).fill_null(0),
        )
        cells = rows.group_by("period_start", *by).agg(
            amount=rows.amount.sum().cast("float64"),
            count=(rows.amount > 0).sum(),
            larger=(rows.beyond > 0).sum(),
            beyond=rows.beyond.sum().cast("float64"),
        )
        return self._asked(cells, ["period_start", *by])

    def _cap(self, share: float, metric: Metric) -> Asked:
        import ibis

        rows = self._rows(metric)
        sales = rows.group_by("sale_id").agg(amount=rows.amount.sum().cast(MONEY))
        sales = sales.filter(sales.amount > 0)
        larger = ibis.window(order_by=[ibis.desc("amount"), "sale_id"], preceding=None, following=0)
        sales = sales.mutate(
            total=sales.amount.sum().over(ibis.window()),
            so_far=sales.amount.sum().over(larger),
            number=ibis.row_number().over(larger) + 1,
        )
        beyond = sales.so_far.cast("float64") - sales.number * sales.amount.cast("float64")
        low_enough = sales.filter(beyond <= share * sales.total.cast("float64"))
        return self._asked(low_enough.agg(cap=low_enough.amount.min().cast("float64")), ["cap"])

    def _days(self, *keys: str) -> Any:
        """One row per customer (and `keys`) and day: amounts, orders; anonymous sales left out."""
        rows = self._rows("contracts", set(keys))
        rows = rows.filter(rows.customer_id != "")
        positive = rows.amount > 0
        return rows.group_by("customer_id", *keys, "day").agg(
            amount=rows.amount.sum().cast(MONEY),
            amount_positive=rows.amount.sum(where=positive).cast(MONEY),
            orders=positive.sum(),
        )

    def _customers(self) -> Asked:
        days = self._days()
        bought = days.amount > 0
        recent = days.day > year_before(self._book.as_of)
        found = days.group_by("customer_id").agg(
            first_order_on=days.day.min(where=bought),
            last_order_on=days.day.max(where=bought),
            purchase_days=bought.sum(),
            orders=days.orders.sum(),
            amount=days.amount.sum().cast("float64"),
            amount_positive=days.amount_positive.sum().cast("float64"),
            amount_12_months=days.amount.sum(where=recent).cast("float64").fill_null(0.0),
            orders_12_months=days.orders.sum(where=recent).fill_null(0),
        )
        return self._asked(found.filter(found.purchase_days > 0), ["customer_id"])

    def _purchase_days(self) -> Asked:
        days = self._days()
        days = days.filter(days.amount > 0)
        found = days.select("customer_id", ordered_on=days.day, amount=days.amount.cast("float64"))
        return self._asked(found, ["customer_id", "ordered_on"])

    def _customer_product_lines(self) -> Asked:
        days = self._days("product_line")
        bought = days.amount > 0
        found = days.group_by("customer_id", "product_line").agg(
            first_order_on=days.day.min(where=bought),
            last_order_on=days.day.max(where=bought),
            purchase_days=bought.sum(),
            amount=days.amount.sum().cast("float64"),
        )
        return self._asked(found.filter(found.purchase_days > 0), ["customer_id", "product_line"])

    def _costs(self) -> Asked:
        lines, products = self._know.table("order_lines"), self._know.table("products")
        products = products.select("product_line", "unit_cost", product_key="product_id")
        lines = lines.select("product_id", "quantity", order_key="order_id", line_amount="amount")
        lines = lines.inner_join(products, [("product_id", "product_key")])
        lines = lines.filter(lines.unit_cost.notnull() & lines.quantity.notnull())
        sold = self._rows("contracts")
        sold = sold.filter(sold.customer_id != "").select("sale_id", "customer_id")
        rows = lines.inner_join(sold, lines.order_key == sold.sale_id)
        found = rows.group_by("customer_id", "product_line").agg(
            amount=rows.line_amount.cast(MONEY).sum().cast("float64"),
            cost=(rows.quantity * rows.unit_cost).sum().cast("float64"),
        )
        return self._asked(found, ["customer_id", "product_line"])

    def _cohorts(self, every: Literal["month", "quarter", "year"]) -> Asked:
        import ibis

        days = self._days()
        days = days.filter(days.amount > 0)
        first = days.day.min().over(ibis.window(group_by="customer_id"))
        days = days.mutate(cohort=_start(first, every), period=_start(days.day, every))
        months = (days.period.year() - days.cohort.year()) * 12 + days.period.month() - days.cohort.month()
        days = days.mutate(periods_since=(months / MONTHS[every]).round().cast("int64"))
        cells = days.group_by("cohort", "periods_since").agg(
            customers=days.customer_id.nunique(), amount=days.amount.sum().cast("float64")
        )
        return self._asked(cells, ["cohort", "periods_since"])


def _start(day: Any, every: str) -> Any:
    return day if every == "day" else day.truncate(UNITS[every]).cast("date")
