"""Several workspaces of one server, and branches."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.project.folder import write
from tests.server.client import Response, _run, endpoint
from tinylite.deploy import Workspaces
from tinylite.project import load
from tinylite.server.app import App, create_app
from tinylite.server.site import Site
from tinylite.workspace import Workspace

FILES = {
    "events.datasource": "SCHEMA >\n    id UInt64 `json:$.id`,\n    at DateTime `json:$.at`\n"
    'ENGINE_SORTING_KEY id\nENGINE_PARTITION_KEY "toYYYYMM(at)"\n',
    "counted.pipe": endpoint("SELECT count() AS n FROM events"),
}


async def asked(app: App, method: str, path: str, token: str, query: str = "", body: bytes = b"") -> Response:
    headers = {"authorization": f"Bearer {token}", "host": "localhost"}
    scope = {
        "type": "http", "method": method, "path": path, "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 5000),
    }  # fmt: skip
    return await _run(app, scope, body)


class Server:
    """The home workspace with a project, and requests to whoever a token belongs to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start(build=True)

    def start(self, *, build: bool = False) -> None:
        self.home = Workspace.open(self.folder / "data")
        self.home.build(load(write(self.folder / "project", FILES)))
        self.workspaces = Workspaces(self.home)
        self.admin = self.home.tokens.admin.token
        self.site = Site(self.workspaces, dev=True)

    def stop(self) -> None:
        self.workspaces.close()
        self.home.close()

    def ask(self, method: str, path: str, token: str = "", query: str = "", body: bytes = b"") -> Response:
        return asyncio.run(asked(self.site, method, path, token or self.admin, query, body))

    def send(self, token: str, *months: int) -> None:
        rows = [{"id": month, "at": f"2026-{month:02d}-01 00:00:00"} for month in months]
        body = "\n".join(map(json.dumps, rows)).encode()
        assert self.ask("POST", "/v0/events", token, "name=events&wait=true", body).status == 200

    def count(self, token: str) -> object:
        return self.ask("GET", "/v0/pipes/counted.json", token).data

    def branch(self, name: str, data: str = "") -> str:
        answer = self.ask("POST", "/v1/environments", "", f"name={name}&data={data}")
        assert answer.status == 200, answer.text
        return str(answer.json()["token"])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.stop()


def test_a_new_workspace_is_empty_and_its_own(server: Server) -> None:
    made = server.ask("POST", "/v1/workspaces", "", "name=marketing").json()
    token = str(made["token"])
    assert server.ask("GET", "/v1/workspace", token).json()["name"] == "marketing"
    assert server.ask("GET", "/v0/pipes", token).json() == {"pipes": []}
    assert server.ask("GET", "/v0/pipes/counted.json", token).status == 404
    assert [each["name"] for each in server.ask("GET", "/v1/user/workspaces").json()["workspaces"]] == [  # type: ignore[attr-defined]
        "default", "marketing",
    ]  # fmt: skip


def test_a_branch_has_the_project_and_as_many_rows_as_were_asked_for(server: Server) -> None:
    server.send("", 1, 2, 2)
    assert server.count(server.branch("bare")) == [{"n": 0}]
    assert server.count(server.branch("newest", "last_partition")) == [{"n": 2}]
    assert server.count(server.branch("whole", "all_data")) == [{"n": 3}]


def test_events_go_on_coming_while_branches_are_made(server: Server) -> None:
    going, sent = threading.Event(), [0]

    def write() -> None:
        while not going.is_set():
            server.send("", *range(1, 13))
            sent[0] += 12

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            before = sent[0]
            ((row,), after) = server.count(server.branch(f"b{number}", "all_data")), sent[0] + 12  # type: ignore[misc]
            assert before <= row["n"] <= after and row["n"] % 12 == 0
    finally:
        going.set()
        writer.join()


def test_a_branch_while_something_else_is_written_beside(server: Server) -> None:
    server.send("", 1, 2)
    with closing(server.home.engine.cursor()) as beside:
        beside.execute("BEGIN")
        beside.execute("CREATE TABLE unfinished (id INTEGER)")
        assert server.count(server.branch("trial", "all_data")) == [{"n": 2}]


def test_a_branch_leaves_the_database_locked(server: Server) -> None:
    server.send("", 1)
    server.branch("trial", "all_data")
    program = f"import duckdb; duckdb.connect({str(server.home.folder.database)!r})"
    opened = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "Could not set lock on file" in opened.stderr


def test_what_happens_in_a_branch_stays_there(server: Server) -> None:
    server.send("", 1)
    token = server.branch("trial", "all_data")
    server.send(token, 2, 3)
    server.send("", 4)
    assert (server.count(token), server.count("")) == ([{"n": 3}], [{"n": 2}])


def test_workspaces_are_there_again_after_a_restart(server: Server) -> None:
    server.send("", 1)
    token = server.branch("trial", "all_data")
    server.send(token, 2)
    server.stop()
    server.start()
    assert server.count(token) == [{"n": 2}]


def test_a_token_is_worth_nothing_elsewhere(server: Server) -> None:
    branch = server.branch("trial")
    assert server.ask("POST", "/v1/workspaces", branch, "name=x").status == 403
    assert server.ask("DELETE", f"/v1/workspaces/{server.home.id}", branch).status == 403
    listed = server.ask("GET", "/v1/user/workspaces", branch).json()["workspaces"]
    assert [each["name"] for each in listed] == ["trial"]  # type: ignore[attr-defined]
    assert server.ask("GET", "/v0/pipes", "p.unknown").status == 403


def test_a_jwt_goes_to_the_workspace_that_signed_it(server: Server) -> None:
    server.send("", 1)
    branch = server.branch("trial")
    scopes = {"scopes": [{"type": "PIPES:READ", "resource": "counted"}]}
    body = json.dumps(scopes).encode()
    made = server.ask("POST", "/v0/tokens", branch, "name=one&expiration_time=4102444800", body)
    assert made.status == 200, made.text
    assert server.count(str(made.json()["token"])) == [{"n": 0}]


def test_a_removed_workspace_is_gone_with_its_files(server: Server) -> None:
    token = server.branch("trial", "all_data")
    assert server.ask("DELETE", "/v1/workspaces/trial").json()["name"] == "trial"
    assert server.ask("GET", "/v0/pipes", token).status == 403
    assert list((server.folder / "data" / "workspaces").iterdir()) == []
    assert server.ask("DELETE", "/v1/workspaces/trial").status == 404


def test_a_workspace_that_is_removed_while_it_is_asked(server: Server) -> None:
    """Whoever is in time gets an answer, and the others are told that there is no such token."""
    server.send("", 1)
    token, statuses = server.branch("trial", "all_data"), set()

    async def ask(method: str, path: str, query: str, body: bytes = b"") -> None:
        while (status := (await asked(server.site, method, path, token, query, body)).status) != 403:
            statuses.add(status)

    async def all_of_it() -> Response:
        event = b'{"id": 7, "at": "2026-01-01 00:00:00"}'
        asking = [
            asyncio.create_task(asking)
            for number in range(3)
            for asking in (
                ask("GET", "/v0/pipes/counted.json", f"n={number}"),
                ask("POST", "/v0/events", "name=events&wait=true", event),
                ask("GET", "/v0/datasources", ""),
            )
        ]
        await asyncio.sleep(0)
        removed = await asked(server.site, "DELETE", "/v1/workspaces/trial", server.admin)
        await asyncio.gather(*asking)
        return removed

    assert asyncio.run(all_of_it()).status == 200
    assert statuses == {200}


def test_who_stays_too_long_is_told_that_it_is_closed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    token = server.branch("trial")
    entry = server.workspaces.find("trial")
    assert entry is not None and entry.guests.come()
    monkeypatch.setattr("tinylite.deploy.workspaces._PATIENCE", 0.0)
    assert server.ask("DELETE", "/v1/workspaces/trial").status == 200
    app = create_app(entry.workspace)
    for path in ("/v0/pipes/counted.json", "/v0/datasources", "/v0/sql"):
        answer = asyncio.run(asked(app, "GET", path, token, "q=SELECT count() FROM events"))
        assert answer.status == 503 and "is closed" in answer.error


@pytest.mark.parametrize(
    ("query", "status"),
    [("name=default", 409), ("name=", 409), ("name=a/b", 409), ("name=x&data=half", 400)],
)
def test_a_bad_branch_is_refused(server: Server, query: str, status: int) -> None:
    assert server.ask("POST", "/v1/environments", "", query).status == status
    assert len(server.workspaces.all()) == 1


def test_the_home_workspace_stays(server: Server) -> None:
    assert server.ask("DELETE", "/v1/workspaces/default").status == 409
