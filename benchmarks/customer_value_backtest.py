"""Claims: purchases of each customer, and of all together, are forecast better than by the usual models.

On the UK wholesaler (calibrated to 2011-06-10, next 26 weeks, days with a purchase): error, rank, capture;
13-week totals over rolling origins; share of customers relabelled a month. On CDNOW (39 + 39 weeks): error
and lift of the first tenth. Peers: BG/NBD, and "as often as in the window before". Public data beside the
checkout (../shared/data); says so and stops where they are absent.
"""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from pipeline.analyses.customer_value.purchases import Purchases
from pipeline.analyses.customer_value.segments import features
from pipeline.models.purchase_forecast import forecast_purchases
from pipeline.models.repeat_purchase import fit_bg_nbd
from pipeline.models.repeat_purchase.events import PurchaseEvents
from pipeline.models.repeat_purchase.replay import Replay
from pipeline.models.stable_clusters import choose_cluster_count, fit_clusters, refitted

DATA = Path(__file__).parents[2] / "shared" / "data"
NAMES = ["invoice", "code", "text", "quantity", "date", "price", "customer", "country"]


def main() -> None:
    if not DATA.exists():
        sys.exit(f"The public data are not at {DATA}.")
    wholesaler, first = wholesaler_events()
    print("Wholesaler, 26 weeks after 2011-06-10")
    compare(wholesaler, (pd.Timestamp("2011-06-10") - first).days, 182)
    totals(wholesaler, first)
    labels(wholesaler, first)
    print("CDNOW, 39 weeks after 1997-09-30")
    events, first = cdnow_events()
    compare(events, (pd.Timestamp("1997-09-30") - first).days, 273)


def wholesaler_events() -> tuple[PurchaseEvents, pd.Timestamp]:
    folder = DATA / "online_retail_ii"
    parts = [pd.read_csv(path, dtype=str, names=NAMES, header=0) for path in sorted(folder.glob("*.csv.gz"))]
    lines = pd.concat([parts[0].loc[parts[0]["date"] < "2010-12-01"], parts[1]])
    # the second file, cleaned by someone, says 0.0 where the first has no customer
    known = lines["customer"].notna() & (lines["customer"] != "0.0")
    sold = known & ~lines["invoice"].str.startswith("C")
    amount = lines["quantity"].astype(float) * lines["price"].astype(float)
    lines = lines.assign(amount=amount)[sold & (amount > 0)]
    return events_of(lines["customer"], pd.to_datetime(lines["date"].str[:10]), lines["amount"])


def cdnow_events() -> tuple[PurchaseEvents, pd.Timestamp]:
    names = ["customer", "sample", "date", "discs", "dollars"]
    path = DATA / "cdnow" / "CDNOW_sample.txt"
    lines = pd.read_csv(path, sep=r"\s+", header=None, names=names, dtype={"date": str})
    return events_of(lines["sample"], pd.to_datetime(lines["date"], format="%Y%m%d"), lines["dollars"])


def events_of(customer: pd.Series, date: pd.Series, amount: pd.Series) -> tuple[PurchaseEvents, pd.Timestamp]:
    number, _ = pd.factorize(customer, sort=True)
    return PurchaseEvents.of(number, (date - date.min()).dt.days, amount), date.min()


def compare(events: PurchaseEvents, origin: int, days: int) -> None:
    replay = Replay(events, origin)
    made = forecast_purchases(replay, origin, days)
    customers = made.customers["customer"].to_numpy()
    actual = events.counts(origin, origin + days, customers)
    patterns = replay.at(origin).seen.patterns
    peers = {
        "BG/NBD": patterns.per_customer(fit_bg_nbd(patterns).expected_purchases(patterns, days)),
        "window before": events.counts(origin - days, origin, customers),
        "models, no level": made.customers["model_expected"].to_numpy(),
        "this forecast": made.customers["expected"].to_numpy(),
    }
    base = float(np.sqrt(np.mean((peers["BG/NBD"] - actual) ** 2)))
    for name, expected in peers.items():
        first = np.argsort(-expected, kind="stable")[: round(len(actual) / 10)]
        error = float(np.sqrt(np.mean((expected - actual) ** 2)))
        print(
            f"  {name:17} customers {len(actual)}  RMSE {error:.3f} ({error / base:.2f} of BG/NBD)  "
            f"MAE {np.abs(expected - actual).mean():.3f}  Spearman {spearmanr(actual, expected)[0]:.4f}  "
            f"capture {actual[first].sum() / actual.sum():.4f}  "
            f"lift {actual[first].mean() / actual.mean():.2f}  bias {expected.sum() / actual.sum() - 1:+.3f}"
        )


def totals(events: PurchaseEvents, first: pd.Timestamp) -> None:
    last = int(events.day.max())
    found = []
    for origin in range(last - 91, 182, -28):
        replay = Replay(events, origin)
        made = forecast_purchases(replay, origin, 91)
        actual = events.total_of_existing(origin, origin + 91)
        patterns = replay.at(origin).seen.patterns
        plain = patterns.per_customer(fit_bg_nbd(patterns).expected_purchases(patterns, 91)).sum()
        before = events.total(origin - 91, origin)
        found.append([origin, *(abs(total / actual - 1) for total in (made.level.expected, plain, before))])
    table = np.array(found)
    for name, part in (("all origins", table), ("after a year", table[table[:, 0] >= 364])):
        ours, bg, naive = np.median(part[:, 1:], axis=0)
        print(
            f"13-week totals, {name} ({len(part)} from {first.date()}): median size of bias {ours:.3f}; "
            f"BG/NBD {bg:.3f}; window before {naive:.3f}; ratio to BG/NBD {ours / bg:.2f}"
        )


def labels(events: PurchaseEvents, first: pd.Timestamp) -> None:
    random = np.random.default_rng(11)
    names = pd.RangeIndex(int(events.customer.max()) + 1)
    purchases = Purchases(events, names, first, int(events.day.max()))
    ends = [(end - first).days for end in pd.date_range("2010-11-30", "2011-11-30", freq="ME")]
    table = features(purchases, ends[0])
    counts = choose_cluster_count(table, random)
    count = int(counts.loc[counts["is_chosen"], "clusters"].iloc[0])
    model = fit_clusters(table, count, random)
    chain, fresh = [model.assign(table)], [model.assign(table)]
    for day in ends[1:]:
        table = features(purchases, day)
        model = refitted(model, table)
        chain.append(model.assign(table, chain[-1]))
        fresh.append(fit_clusters(table, count, random).assign(table))
    ours, theirs = moved(chain), moved(fresh)
    pairs = zip(chain[:-2], chain[1:-1], chain[2:], strict=True)
    back = [((z.reindex(x.index) == x) & (y.reindex(x.index) != x)).mean() for x, y, z in pairs]
    chosen = counts.loc[counts["is_chosen"]].iloc[0]
    print(
        f"{count} clusters: prediction strength {chosen['prediction_strength']:.2f}, "
        f"bootstrap agreement {chosen['bootstrap_rand']:.2f}"
    )
    print(
        f"Labels, {count} clusters, {len(ends) - 1} months: relabelled a month {ours:.3f}; bounced "
        f"{np.mean(back):.4f}; k-means refitted {theirs:.3f}; ratio {ours / theirs:.2f}"
    )


def moved(chain: list[pd.Series]) -> float:
    return float(np.mean([(b.reindex(a.index) != a).mean() for a, b in pairwise(chain)]))


if __name__ == "__main__":
    main()
