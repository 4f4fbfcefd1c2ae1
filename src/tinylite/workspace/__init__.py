"""What is alive."""

from tinylite.workspace.home import HERE, Home
from tinylite.workspace.versions import Snapshot, Version
from tinylite.workspace.workspace import Build, Workspace

__all__ = ["HERE", "Build", "Home", "Snapshot", "Version", "Workspace"]
