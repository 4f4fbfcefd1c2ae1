"""A folder as one checked whole."""

from tinylite.project.check import check
from tinylite.project.load import Project, load
from tinylite.project.program import Library, Prepared, Program, adhoc

__all__ = ["Library", "Prepared", "Program", "Project", "adhoc", "check", "load"]
