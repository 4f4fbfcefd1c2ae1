"""tinylite deploy, deployment and diff, and where --env leads."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from tests.docs.live import Live
from tests.project.folder import node, write
from tinylite.cli.client import Api
from tinylite.cli.deploy import wait_for
from tinylite.cli.environments import environment
from tinylite.cli.main import _in_front, main
from tinylite.diagnostics import DiagnosticError

HITS = "SCHEMA >\n    `id` Int32 `json:$.id`\n"
FILES = {"hits.datasource": HITS, "top.pipe": node("top_hits", "SELECT id FROM hits", "TYPE endpoint")}
OTHER = {"top.pipe": node("top_hits", "SELECT id AS number FROM hits", "TYPE endpoint")}


def run(*arguments: str, status: int = 0) -> None:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert ended.value.code == status


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "project", FILES)


@pytest.fixture
def served(project: Path) -> Iterator[Live]:
    live = Live(project)
    yield live
    live.close()


def in_git(project: Path) -> None:
    as_someone = ("-c", "user.name=ada", "-c", "user.email=ada@example.com")
    for command in (("init", "-q"), ("add", "-A"), (*as_someone, "commit", "-qm", "first")):
        subprocess.run(["git", "-C", str(project), *command], check=True)


def test_the_options_of_an_environment_may_stand_anywhere() -> None:
    assert _in_front(["sql", "SELECT 1", "--env", "production"]) == ["--env", "production", "sql", "SELECT 1"]
    assert _in_front(["sql", "--staging", "--env=x", "q"]) == ["--staging", "--env=x", "sql", "q"]
    assert _in_front(["sql", "--", "--env", "x"]) == ["sql", "--", "--env", "x"]
    assert _in_front(["sql", "--env"]) == ["--env", "sql"]


def test_a_token_comes_from_the_environment() -> None:
    settings = {"environments": {"production": {"host": "example.com/"}, "eu": {"host": "${HOST}", "token": "${T}"}}}
    found = environment("production", settings, {"TINYLITE_PRODUCTION_TOKEN": "p.1"})
    assert (found.host, found.token) == ("https://example.com", "p.1")
    found = environment("eu", settings, {"HOST": "http://localhost:1", "T": "p.2"})
    assert (found.host, found.token) == ("http://localhost:1", "p.2")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "there is no environment production in tinylite.yaml"),
        ({"environments": {"prodction": {"host": "x"}}}, "there is no environment production in tinylite.yaml"),
        ({"environments": ["production"]}, "environments in tinylite.yaml are names, each with host and token"),
        ({"environments": {"production": "x"}}, "the environment production needs host and token, each a text"),
        ({"environments": {"production": {"host": 5}}}, "the environment production needs host and token, each a text"),
        ({"environments": {"production": {"token": "${T}"}}}, "the environment production has no host"),
        ({"environments": {"production": {"host": "x", "user": "y"}}},
         "the environment production has an unknown field user"),
        ({"environments": {"production": {"host": "x", "token": "p.123"}}},
         "the token of production stands in tinylite.yaml in plain text"),
        ({"environments": {"production": {"host": "http://[x", "token": "${OK}"}}},
         "the host of production is no address: http://[x"),
        ({"environments": {"production": {"host": "x:99999", "token": "${OK}"}}},
         "the host of production is no address: https://x:99999"),
        ({"environments": {"production": {"host": "ftp://x", "token": "${OK}"}}},
         "the host of production is no address: ftp://x"),
        ({"environments": {"production": {"host": "x", "token": "${ODD}"}}}, "the token of production is no token"),
        ({"environments": {"production": {"host": "x"}}},
         "the environment variable TINYLITE_PRODUCTION_TOKEN is not set"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_environment_is_told(settings: dict[str, object], message: str) -> None:
    with pytest.raises(DiagnosticError) as problem:
        environment("production", settings, {"T": "p.1", "OK": "p.1\n", "ODD": "p.é"})
    (fault,) = problem.value.diagnostics
    assert fault.code == "TL516" and fault.message.startswith(message)


def test_a_deployment_and_the_way_back(served: Live, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, {"hits.datasource": HITS.replace("Int32", "Int64")})
    write(project, {"tinylite.yaml": "accept_breaking:\n  - 'top: column id Int32 → Int64'\n"})
    run("deploy", str(project), "--no-auto")
    assert "Deployment 1 is ready. Look at it with --staging" in capsys.readouterr().out
    where = ("--path", str(project))
    run("deployment", "promote", *where)
    run("deployment", "rollback", *where)
    run("deployment", "ls", *where, "--output", "json")
    shown = capsys.readouterr().out
    listed = json.loads(shown[shown.index("[") :])
    assert [(each["id"], each["live"]) for each in listed] == [("0", True), ("1", False)]
    run("deployment", "discard", *where)
    run("deployment", "rollback", *where, status=1)
    assert "no earlier deployment is kept" in capsys.readouterr().err


def test_breaking_changes_are_refused_until_they_are_accepted(
    served: Live, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, OTHER)
    run("deploy", str(project), status=1)
    out = capsys.readouterr().out
    assert "breaking  top: column id removed (top.pipe:1)" in out
    write(project, {"tinylite.yaml": "accept_breaking:\n  - 'top: column id removed'\n"})
    run("deploy", str(project), "--check")
    assert "accepted  top: column id removed" in capsys.readouterr().out
    run("deploy", str(project))
    assert "is live" in capsys.readouterr().out


def test_a_commit_and_the_folder_are_compared(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    in_git(project)
    run("diff", "HEAD", "--path", str(project))
    assert capsys.readouterr().out == "No changes.\n"
    write(project, OTHER)
    run("diff", "HEAD", "--path", str(project), "--output", "json", status=1)
    told = json.loads(capsys.readouterr().out)
    assert told["breaking"] == ["top: column id removed"]
    assert [each["name"] for each in told["plan"]["resources"]] == ["top"]
    run("diff", "HEAD", "--path", str(project), "--output", "markdown", status=1)
    assert capsys.readouterr().out.startswith("**Plan: 1 changed**\n")


def test_a_commit_that_is_not_there_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    in_git(project)
    run("diff", "--path", str(project), "nowhere", status=1)
    assert "git knows no commit nowhere" in capsys.readouterr().err


def test_what_is_live_and_the_folder_are_compared(
    served: Live, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("diff", "--path", str(project))
    assert capsys.readouterr().out == "No changes.\n"
    write(project, {"hits.datasource": HITS.replace("Int32", "String")})
    run("diff", "--path", str(project), status=1)
    assert "~ id Int32 json:$.id → String json:$.id: cast, with all values kept" in capsys.readouterr().out


def test_a_faulty_project_is_not_sent(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, {"hits.datasource": "SCHEMA >\n    id Imt32\n"})
    run("deploy", str(project), status=1)
    assert "unknown type Imt32" in capsys.readouterr().err


def test_without_a_server_the_way_out_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("deploy", str(project), status=1)
    assert "no server is running" in capsys.readouterr().err


def test_an_environment_is_asked_by_its_name(
    served: Live, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TINYLITE_PRODUCTION_TOKEN", served.token)
    write(project, {"tinylite.yaml": f"environments:\n  production:\n    host: {served.url}\n"})
    elsewhere = ("--path", str(project), "--data", str(project / "elsewhere"))
    run("sql", "SELECT 1 AS one", *elsewhere, "--env", "production", "--output", "ndjson")
    assert capsys.readouterr().out == '{"one":1}\n'
    run("sql", "SELECT 1", *elsewhere, "--env", "prodction", status=1)
    assert "did you mean production?" in capsys.readouterr().err
    run("sql", "SELECT 1", *elsewhere, "--env", "local", status=1)
    assert "no server is running" in capsys.readouterr().err


@dataclass
class Answering:
    """Of a server, what it says of a deployment, the last of it again and again."""

    told: list[dict[str, Any]]

    def get(self, path: str) -> httpx.Response:
        found = self.told.pop(0) if len(self.told) > 1 else self.told[0]
        return httpx.Response(200, json={"deployment": {"live": False, "errors": [], **found}})


def test_waiting_ends_with_the_deployment_or_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinylite.cli.deploy._EVERY", 0.001)

    def wait(*told: dict[str, Any], live: bool = True, seconds: int = 60) -> dict[str, Any]:
        return wait_for(cast(Api, Answering(list(told))), "3", seconds, live=live)

    begun, ready = {"status": "creating_schema"}, {"status": "data_ready"}
    assert wait(begun, ready, {**ready, "live": True})["live"]
    assert wait(begun, ready, live=False)["status"] == "data_ready"
    assert wait(begun, {"status": "deleted"})["status"] == "deleted"
    assert wait(ready, {**ready, "errors": [{"error": "it is being populated"}]})["errors"]
    with pytest.raises(DiagnosticError, match="deployment 3 is still being prepared after 0 s"):
        wait(begun, seconds=0)
