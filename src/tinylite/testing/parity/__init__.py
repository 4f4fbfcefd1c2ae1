"""The same requests to two engines or two servers, and whether they answer the same."""

from tinylite.testing.parity.cases import on_clickhouse
from tinylite.testing.parity.run import Chosen, Outcome, Run, compare_engines, compare_servers
from tinylite.testing.parity.sides import Served

__all__ = ["Chosen", "Outcome", "Run", "Served", "compare_engines", "compare_servers", "on_clickhouse"]
