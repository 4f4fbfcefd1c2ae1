"""A server with a project that all clients talk to, and how their programs are run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from clients import installed
from tests.cli.process import Dev

HERE = Path(__file__).resolve().parent
_SECONDS = 120
Run = Callable[..., str]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    folder = tmp_path_factory.mktemp("clients") / "project"
    shutil.copytree(HERE / "project", folder)
    dev = Dev(folder)
    yield dev
    dev.close()


@pytest.fixture
def run_python(server: Dev) -> Run:
    """Runs a program of `python/` with the interpreter of an environment; gives what it prints."""

    def run(environment: str, *words: str, **variables: str) -> str:
        python = installed.python(environment)
        return _run([str(python), *words], server, {"PYTHONPATH": str(HERE / "guards"), **variables})

    return run


@pytest.fixture
def run_node(server: Dev) -> Run:
    """Runs a program of `node/`."""

    def run(program: str) -> str:
        folder = installed.node()
        # A program finds packages beside it only.
        copy = folder / program
        shutil.copy(HERE / "node" / program, copy)
        guard = (HERE / "guards" / "loopback.mjs").as_uri()
        return _run(["node", "--import", guard, str(copy)], server, {}, folder)

    return run


def _run(command: Sequence[str], server: Dev, variables: dict[str, str], folder: Path | None = None) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment |= {
        "TINYBIRD_URL": server.url, "TINYBIRD_TOKEN": server.token, "TB_CLI_TELEMETRY_OPTOUT": "1",
        "TB_VERSION_WARNING": "0", "PYTHONWARNINGS": "ignore",
    }  # fmt: skip
    environment |= variables
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout
