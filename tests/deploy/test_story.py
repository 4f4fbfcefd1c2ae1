"""From an empty folder to production and back, on a real server: no event is lost or doubled, no read fails."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.process import TINYLITE, dev
from tests.deploy.story import Events, Reads, Server

pytestmark = pytest.mark.server

EVENTS = "SCHEMA >\n    `id` UInt32 `json:$.id`,\n    `page` String `json:$.page`\nENGINE_SORTING_KEY id\n"
PAGES = "SCHEMA >\n    page String,\n    hits UInt64\nENGINE SummingMergeTree\nENGINE_SORTING_KEY page\n"
VIEW = "NODE by_page\nSQL >\n    SELECT {page} AS page, count() AS hits FROM events GROUP BY page\n"
VIEW += "TYPE materialized\nDATASOURCE pages\n"
TOP = "NODE hits_by_page\nSQL >\n    SELECT page, sum(hits) AS hits FROM pages GROUP BY page ORDER BY page\n"
TOP += "TYPE endpoint\n"
FIRST = {
    "datasources/events.datasource": EVENTS,
    "datasources/pages.datasource": PAGES,
    "materializations/count_pages.pipe": VIEW.format(page="page"),
    "endpoints/top.pipe": TOP,
}
SECOND = {
    **FIRST,
    "datasources/events.datasource": EVENTS.replace("UInt32", "UInt64").replace(
        "`json:$.page`", "`json:$.page`,\n    `site` String DEFAULT concat('site of ', page) `json:$.site`"
    ),
    "materializations/count_pages.pipe": VIEW.format(page="upper(page)"),
}


TRIED = {
    "fixtures/events.ndjson": '{"id": 1, "page": "a"}\n{"id": 2, "page": "a"}\n{"id": 3, "page": "b"}\n',
    "tests/top.yaml": "- name: all\n  parameters: ''\n  expected_result: |\n"
    '    {"page":"a","hits":2}\n    {"page":"b","hits":1}\n',
}
HISTORY = 10_000


def run(*arguments: str, status: int = 0) -> Any:
    done = subprocess.run([*TINYLITE, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout) if "json" in arguments else done.stdout


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def check_all(server: Server, sent: int) -> None:
    """Each event once, in both deployments, and once in what the view makes of it."""
    for deployment in ("1", "2"):
        (events,) = server.ask("SELECT count() AS n, uniqExact(id) AS ids, max(id) AS last FROM events", deployment)
        assert events == {"n": sent, "ids": sent, "last": sent - 1}, deployment
        (pages,) = server.ask("SELECT sum(hits) AS n FROM pages", deployment)
        assert pages == {"n": sent}, deployment
    (made,) = server.ask("SELECT countIf(site = concat('site of ', page)) AS n FROM events", "2")
    assert made == {"n": sent}
    assert server.ask("SELECT count() AS n FROM pages WHERE page <> upper(page)", "2") == [{"n": 0}]


def test_from_init_to_production_and_back(tmp_path: Path) -> None:
    project = tmp_path / "project"
    run("init", str(project))
    with dev(project) as developing:
        assert developing.get("/v0/pipes/top_pages.json").status_code == 200
        assert developing.stop() == 0
    where = ["--path", str(project), "--output", "json"]
    assert run("test", "run", *where)["failed"] == 0
    for folder in ("datasources", "endpoints", "fixtures", "tests"):
        for path in project.glob(f"{folder}/*"):
            path.unlink()
    write(project, {**FIRST, **TRIED})
    assert run("test", "run", *where)["passed"] == 1
    server = Server(tmp_path)
    try:
        where += ["--data", str(server.data)]
        assert run("deploy", str(project), *where[2:])["deployment"]["live"]
        events, reads = Events(server, "events", HISTORY), Reads(server, "/v0/pipes/top.json")
        events.more(HISTORY + 500)

        write(project, SECOND)
        before = server.schema("events")
        assert run("test", "run", *where[:4], status=1)["failed"] == 1
        assert run("test", "update", *where[:4]) == [{"file": "tests/top.yaml", "case": "all"}]
        planned = run("deploy", str(project), "--check", *where[2:])["plan"]
        with events.flowing():
            made = run("deployment", "create", *where)
        assert made["deployment"]["status"] == "data_ready" and not made["deployment"]["live"]
        assert _without_counts(made["plan"]) == _without_counts(planned)
        events.more()
        assert server.ask("SELECT count() > 0 AS there FROM events", "staging") == [{"there": 1}]
        for switch in ("promote", "rollback", "promote"):
            with events.flowing():
                run("deployment", switch, *where)
                events.more(500)
        events.check_rate()

        sent = events.finish()
        reads.finish()
        assert not events.refused and not reads.failed
        assert reads.answered
        check_all(server, sent)
        _check_done(planned, server, before)
    finally:
        server.stop()


def _without_counts(plan: dict[str, Any]) -> dict[str, Any]:
    """Events came between the two."""
    movements = [{**each, "rows": None, "seconds": None, "bytes": None} for each in plan["movements"]]
    return {**plan, "movements": movements}


def _check_done(plan: dict[str, Any], server: Server, before: dict[str, str]) -> None:
    """What the plan says of tables, columns and movements is what there is."""
    steps = {step["datasource"]: step for step in plan["steps"]}
    assert {name: step["table"] for name, step in steps.items()} == {"events": "fresh", "pages": "fresh"}
    assert steps["events"]["carry"] == "casts" and steps["pages"]["views"] == ["count_pages"]
    told = server.deployment("2")
    assert {each["datasource_name"] for each in told["data_movements"]} == {"events", "pages"}
    assert told["changed_datasource_names"] == plan_names(plan, "datasource")
    assert told["changed_pipe_names"] == plan_names(plan, "pipe")
    (schema,) = [each for each in plan["schemas"] if each["datasource"] == "events"]
    now = server.schema("events")
    added = {each["name"] for each in schema["columns"] if each["change"] == "added"}
    changed = {each["name"] for each in schema["columns"] if each["change"] == "changed"}
    assert added == now.keys() - before.keys() == {"site"}
    assert changed == {name for name in before if now[name] != before[name]} == {"id"}
    (moved,) = [each for each in plan["movements"] if each["datasource"] == "events"]
    assert moved["rows"] >= HISTORY


def plan_names(plan: dict[str, Any], kind: str) -> list[str]:
    return [each["name"] for each in plan["resources"] if each["kind"] == kind and each["change"] == "changed"]


HALF_DONE = (
    "recorded",
    "creating_schema",
    "inside of the transaction that makes the tables",
    "schema_ready",
    "before chunk 2",
    "after chunk 4",
)


def test_a_server_that_is_killed_at_ten_points_of_it(tmp_path: Path) -> None:
    server = Server(tmp_path)
    try:
        assert server.deploy(FIRST, auto_promote="true")["deployment"]["live"]
        events, reads = Events(server, "events"), Reads(server, "/v0/pipes/top.json")
        events.more(1200)

        for point in HALF_DONE:
            server.kill_at(point)
            _deploy_until_killed(server)
            server.revive()
            (live,) = server.deployments()
            assert live["id"] == "1" and live["live"], point
            events.more(200)

        server.kill_at("data_ready")
        _deploy_until_killed(server)
        server.revive()
        live, waiting = server.deployments()
        id = waiting["id"]
        assert waiting["status"] == "data_ready"
        events.more(200)

        _switch_until_killed(server, id, "before the switch")
        assert server.deployments()[0]["id"] == "1"
        events.more(200)
        _switch_until_killed(server, id, "switched on the disk")
        assert server.deployments()[0]["id"] == id
        events.more(200)
        _switch_until_killed(server, "1", "switched on the disk")
        assert server.deployments()[0]["id"] == "1"
        events.more(200)
        assert server.set_live(id).status_code == 200
        events.more(200)

        sent = events.finish()
        reads.finish()
        assert not events.refused and not reads.failed
        check_all(_Renamed(server, id), sent)
    finally:
        server.stop()


class _Renamed(Server):
    """The deployments before the one that came through have taken their numbers with them."""

    def __init__(self, server: Server, id: str) -> None:
        self._server = server
        self._id = id

    def ask(self, sql: str, deployment: str = "") -> list[dict[str, Any]]:
        return self._server.ask(sql, self._id if deployment == "2" else deployment)


def _deploy_until_killed(server: Server) -> None:
    try:
        server.deploy(SECOND)
    except httpx.TransportError:
        return


def _switch_until_killed(server: Server, id: str, point: str) -> None:
    server.kill_at(point)
    with pytest.raises(httpx.TransportError):
        server.set_live(id)
    server.revive()
