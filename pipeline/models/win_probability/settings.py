"""The knobs of the win probability, with the reasons for their defaults."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WinSettings:
    """Defaults follow the handbook (40 won, 40 lost) or what was best on public deals."""

    min_won: int = 40
    min_lost: int = 40
    """Below either, no model is fitted and the answer is the shrunken rate of the stage."""
    penalties: tuple[float, ...] = (0.03, 0.1, 0.3, 1.0)
    """Inverse strengths of the L2 penalty that compete in validation."""
    challenger_weight: float = 0.85
    """Share of boosting in the challenger's log-odds; the rest is the default's (a mean steadies both)."""
    boosting_seeds: tuple[int, ...] = (0, 1, 2)
    """One boosting each, averaged: less chance in which columns were drawn."""
    one_boosting_above_rows: int = 2_000
    """With more rows one boosting is steady enough,"""
    large_rate: float = 0.11
    large_rounds: int = 50
    """and fewer, longer steps come to the same in half the time."""
    boosting_depth: int = 3
    boosting_rate: float = 0.06
    boosting_rounds: int = 90
    boosting_min_leaf: int = 6
    boosting_l2: float = 4.0
    boosting_column_share: float = 0.35
    challenger_confidence: float = 0.95
    """The challenger is taken when this share of paired bootstrap samples favours it."""
    bootstrap_samples: int = 1000
    skill_level: float = 0.95
    folds: int = 5
    calibration_share: float = 0.3
    """The latest share of validated cases sets the level and slope (Platt)."""
    calibration_prior_cases: float = 50.0
    """Cases' worth of belief that the scores are already level (slope 1, shift 0)."""
    max_training_rows: int = 15_000
    """Above it every second (third, ...) row is learned from; all later rows judge."""
    min_level_cases: int = 5
    """Rarer words of a field are read together as one level."""
