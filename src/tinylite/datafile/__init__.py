"""The format: `.datasource`, `.pipe` and `.connection` files as values."""

from tinylite.datafile.parse import parse

__all__ = ["parse"]
