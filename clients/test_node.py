"""Clients from npm."""

from __future__ import annotations

import pytest

from clients.conftest import HERE, Run


@pytest.mark.parametrize("program", sorted(path.name for path in (HERE / "node").glob("*.mjs")))
def test_a_package(run_node: Run, program: str) -> None:
    run_node(program)
