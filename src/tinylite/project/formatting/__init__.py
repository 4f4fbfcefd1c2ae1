"""Canonical text: datafiles, and the SQL inside of them."""

from tinylite.project.formatting.datafile import formatted

__all__ = ["formatted"]
