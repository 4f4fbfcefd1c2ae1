"""DuckDB as the engine."""

from tinylite.engine.duckdb.engine import DuckDBEngine

__all__ = ["DuckDBEngine"]
