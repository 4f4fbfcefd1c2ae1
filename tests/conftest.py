"""Options of the whole suite."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tinylite.engine.clickhouse.rows import Address, ClickHouseRows
from tinylite.workspace import HERE, Home, Workspace


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden-update", action="store_true", help="write what is printed now into the golden files")
    parser.addoption("--engine", choices=["duckdb", "chdb"], default="duckdb", help="where the rows of workspaces lie")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("engine") == "duckdb":
        return
    for item in items:
        own = item.get_closest_marker("duckdb")
        if own is not None:
            item.add_marker(pytest.mark.skip(reason=own.args[0]))


@pytest.fixture(scope="session", autouse=True)
def where_rows_lie(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """With --engine chdb every workspace has its rows in chDB: each data folder a database of its own, of the one
    chDB that a process can have.
    """
    if request.config.getoption("engine") == "duckdb":
        yield
        return
    pytest.importorskip("chdb")
    address = Address(f"chdb://{tmp_path_factory.mktemp('chdb')}")
    kept = ClickHouseRows.open(address)  # or the engine would start again for each test
    opened = Workspace.open

    def open_there(path: Path, limits: object = None, capacity: object = None, home: Home = HERE) -> Workspace:
        suffix = "_" + hashlib.blake2b(str(path.resolve()).encode(), digest_size=6).hexdigest()
        return opened(path, limits, capacity, Home(address, suffix) if home is HERE else home)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Workspace, "open", staticmethod(open_there))
        yield
    kept.close()


def pytest_unconfigure(config: pytest.Config) -> None:
    """chDB ends by itself, but not always when the interpreter does: a clean run must not end with a crash."""
    if config.getoption("engine", "duckdb") == "chdb" and "chdb" in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        status = getattr(config, "_tinylite_status", None)
        if status is not None:
            os._exit(status)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config._tinylite_status = int(exitstatus)  # type: ignore[attr-defined]
