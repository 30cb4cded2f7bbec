"""Claim: with large single sales evened out, eight weeks of a real wholesaler are missed by less.

    python benchmarks/forecast_large_sales.py FOLDER      UCI "Online Retail II", its two years as CSV files

Every invoice is an order, cancellations are credits. At the end of each week from the fortieth on, the next
eight are forecast from what was invoiced by then: as it came, and evened out beyond caps that leave different
shares of all money beyond them. The share that is used was chosen on simulated companies.
"""

import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from pipeline.analyses.forecast import large_sales
from pipeline.analyses.forecast.weekly import blocks_of, mean_of_latest, usual_weeks
from pipeline.book import Book
from pipeline.company import Company
from pipeline.parameters import Period
from pipeline.warehouse import Warehouse

WEEKS, FIRST_WEEK = 8, 40
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5)


def main(folder: str) -> None:
    orders = invoices_of(Path(folder))
    company = Company.model_validate({"calendar": {"country": "GB"}})
    first, last = orders["ordered_on"].min().date(), orders["ordered_on"].max().date()
    with tempfile.TemporaryDirectory() as place, Warehouse.open(Path(place), url="") as warehouse:
        with warehouse.transaction():
            warehouse.replace("orders", orders)
        book = Book(warehouse, company, Period.containing(last, "month"), as_of=last)
        used = large_sales.SHARE_BEYOND
        missed: dict[str, float] = {}
        origins, came = 0, 0.0
        for week in range(FIRST_WEEK, (last - first).days // 7 - WEEKS + 1):
            day = first + timedelta(weeks=week, days=-1)
            earlier = book.at(day)
            daily = earlier.sales.by_period(every="day")
            actual = coming(orders, day)
            made = {"mean of 13 weeks": mean_of_latest(blocks_of(daily, day, first), WEEKS)}
            made["as it came"] = usual_weeks(blocks_of(daily, day, first), day, WEEKS, company.calendar)
            for share in SHARES:
                large_sales.SHARE_BEYOND = share
                evened = blocks_of(large_sales.days_to_learn(earlier, "contracts")[1], day, first)
                made[f"beyond: {share:.0%}"] = usual_weeks(evened, day, WEEKS, company.calendar)
            for name, weeks in made.items():
                missed[name] = missed.get(name, 0.0) + abs(float(weeks.sum()) - actual)
            origins, came = origins + 1, came + actual
    print(f"{len(orders)} invoices, {origins} origins, sums of {WEEKS} weeks")
    for name, each in missed.items():
        print(f"{name:18s} {each / came:.1%}" + (" (used)" if name == f"beyond: {used:.0%}" else ""))


def invoices_of(folder: Path) -> pd.DataFrame:
    """One row per invoice: order_id, customer_id, ordered_on, amount; files that overlap count once."""
    parts = []
    for path in sorted(folder.glob("year_*.csv.gz")):
        lines = pd.read_csv(path, encoding="latin-1")
        lines.columns = [
            "order_id",
            "item",
            "text",
            "quantity",
            "ordered_on",
            "price",
            "customer_id",
            "country",
        ]
        lines["ordered_on"] = pd.to_datetime(lines["ordered_on"]).dt.normalize().astype("datetime64[s]")
        parts.append(lines if not parts else lines[lines["ordered_on"] > parts[-1]["ordered_on"].max()])
    lines = pd.concat(parts, ignore_index=True)
    lines = lines.assign(order_id=lines["order_id"].astype(str), amount=lines["quantity"] * lines["price"])
    found = lines.groupby("order_id").agg(ordered_on=("ordered_on", "min"), amount=("amount", "sum"))
    found = found.assign(amount=found["amount"].round(2), customer_id="")
    return found[found["amount"] != 0].reset_index()


def coming(orders: pd.DataFrame, day: date) -> float:
    """What came in the eight weeks after a day."""
    first = pd.Timestamp(day) + pd.Timedelta(days=1)
    inside = orders["ordered_on"].between(first, first + pd.Timedelta(days=7 * WEEKS - 1))
    return float(orders.loc[inside, "amount"].sum())


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1])
