"""What is alive."""

from tinylite.workspace.build import Build
from tinylite.workspace.home import HERE, Home
from tinylite.workspace.versions import Snapshot, Version
from tinylite.workspace.workspace import Workspace

__all__ = ["HERE", "Build", "Home", "Snapshot", "Version", "Workspace"]
