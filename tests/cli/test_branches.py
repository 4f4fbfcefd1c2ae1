"""tinylite workspace and branch against a running server."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import Said, tinylite
from tests.cli.process import Dev

pytestmark = pytest.mark.server


@pytest.fixture
def dev(starter: Path) -> Iterator[Dev]:
    dev = Dev(starter)
    yield dev
    dev.close()


def count(folder: Path, *words: str) -> Said:
    return tinylite("sql", "SELECT count() AS n FROM page_views", "--output", "ndjson", *words, folder=folder)


def test_a_branch_is_made_asked_and_removed(dev: Dev, starter: Path) -> None:
    assert "made the branch trial" in tinylite("branch", "create", "trial", "--all-data", folder=starter).out
    assert count(starter, "--branch", "trial").out == '{"n":5}\n'
    tinylite("mock", "page_views", "--rows", "3", "--to", "dev", "--branch", "trial", folder=starter)
    assert (count(starter, "--branch=trial").out, count(starter).out) == ('{"n":8}\n', '{"n":5}\n')
    assert "trial" in tinylite("branch", "ls", folder=starter).out
    assert "trial" in tinylite("workspace", "current", "--branch", "trial", folder=starter).out
    assert tinylite("branch", "rm", "trial", "--yes", folder=starter).out == "removed trial\n"
    gone = count(starter, "--branch", "trial")
    assert gone.status == 1 and "no branch or workspace trial" in gone.err


def test_a_workspace_takes_a_project_of_its_own(dev: Dev, starter: Path, tmp_path: Path) -> None:
    tinylite("workspace", "create", "second", folder=starter)
    said = tinylite("deploy", "--branch", "second", folder=starter)
    assert said.status == 0, said.err + said.out
    assert count(starter, "--branch", "second").out == '{"n":0}\n'
    assert "second" in tinylite("workspace", "ls", folder=starter).out


def test_removing_asks_first_and_only_for_what_is_there(
    dev: Dev, starter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    tinylite("branch", "create", "trial", folder=starter)
    unanswered = tinylite("branch", "rm", "trial", folder=starter)
    assert unanswered.status == 2 and "nobody is there to answer: give --yes" in unanswered.err
    missing = tinylite("branch", "rm", "trail", folder=starter)
    assert missing.status == 1 and "there is no branch trail" in missing.err and "did you mean trial?" in missing.err
    assert "trial" in tinylite("branch", "ls", folder=starter).out
