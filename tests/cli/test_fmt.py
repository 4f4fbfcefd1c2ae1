"""tinylite fmt, as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.command import tinylite

UGLY = "NODE n\nsql >\n  select 1 as x\ntype endpoint"
CANONICAL = "NODE n\nSQL >\n    SELECT 1 AS x\n\nTYPE endpoint\n"


def test_files_are_written_once(starter: Path) -> None:
    (starter / "endpoints" / "n.pipe").write_text(UGLY)
    assert tinylite("fmt", folder=starter).out == "wrote endpoints/n.pipe\n"
    assert (starter / "endpoints" / "n.pipe").read_text() == CANONICAL
    assert tinylite("fmt", folder=starter).out == "all files are in their canonical form\n"


def test_check_writes_nothing_and_fails(starter: Path) -> None:
    (starter / "endpoints" / "n.pipe").write_text(UGLY)
    said = tinylite("fmt", "--check", folder=starter)
    assert (said.status, said.out) == (1, "not canonical: endpoints/n.pipe\n")
    assert (starter / "endpoints" / "n.pipe").read_text() == UGLY
    assert json.loads(tinylite("fmt", "--check", "--output", "json", folder=starter).out)["changed"] == [
        "endpoints/n.pipe"
    ]


def test_diff_shows_what_would_change(starter: Path) -> None:
    (starter / "endpoints" / "n.pipe").write_text(UGLY)
    said = tinylite("fmt", "--diff", folder=starter)
    assert said.status == 0
    assert "-  select 1 as x" in said.out and "+    SELECT 1 AS x" in said.out
    assert (starter / "endpoints" / "n.pipe").read_text() == UGLY


def test_only_the_files_that_are_named(starter: Path) -> None:
    (starter / "endpoints" / "n.pipe").write_text(UGLY)
    (starter / "endpoints" / "m.pipe").write_text(UGLY.replace("NODE n", "NODE m"))
    assert tinylite("fmt", "endpoints/m.pipe", folder=starter).out == "wrote endpoints/m.pipe\n"
    assert tinylite("fmt", "../x.pipe", folder=starter).status == 2


def test_a_faulty_file_is_told_and_the_others_are_written(starter: Path) -> None:
    (starter / "endpoints" / "n.pipe").write_text(UGLY)
    (starter / "endpoints" / "m.pipe").write_text("NOD m\n")
    said = tinylite("fmt", folder=starter)
    assert said.status == 1
    assert "endpoints/m.pipe:1:1" in said.err and "wrote endpoints/n.pipe" in said.out
    assert (starter / "endpoints" / "m.pipe").read_text() == "NOD m\n"
