"""What is expected of people who have left, by a table worked by hand."""

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.departed import handed_over

LEAVES = pd.DataFrame(
    [
        ("A", "x", "North", "Sales", "gone"),
        ("A", "x", "North", "Sales", "ann"),
        ("A", "x", "North", "Sales", "bo"),
        ("A", "y", "North", "Sales", "gone"),
        ("A", "z", "North", "Sales", "cy"),
        ("B", "y", "South", "Sales", "gone too"),
        ("B", "z", "South", "Office", "dee"),
        ("B", "z", "West", "Sales", "left alone"),
    ],
    columns=["business_line", "product_line", "market", "department", "person"],
)
GONE = frozenset({"gone", "gone too", "left alone"})


def test_those_who_stay_take_over_nearest_first():
    amounts = np.array([[30.0], [20.0], [10.0], [18.0], [40.0], [7.0], [5.0], [9.0]])
    made = handed_over(LEAVES, amounts, GONE)[:, 0]
    # x of the first: 30 to Ann and Bo as 2 to 1; y, which nobody else sells there: 18 to Ann (40), Bo (20)
    # and Cy (40); South's 7 to the only one who is left in that market; nobody is left in the West
    np.testing.assert_allclose(made, [0, 40 * 1.18, 20 * 1.18, 0, 40 * 1.18, 0, 12, 9])
    assert made.sum() == amounts.sum()


def test_every_step_adds_up_on_its_own():
    amounts = np.random.default_rng(1).gamma(1.0, 1.0, (8, 12))
    amounts[1:3, 3] = 0.0
    made = handed_over(LEAVES, amounts, GONE)
    np.testing.assert_allclose(made.sum(axis=0), amounts.sum(axis=0))
    assert (made >= 0).all()
    markets = LEAVES["market"]
    for market in markets.unique():
        here = (markets == market).to_numpy()
        np.testing.assert_allclose(made[here].sum(axis=0), amounts[here].sum(axis=0))


def test_without_people_or_leavers_nothing_moves():
    amounts = np.ones((8, 2))
    assert handed_over(LEAVES, amounts, frozenset()) is amounts
    assert handed_over(LEAVES.drop(columns="person"), amounts, GONE) is amounts
