"""Functions that DuckDB has not, in Python: they take bytes and numbers, and are called `tl_…` in compiled SQL."""

from tinylite.engine.duckdb.functions.registry import register as register

__all__ = ["register"]
