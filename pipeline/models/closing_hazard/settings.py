"""The knobs of the closing hazard, with the reasons for their defaults."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HazardSettings:
    """Penalties are in units of observed case-weeks: 10 weighs as much as about ten of them."""

    quarter_start_month: int = 1
    """First month of the first business quarter (1 to 12)."""
    country: str = ""
    """Whose working days and spring festival count (two letters); "": weeks differ by the quarter alone."""
    half_life_weeks: float = 26.0
    """A week this long before the book's date counts half: habits of closing drift."""
    half_lives_kept: float = 4.0
    """Snapshots older than so many half-lives (two years) are left out."""
    age_smoothing: float = 3.0
    """Pulls neighbouring weeks of age together (first differences)."""
    quarter_smoothing: float = 3.0
    """Pulls neighbouring weeks of the quarter together, so that no week stands out by chance."""
    interaction_ridge: float = 1.0
    """Pulls the age curve of each month of the quarter to the common one."""
    calendar_smoothing: float = 1.0
    """Pulls weeks with about as many days worked, or of the spring festival, together."""
    cohort_ridge: float = 10.0
    """Pulls cases opened in the same four weeks to the common hazard: cohorts differ in dead weight."""
    covariate_ridge: float = 4.0
    """Pulls the levels of each covariate together."""
    lead_smoothing: float = 4.0
    """Pulls a covariate's effect near and far ahead together: what is known today fades with the lead."""
    cohort_days: int = 28
    numeric_bins: int = 6
    """Numeric covariates are cut at their quantiles; empty values are a level of their own."""
    max_training_rows: int = 400_000
    """Above it whole cases are left out by a fixed rule on their position, and the rest keep weight one."""
    most_quiet_rows: int = 25_000
    """With covariates, weeks in which nothing happened are drawn above this, evenly along their weight."""
    calibration_origins: int = 8
    calibration_spacing_weeks: int = 2
    calibration_horizon_weeks: int = 8
    calibration_prior: float = 1.0
    """Origins' worth of belief that the uncalibrated level is right."""
    min_events: int = 20
    """Fewer closings than this cannot carry a weekly hazard."""
