"""What is alive."""

from tinylite.workspace.versions import Snapshot, Version
from tinylite.workspace.workspace import Build, Workspace

__all__ = ["Build", "Snapshot", "Version", "Workspace"]
