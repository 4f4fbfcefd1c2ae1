"""Where the rows of a workspace's data sources lie: in its own database file, or in ClickHouse."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.clickhouse.rows import Address, ClickHouseRows
from tinylite.workspace.store import Store

FACT = "rows"
DUCKDB, CLICKHOUSE = "duckdb", "clickhouse"


@dataclass(frozen=True, slots=True)
class Home:
    """Without an address it is the data folder itself. `suffix` tells the databases of several workspaces apart."""

    address: Address | None = None
    suffix: str = ""

    @property
    def kind(self) -> str:
        return DUCKDB if self.address is None else CLICKHOUSE

    def open(self) -> ClickHouseRows | None:
        """Raises DiagnosticError (TL517) when ClickHouse can't be had."""
        return None if self.address is None else ClickHouseRows.open(self.address, self.suffix)

    def of(self, workspace: str) -> Home:
        """Of another workspace of the same server."""
        return Home(self.address, f"_{workspace.replace('-', '')[:12]}")


HERE = Home()


def check_home(store: Store, home: Home, folder: Path, *, is_new: bool) -> None:
    """A folder belongs to where its rows are, once they can be there. Raises DiagnosticError (TL527)."""
    if is_new:
        return
    known = store.fact(FACT, lambda: DUCKDB)
    if known == home.kind:
        return
    if known == DUCKDB:
        message = f"the rows of {folder} lie in the folder itself, and engine names ClickHouse"
        raise DiagnosticError(Diagnostic("TL527", message, hint="move them first, or take another folder with --data"))
    message = f"the rows of {folder} lie in ClickHouse, and no engine is named"
    raise DiagnosticError(Diagnostic("TL527", message, hint="write engine: to tinylite.yaml, or set TINYLITE_ENGINE"))
