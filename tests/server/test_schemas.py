"""Data sources made, widened and dropped while others are served."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.server.client import Client, endpoint, served
from tinylite.deploy import deployer_of
from tinylite.workspace import Workspace
from tinylite.workspace.scopes import Scope

HITS = "SCHEMA >\n    `page` String `json:$.page`,\n    `n` UInt32 `json:$.n` -- how often\n"
FILES = {
    "datasources/hits.datasource": HITS + '\nENGINE_SORTING_KEY "page"\n',
    "pipes/pages.pipe": endpoint("SELECT page, sum(n) AS n FROM hits GROUP BY page ORDER BY page"),
}
CSV = b"id,day,note\n1,2026-05-01,a\n2,2026-05-02,b\n"


@contextmanager
def deployed(folder: Path, files: dict[str, str]) -> Iterator[Client]:
    """As `tinylite serve` serves what was sent to it."""
    workspace = Workspace.open(folder)
    try:
        workspace.serve(merges=False)
        if files:
            contents = {name: text.encode() for name, text in files.items()}
            deployer_of(workspace).deploy(contents, check_only=False, allow_destructive=False, promote=True)
        yield Client(workspace)
    finally:
        workspace.close()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with deployed(tmp_path, FILES) as client:
        yield client


def creator(client: Client) -> str:
    return client.workspace.tokens.create("creator", [Scope("DATASOURCES:CREATE")]).token


def rows(client: Client, sql: str) -> list[object]:
    answer = client.get("/v0/sql", q=f"{sql} FORMAT JSONCompactEachRow")
    assert answer.status == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


# -- creating ---------------------------------------------------------------------------------------------------------


def test_a_file_becomes_a_data_source(client: Client) -> None:
    answer = client.post("/v0/datasources", CSV, mode="create", name="notes", format="csv", token=creator(client))
    assert answer.status == 200, answer.text
    made = answer.json()
    assert (made["successful_rows"], made["quarantine_rows"], made["error"]) == (2, 0, False)
    assert made["datasource"]["statistics"]["row_count"] == 2  # type: ignore[index]
    assert rows(client, "SELECT * FROM notes ORDER BY id") == [[1, "2026-05-01", "a"], [2, "2026-05-02", "b"]]
    assert rows(client, "SELECT count() FROM hits") == [[0]]


def test_a_schema_makes_an_empty_one(client: Client) -> None:
    asked = {"name": "prices", "schema": "symbol String, day Date, price Nullable(Float64)"}
    body = "&".join(f"{key}={value}" for key, value in {**asked, "engine_sorting_key": "symbol, day"}.items())
    answer = client.post(
        "/v0/datasources", body.encode(), {"content-type": "application/x-www-form-urlencoded"}, token=creator(client)
    )
    assert answer.status == 200, answer.text
    assert client.post("/v0/events", b'{"symbol": "A", "day": "2026-05-01"}', name="prices", wait="true").json() == {
        "successful_rows": 1,
        "quarantined_rows": 0,
    }
    shown = client.get("/v0/datasources/prices").json()
    assert shown["engine"]["engine_sorting_key"] == "symbol, day"  # type: ignore[index]
    assert rows(client, "SELECT * FROM prices") == [["A", "2026-05-01", None]]


def test_a_schema_tells_what_a_file_holds(client: Client) -> None:
    schema = "`id` UInt8, `note` LowCardinality(String)"
    answer = client.post("/v0/datasources", CSV, mode="create", name="notes", format="csv", schema=schema)
    assert (answer.status, answer.json()["successful_rows"]) == (200, 2), answer.text
    assert rows(client, "SELECT id, note FROM notes ORDER BY id") == [[1, "a"], [2, "b"]]


def test_the_first_project_may_be_a_single_file(tmp_path: Path) -> None:
    with deployed(tmp_path, {}) as client:
        assert client.post("/v0/datasources", CSV, mode="create", name="notes", format="csv").status == 200
        assert rows(client, "SELECT count() FROM notes") == [[2]]


def test_what_was_made_is_there_after_a_restart_and_gone_after_going_back(tmp_path: Path) -> None:
    with deployed(tmp_path, FILES) as client:
        client.post("/v0/datasources", CSV, mode="create", name="notes", format="csv")
    workspace = Workspace.open(tmp_path)
    try:
        deployer = deployer_of(workspace)
        assert deployer.restore()
        workspace.serve(merges=False)
        assert rows(Client(workspace), "SELECT count() FROM notes") == [[2]]
        deployer.promote(1)
        assert Client(workspace).get("/v0/datasources/notes").status == 404
    finally:
        workspace.close()


@pytest.mark.parametrize(
    ("asked", "status", "reason"),
    [
        ({"name": "hits"}, 409, "there is a resource named hits already (append to it: mode=append)"),
        ({"name": "HITS"}, 409, "there is a resource named hits already"),
        ({"name": "pages"}, 409, "there is a resource named pages already"),
        ({"name": "../x"}, 400, "../x can't be the name of a data source"),
        ({"name": ""}, 400, "the parameter name is missing"),
        ({"name": "x", "schema": "id Banana"}, 400, "the schema can't be read"),
        ({"name": "x", "schema": "id Int32\nTOKEN \"t\" READ"}, 400, "the schema can't be read"),
        ({"name": "x", "schema": "id Int32", "engine_sorting_key": "nothing"}, 400, "nothing"),
        ({"name": "x", "schema": "id Int32", "engine_ttl": 'a"\nTOKEN "t" READ'}, 400, "one line"),
    ],
)  # fmt: skip
def test_what_can_not_be_made_is_refused(client: Client, asked: dict[str, str], status: int, reason: str) -> None:
    answer = client.post("/v0/datasources", CSV, mode="create", format="csv", **asked)
    assert (answer.status, reason in answer.error) == (status, True), answer.error
    assert set(client.workspace.datasources()) == {"hits"}


def test_a_file_that_is_cut_off_leaves_nothing_behind(client: Client) -> None:
    asked = {"mode": "create", "name": "notes", "format": "csv", "schema": "`id` UInt8, `note` String"}
    answer = client.post("/v0/datasources", CSV + b'3,2026-05-03,"c', **asked)
    assert (answer.status, "the file is not CSV" in answer.error) == (400, True), answer.error
    assert set(client.workspace.datasources()) == {"hits"}
    # So the same request is right when the file is whole.
    assert client.post("/v0/datasources", CSV, **asked).json()["successful_rows"] == 2


def test_making_takes_the_scope(client: Client) -> None:
    token = client.workspace.tokens.create("writer", [Scope("DATASOURCES:APPEND", "hits")]).token
    assert client.post("/v0/datasources", CSV, mode="create", name="notes", token=token).status == 403
    assert client.post("/v0/datasources/hits/alter", schema="x Nullable(Int8)", token=token).status == 403
    assert client.ask("DELETE", "/v0/datasources/hits", token=token).status == 403


# -- first events -----------------------------------------------------------------------------------------------------


def test_first_events_make_a_data_source_for_a_token_with_the_scope(client: Client) -> None:
    token = creator(client)
    answer = client.post("/v0/events", b'{"id": 1, "user": {"name": "Ana"}}', name="visits", token=token, wait="true")
    assert (answer.status, answer.json()) == (200, {"successful_rows": 1, "quarantined_rows": 0})
    assert client.post("/v0/events", b'{"id": "many"}', name="visits", token=token, wait="true").json() == {
        "successful_rows": 0,
        "quarantined_rows": 1,
    }
    assert rows(client, "SELECT id, user_name FROM visits") == [[1, "Ana"]]


def test_many_first_events_at_once_make_one(client: Client) -> None:
    token = creator(client)

    def send(number: int) -> int:
        return client.post("/v0/events", b'{"id": %d}' % number, name="visits", token=token, wait="true").status

    with ThreadPoolExecutor(6) as threads:
        assert set(threads.map(send, range(6))) == {200}
    assert rows(client, "SELECT count(), uniqExact(id) FROM visits") == [[6, 6]]


def test_no_other_token_makes_one(client: Client) -> None:
    """An admin's slip of the pen is none either."""
    assert client.post("/v0/events", b'{"id": 1}', name="visits").status == 404
    assert client.post("/v0/events", b"no json", name="visits", token=creator(client)).status == 400
    assert set(client.workspace.datasources()) == {"hits"}


# -- changing ---------------------------------------------------------------------------------------------------------


def test_columns_are_added_behind_the_others(client: Client) -> None:
    client.post("/v0/events", b'{"page": "/a", "n": 1}', name="hits", wait="true")
    schema = (
        "`page` String, `n` UInt32, `country` LowCardinality(String) DEFAULT 'xx' `json:$.geo.country`, "
        "m Nullable(Int8)"
    )
    dry = client.post("/v0/datasources/hits/alter", schema=schema, dry="true").json()
    added = ["ADD COLUMN `country` LowCardinality(String) DEFAULT 'xx'", "ADD COLUMN m Nullable(Int8)"]
    assert (dry["operations"], len(dry["columns"])) == (added, 2)  # type: ignore[arg-type]
    answer = client.post("/v0/datasources/hits/alter", schema=schema, token=creator(client))
    assert (answer.status, answer.json()["operations"]) == (200, added), answer.text
    client.post("/v0/events", b'{"page": "/b", "n": 2, "geo": {"country": "es"}, "m": 3}', name="hits", wait="true")
    assert rows(client, "SELECT * FROM hits ORDER BY page") == [["/a", 1, "xx", None], ["/b", 2, "es", 3]]
    assert client.get("/v0/pipes/pages.json").data == [{"page": "/a", "n": 1}, {"page": "/b", "n": 2}]
    assert "-- how often" in client.get("/v0/datasources/hits.datasource").text


def test_only_the_new_columns_may_be_named(client: Client) -> None:
    answer = client.post("/v0/datasources/hits/alter", b"schema=m+Nullable(Int8)")
    assert answer.json()["operations"] == ["ADD COLUMN m Nullable(Int8)"]
    again = client.post("/v0/datasources/hits/alter", schema="page String, n UInt32, m Nullable(Int8)")
    assert (again.status, again.json()["operations"]) == (200, [])


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ("m Int8", "m would have no value in the rows that are there (write Nullable(Int8), or a DEFAULT)"),
        ("page String, m Nullable(Int8)", "the schema lacks the columns n"),
        ("page String, n Int64", "n is UInt32, not Int64"),
        ("page String, n UInt32, m Nullable(", "the schema can't be read"),
        ("", "the parameter schema is missing"),
    ],
)
def test_a_change_that_is_more_than_that_is_refused(client: Client, schema: str, reason: str) -> None:
    answer = client.post("/v0/datasources/hits/alter", schema=schema)
    assert (answer.status, reason in answer.error) == (400, True), answer.error


# -- dropping ---------------------------------------------------------------------------------------------------------


def test_a_data_source_that_nobody_reads_is_dropped(client: Client) -> None:
    client.post("/v0/datasources", CSV, mode="create", name="notes", format="csv")
    token = client.workspace.tokens.create("dropper", [Scope("DATASOURCES:DROP", "notes")]).token
    assert client.ask("DELETE", "/v0/datasources/notes", token=token).status == 204
    assert client.get("/v0/datasources/notes").status == 404
    assert client.ask("DELETE", "/v0/datasources/notes").status == 404
    # Who goes back finds the rows.
    deployer_of(client.workspace).promote(2)
    assert rows(client, "SELECT count() FROM notes") == [[2]]


def test_one_that_is_read_stays(client: Client) -> None:
    answer = client.ask("DELETE", "/v0/datasources/hits")
    assert (answer.status, "pages.pipe" in answer.error) == (409, True), answer.error
    assert client.get("/v0/pipes/pages.json").status == 200


# -- folders ----------------------------------------------------------------------------------------------------------


def test_a_project_in_a_folder_is_changed_by_its_files_alone(tmp_path: Path) -> None:
    with served(tmp_path, FILES, dev=True) as client:
        refused = [
            client.post("/v0/datasources", CSV, mode="create", name="notes", format="csv"),
            client.post("/v0/datasources/hits/alter", schema="m Nullable(Int8)"),
            client.ask("DELETE", "/v0/datasources/hits"),
            client.post("/v0/events", b'{"id": 1}', name="visits", token=creator(client)),
        ]
        assert [answer.status for answer in refused] == [409, 409, 409, 409]
        assert "add the columns in datasources/hits.datasource" in refused[1].error
        assert set(client.workspace.datasources()) == {"hits"}
    assert {path.name for path in (tmp_path / "project").rglob("*.*")} == {"hits.datasource", "pages.pipe"}
