"""The format: `.datasource`, `.pipe` and `.connection` files as values."""

from tinylite.datafile.decode import decode
from tinylite.datafile.parse import SUFFIXES, parse

__all__ = ["SUFFIXES", "decode", "parse"]
