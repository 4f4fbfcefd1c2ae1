"""Plans are kept, but never too many of them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.workspace.projects import project, workspace
from tinylite.diagnostics import DiagnosticError
from tinylite.sql import Compiled
from tinylite.workspace import Workspace, queries

# The format becomes part of the statement, so that each value has a plan of its own.
YEAR = (
    "NODE n\nSQL >\n    %\n    SELECT formatDateTime(toDateTime('2024-01-01 00:00:00'), {{String(f, '%Y')}}) AS x\n"
    "TYPE endpoint\n"
)
NAMED = "NODE n\nSQL >\n    %\n    SELECT {{column(c, 'number')}} AS x FROM numbers(1)\nTYPE endpoint\n"


def answer(opened: Workspace, name: str, **arguments: object) -> object:
    return asyncio.run(opened.ask(name, arguments)).result.rows[0][0]


def kept(opened: Workspace) -> list[list[Compiled]]:
    """The plans of each text."""
    assert opened.snapshot is not None
    return list(opened.snapshot.plans._plans.values())


def test_values_that_make_plans_of_their_own_push_out_the_oldest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "_KEPT_VALUES", 2)
    with workspace(tmp_path) as opened:
        opened.build(project(tmp_path, {"year.pipe": YEAR}))
        for suffix in ("a", "b", "c", "d", "a"):
            assert answer(opened, "year", f=f"%Y{suffix}") == f"2024{suffix}"
        assert [len(plans) for plans in kept(opened)] == [2]


def test_texts_push_out_the_oldest_and_those_that_do_not_compile_leave_nothing(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        opened.build(project(tmp_path, {"year.pipe": YEAR, "named.pipe": NAMED}))
        assert opened.snapshot is not None
        opened.snapshot.plans._most = 1
        for name in ("a", "b", "c"):
            with pytest.raises(DiagnosticError, match="unknown column"):
                answer(opened, "named", c=name)
        assert kept(opened) == []
        assert answer(opened, "year") == "2024"
        assert answer(opened, "named") == 0
        assert len(kept(opened)) == 1
