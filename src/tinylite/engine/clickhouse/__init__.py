"""ClickHouse itself: in this process (chDB) or a server. Its packages are imported when one is opened."""

from tinylite.engine.clickhouse.engine import ClickHouse

__all__ = ["ClickHouse"]
