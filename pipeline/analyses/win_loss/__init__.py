"""Handbook section 6: why deals were won and lost, how likely the open ones are, and when they will close.

`analyse` is the chapter; `deal_probabilities` and `closing_outlook` serve the chapters that plan by them.
"""

from pipeline.analyses.win_loss.chapter import WinLoss, analyse
from pipeline.analyses.win_loss.outlook import closing_outlook
from pipeline.analyses.win_loss.probabilities import deal_probabilities

__all__ = ["WinLoss", "analyse", "closing_outlook", "deal_probabilities"]
