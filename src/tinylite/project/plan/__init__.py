"""The difference between two versions of a project, and what has to be done to get from one to the other."""

from tinylite.project.plan.carry import Carried, carried
from tinylite.project.plan.make import Facts, make_plan, no_facts
from tinylite.project.plan.model import Plan, Step
from tinylite.project.plan.show import as_markdown, as_text

__all__ = [
    "Carried",
    "Facts",
    "Plan",
    "Step",
    "as_markdown",
    "as_text",
    "carried",
    "make_plan",
    "no_facts",
]
