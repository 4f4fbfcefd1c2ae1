"""A folder as one checked whole."""

from tinylite.project.access import ALL, Access
from tinylite.project.check import check
from tinylite.project.library import Library
from tinylite.project.load import assemble, folders, is_datafile, is_read, load
from tinylite.project.model import Project
from tinylite.project.outcomes import Outcomes
from tinylite.project.program import Prepared, Program, adhoc
from tinylite.project.sound import sound_part
from tinylite.project.views import View, views

__all__ = [
    "ALL",
    "Access",
    "Library",
    "Outcomes",
    "Prepared",
    "Program",
    "Project",
    "View",
    "adhoc",
    "assemble",
    "check",
    "folders",
    "is_datafile",
    "is_read",
    "load",
    "sound_part",
    "views",
]
