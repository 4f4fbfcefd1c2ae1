"""A project tried out: in a data folder of its own, with its fixtures, asked in this process."""

from tinylite.testing.comparison import Order, differences
from tinylite.testing.runner import Outcome, Run, run_cases
from tinylite.testing.session import Answer, Session

__all__ = ["Answer", "Order", "Outcome", "Run", "Session", "differences", "run_cases"]
