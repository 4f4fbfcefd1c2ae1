"""Backups hold everything that was acknowledged before them, once each, and are refused when they are damaged."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import tinylite
from tests.server.client import Client, endpoint, served
from tinylite.diagnostics import DiagnosticError
from tinylite.project import load
from tinylite.workspace import Workspace
from tinylite.workspace.backups import restore
from tinylite.workspace.folder import open_folder

FILES = {
    "events.datasource": "SCHEMA >\n    id UInt64 `json:$.id`\nENGINE_SORTING_KEY id\n",
    "counted.pipe": endpoint("SELECT count() AS n, uniqExact(id) AS ids, max(id) AS last FROM events"),
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with served(tmp_path, FILES) as client:
        yield client


def send(client: Client, first: int, count: int) -> None:
    body = "\n".join(json.dumps({"id": number}) for number in range(first, first + count))
    assert client.post("/v0/events", body.encode(), name="events", wait="true").json()["successful_rows"] == count


def counted(folder: Path, project: Path) -> dict[str, int]:
    workspace = Workspace.open(folder)
    try:
        workspace.attach(load(project))
        (row,) = Client(workspace).get("/v0/pipes/counted.json").json()["data"]  # type: ignore[misc]
        return dict(row)
    finally:
        workspace.close()


def test_a_backup_is_a_data_folder_again(client: Client, tmp_path: Path) -> None:
    send(client, 1, 50)
    client.post("/v0/variables", b"name=key&value=hidden", {"content-type": "application/x-www-form-urlencoded"})
    answer = client.post("/v0/backups", name="monday")
    assert (answer.status, answer.json()["name"]) == (201, "monday")
    assert restore(tmp_path / "data" / "backups" / "monday", tmp_path / "restored") >= 50
    assert counted(tmp_path / "restored", tmp_path / "project") == {"n": 50, "ids": 50, "last": 50}
    workspace = Workspace.open(tmp_path / "restored")
    assert workspace.secrets.find("key") == "hidden"
    assert workspace.tokens.admin.token == client.admin
    workspace.close()


def test_events_go_on_coming_meanwhile_and_none_is_lost_or_doubled(client: Client, tmp_path: Path) -> None:
    send(client, 1, 100)
    going, sent = threading.Event(), [100]

    def write() -> None:
        while not going.is_set():
            send(client, sent[0] + 1, 10)
            sent[0] += 10

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            before = sent[0]
            assert client.post("/v0/backups", name=f"b{number}").status == 201
            restore(tmp_path / "data" / "backups" / f"b{number}", tmp_path / f"restored{number}")
            found = counted(tmp_path / f"restored{number}", tmp_path / "project")
            assert found["n"] == found["ids"] == found["last"] >= before
    finally:
        going.set()
        writer.join()


def test_a_damaged_backup_is_refused(client: Client, tmp_path: Path) -> None:
    send(client, 1, 5)
    client.post("/v0/backups", name="b")
    backup = tmp_path / "data" / "backups" / "b"
    with (backup / "data.duckdb").open("r+b") as file:
        file.seek(5000)
        file.write(b"\xff\x00\xff")
    with pytest.raises(DiagnosticError, match=r"damaged: data\.duckdb"):
        restore(backup, tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


def test_what_is_there_is_never_replaced(client: Client, tmp_path: Path) -> None:
    client.post("/v0/backups", name="b")
    assert client.post("/v0/backups", name="b").status == 409
    with pytest.raises(DiagnosticError, match="not empty"):
        restore(tmp_path / "data" / "backups" / "b", tmp_path / "project")
    with pytest.raises(DiagnosticError, match="is no backup"):
        restore(tmp_path / "project", tmp_path / "restored")


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "x" * 200])
def test_a_name_stays_in_its_folder(client: Client, name: str) -> None:
    assert client.post("/v0/backups", name=name).status == 409


def test_only_admins_make_backups(client: Client) -> None:
    assert client.post("/v0/backups", token="p.wrong").status == 403


def test_a_backup_of_a_newer_format_is_refused(client: Client, tmp_path: Path) -> None:
    client.post("/v0/backups", name="b")
    manifest = tmp_path / "data" / "backups" / "b" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"format": ', '"format": 9'))
    with pytest.raises(DiagnosticError, match="another tinylite"):
        restore(manifest.parent, tmp_path / "restored")


def test_commands_work_without_a_server(tmp_path: Path) -> None:
    tinylite("init", str(tmp_path / "p"))
    tinylite("build", "--fixtures", folder=tmp_path / "p")
    made = tinylite("backup", "../kept", folder=tmp_path / "p")
    assert made.status == 0 and (tmp_path / "kept" / "manifest.json").is_file()
    assert tinylite("backup", "../kept", folder=tmp_path / "p").status == 1
    assert tinylite("restore", "../kept", "--data", "../again", folder=tmp_path / "p").status == 0
    asked = ("sql", "SELECT count() AS n FROM page_views", "--output", "ndjson", "--data", "../again")
    assert tinylite(*asked, folder=tmp_path / "p").out == '{"n":5}\n'
    open_folder(tmp_path / "again").close()
