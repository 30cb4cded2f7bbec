"""What a simulated company may suffer from: one known cause or one known funnel shape at a time."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.errors import UsageError

STAGES = 5
"""Open stages an opportunity walks through before it is signed."""


@dataclass(frozen=True)
class Scenario:
    """How the last months differ from the years before; factors of 1 and shifts of 0 change nothing.

    Attributes:
        months: how many months before the last known day the trouble began.
        creation: factor on the number of opportunities created.
        advance: factor by stage on the weekly chance to move on (the last one: to close).
        loss: factor by stage on the weekly chance of a lost deal to be declared lost.
        win_shift: added to the log odds of winning, for deals that were open or born since.
        amount: factor on the amount of opportunities born since.
        invalid: factor on the share of opportunities that never were one.
        dominant_share: size of one named deal as a share of the plan of the coming quarter.
    """

    months: int = 9
    creation: float = 1.0
    advance: tuple[float, ...] = (1.0,) * STAGES
    loss: tuple[float, ...] = (1.0,) * STAGES
    win_shift: float = 0.0
    amount: float = 1.0
    invalid: float = 1.0
    dominant_share: float = 0.0


SCENARIOS: Mapping[str, Scenario] = {
    "baseline": Scenario(),
    "too_few_deals": Scenario(months=12, creation=0.5),
    "slow_process": Scenario(months=9, advance=(0.5,) * STAGES, loss=(0.6,) * STAGES),
    "falling_win_rate": Scenario(months=9, win_shift=-1.1),
    "shrinking_deals": Scenario(months=12, amount=0.5),
    "one_deal": Scenario(months=6, dominant_share=1.5),
    "top_heavy": Scenario(months=9, creation=1.5, advance=(0.25, 0.45, 1.0, 1.0, 1.0), invalid=0.5),
    "thin_top": Scenario(months=3, creation=0.15),
    "belly": Scenario(months=9, advance=(1.3, 1.3, 0.25, 0.25, 1.0), loss=(1.0, 1.0, 0.4, 0.4, 1.0)),
    "hollow": Scenario(
        months=7, creation=0.12, advance=(1.8, 1.8, 1.8, 1.8, 0.35), loss=(1, 1, 0.7, 0.7, 0.3)
    ),
    "column": Scenario(months=15, advance=(1.2, 1.2, 1.1, 1.1, 1.2), loss=(0, 0, 0, 0, 1.3), invalid=0.0),
}
"""Scenarios by name: the baseline, five causes of a gap, and five funnel shapes."""


def scenario_named(name: str) -> Scenario:
    """The scenario of that name.

    Raises:
        UsageError: there is none; the message lists the known ones.
    """
    if name not in SCENARIOS:
        raise UsageError(f"{name!r} is not a scenario.", f"Known: {', '.join(SCENARIOS)}.")
    return SCENARIOS[name]
