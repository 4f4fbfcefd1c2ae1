"""Moves a data folder to ClickHouse, and is killed at the point that is named.

python -m tests.clickhouse.killed FOLDER URL POINT
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from tests.clickhouse.test_moving import FILES, events
from tests.workspace.projects import project
from tinylite.engine.clickhouse.rows import Address, ClickHouseRows
from tinylite.workspace import Workspace, moving
from tinylite.workspace.store import Store

POINTS = ("before insert_select", "after insert_select", "after _derive", "after set_fact rows")


def arm(owner: Any, name: str, point: str) -> None:
    real = getattr(owner, name)

    def wrapped(self: Any, *given: Any) -> Any:
        told = f"{name} {given[0]}" if name == "set_fact" else name
        if point == f"before {told}":
            os.kill(os.getpid(), signal.SIGKILL)
        found = real(self, *given)
        if point == f"after {told}":
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(owner, name, wrapped)


def main(folder: Path, url: str, point: str) -> None:
    """A move that was begun goes on; events come before and after."""
    moving.CHUNK = 400
    for owner, name in ((ClickHouseRows, "insert_select"), (moving.Move, "_derive"), (Store, "set_fact")):
        arm(owner, name, point)
    workspace = Workspace.open(folder / "data")
    assert not workspace.build(project(folder, FILES)).errors
    rows = workspace.row_count("events")
    workspace.ingest.append_now("events", events(rows, 500))
    job = workspace.moves.submit(Address(url))
    print(workspace.background.jobs.wait(job.id, 100))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
