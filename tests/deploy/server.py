"""`tinylite serve` with a history in small chunks, that ends itself at a point which a file names.

python -m tests.deploy.server DATA PORT ARMED
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tinylite.cli.main import main
from tinylite.deploy import backfill, deployer
from tinylite.workspace import Workspace
from tinylite.workspace.deployments import Deployments

CHUNK = 200


def arm(file: Path) -> None:
    """From now on the process is killed where it comes to the point that stands in the file."""
    counts: dict[str, int] = {}

    def reach(point: str) -> None:
        counts[point] = counts.get(point, 0) + 1
        if file.exists() and file.read_text() in (point, f"{point} {counts[point]}"):
            file.unlink()
            os.kill(os.getpid(), signal.SIGKILL)

    def around(
        owner: Any, name: str, before: str = "", after: str = "", point: Callable[..., str] | None = None
    ) -> None:
        original = getattr(owner, name)

        def wrapped(*args: Any, **more: Any) -> Any:
            if before:
                reach(before)
            result = original(*args, **more)
            if after or point is not None:
                reach(after or (point(*args) if point else ""))
            return result

        setattr(owner, name, wrapped)

    around(Deployments, "add", after="recorded")
    around(Deployments, "set_status", point=lambda self, id, status, *more: str(status))
    around(deployer, "set_marks", after="inside of the transaction that makes the tables")
    around(backfill, "_write", before="before chunk", after="after chunk")
    around(Deployments, "promote", before="before the switch", after="switched on the disk")
    around(Workspace, "serve_version", after="switched")


if __name__ == "__main__":
    backfill.CHUNK = CHUNK
    arm(Path(sys.argv[3]))
    main(["serve", "--data", sys.argv[1], "--port", sys.argv[2]])
