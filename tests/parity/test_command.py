"""tinylite parity without ClickHouse: usage, and two servers."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from tests.cli.command import tinylite
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.project import load
from tinylite.testing import Session
from tinylite.testing.parity import Chosen, Served, compare_servers

FILES = {
    "events.datasource": "SCHEMA >\n    user String,\n    n UInt8\n",
    "all.pipe": "NODE n\nSQL >\n    %\n    SELECT user, n FROM events WHERE n >= {{UInt8(least, 0)}} ORDER BY user\n"
    "TYPE endpoint\n",
    "clock.pipe": "NODE n\nSQL >\n    SELECT generateUUIDv4() AS id\nTYPE endpoint\n",
    "fixtures/events.ndjson": '{"user": "ada", "n": 1}\n{"user": "bob", "n": 2}\n',
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "fixtures").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def served(name: str, session: Session) -> Served:
    def fetch(path: str) -> str:
        route, _, query = path.partition("?")
        answer = asyncio.run(session.request("GET", route, query))
        if answer.status >= 400:
            raise DiagnosticError(Diagnostic("TL501", answer.error))
        return answer.text

    return Served(name, fetch)


def test_two_servers_over_the_same_rows(project: Path) -> None:
    loaded = load(project)
    with Session(loaded) as one, Session(loaded) as other:
        run = compare_servers(loaded, served("staging", one), served("production", other), Chosen(more=2))
    assert run.names == ("staging", "production")
    assert {(outcome.subject, outcome.verdict.state) for outcome in run.outcomes} == {
        ("all", "equal"), ("clock", "skipped"),
    }  # fmt: skip


def test_two_servers_that_hold_other_rows(project: Path) -> None:
    loaded = load(project)
    with Session(loaded) as one, Session(loaded) as other:
        other.append("events", {"user": "cy", "n": 3})
        run = compare_servers(loaded, served("staging", one), served("production", other), Chosen(("all",)))
    assert [outcome.verdict.reason for outcome in run.failed] == ["2 rows, 3 rows"] * 2
    assert run.failed[0].verdict.lines[-1] == '+ {"user":"cy","n":3}'


def test_a_server_that_is_not_there_ends_it(project: Path) -> None:
    def gone(path: str) -> str:
        raise DiagnosticError(Diagnostic("TL504", "the server does not answer"))

    with pytest.raises(DiagnosticError) as problem:
        compare_servers(load(project), Served("a", gone), Served("b", gone))
    assert problem.value.diagnostics[0].code == "TL504"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--env", "a"], "--env is given twice"),
        (["--env", "a", "--env", "b", "--env", "c"], "--env is given twice"),
        (["--env", "a", "--env", "b", "--engine", "chdb://"], "--engine and --env exclude each other"),
    ],
)
def test_wrong_usage(project: Path, words: list[str], said: str) -> None:
    answer = tinylite("parity", "--path", str(project), *words)
    assert answer.status == 2


def test_other_commands_take_one_environment() -> None:
    assert tinylite("info", "--env", "a", "--env", "b").status == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "TL508: there is no endpoint nothing to compare"),
        (["--engine", "mysql://x"], "TL517: mysql://… is no ClickHouse"),
        (["--env", "a", "--env", "b"], "TL516: there is no environment a in tinylite.yaml"),
    ],
)
def test_what_can_not_be_compared_is_told(project: Path, words: list[str], said: str) -> None:
    answer = tinylite("parity", "--path", str(project), *words)
    assert answer.status == 1
    assert f"error {said}" in answer.err


@pytest.mark.parametrize(("url", "package"), [("chdb://", "chdb"), ("http://127.0.0.1:1", "clickhouse-connect")])
def test_without_the_extra_it_is_named(project: Path, url: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package.replace("-", "_"), None)
    answer = tinylite("parity", "--path", str(project), "--engine", url)
    assert answer.status == 1
    assert f"the package {package} is not installed" in answer.err
    assert "pip install 'tinylite[clickhouse]'" in answer.err


def test_a_server_that_does_not_answer(project: Path) -> None:
    pytest.importorskip("clickhouse_connect")
    answer = tinylite("parity", "--path", str(project), "--engine", "http://u:secret@127.0.0.1:1")
    assert answer.status == 1
    assert "TL517" in answer.err
    assert "ClickHouse at http://127.0.0.1:1 does not answer: [Errno 111]" in answer.err
    assert "secret" not in answer.err
