"""What is alive."""

from tinylite.workspace.workspace import Build, Snapshot, Workspace

__all__ = ["Build", "Snapshot", "Workspace"]
