"""Files of rows into a data source, and rows out of it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.server.client import Client, Response, served

PEOPLE = """TOKEN "writer" APPEND
SCHEMA >
    `id` UInt32 `json:$.id`,
    `name` String `json:$.who.name`,
    `seen` Nullable(DateTime) `json:$.seen`,
    `tags` Array(String) `json:$.tags[:]`
"""
NOTES = "SCHEMA >\n    `id` UInt32 `json:$.id`,\n    `name` String `json:$.name`\n"
ROWS = [(1, "Ana", "2024-01-01 10:00:00", ["a", "b"]), (2, "Bo, jr.", None, [])]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with served(tmp_path, {"people.datasource": PEOPLE, "notes.datasource": NOTES}) as client:
        yield client


def held(client: Client) -> list[object]:
    answer = client.get("/v0/sql", q="SELECT * FROM people ORDER BY id FORMAT JSONCompactEachRow")
    return [tuple(json.loads(line)) for line in answer.text.splitlines()]


def appended(client: Client, body: bytes, name: str = "people", **parameters: object) -> Response:
    return client.post("/v0/datasources", body, mode="append", name=name, **parameters)


CSV = b'id,name,seen,tags\n1,Ana,2024-01-01 10:00:00,"[""a"",""b""]"\n2,"Bo, jr.",,[]\n'
NDJSON = (
    b'{"id": 1, "who": {"name": "Ana"}, "seen": "2024-01-01 10:00:00", "tags": ["a", "b"]}\n'
    b'{"id": 2, "who": {"name": "Bo, jr."}, "tags": []}\n'
)


def parquet(folder: Path) -> bytes:
    path = folder / "people.parquet"
    select = "SELECT 1 AS id, 'Ana' AS name, TIMESTAMP '2024-01-01 10:00:00' AS seen, ['a', 'b'] AS tags"
    duckdb.sql(f"COPY ({select} UNION ALL SELECT 2, 'Bo, jr.', NULL, []) TO '{path}'")
    return path.read_bytes()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("format", "body"),
    [
        ("csv", CSV),
        ("csv", CSV.split(b"\n", 1)[1]),
        ("csv", b"\xef\xbb\xbf" + CSV.replace(b"\n", b"\r\n")),
        ("csv", b"name,id,tags,seen\nAna,1,\"[\"\"a\"\",\"\"b\"\"]\",2024-01-01 10:00:00\n\"Bo, jr.\",2,[],\n"),
        ("ndjson", NDJSON),
        ("ndjson", NDJSON.rstrip()),
        ("json", b"[" + NDJSON.rstrip().replace(b"\n", b",\n") + b"]"),
        ("parquet", b""),
    ],
    ids=["csv", "unnamed csv", "spreadsheet", "csv in another order", "ndjson", "no line break", "json", "parquet"],
)  # fmt: skip
def test_a_file_is_appended(client: Client, tmp_path: Path, format: str, body: bytes, packed: bool) -> None:
    body = body or parquet(tmp_path)
    answer = appended(client, gzip.compress(body) if packed else body, format=format)
    assert (answer.status, answer.json()["successful_rows"], answer.json()["quarantine_rows"]) == (200, 2, 0)
    assert answer.json()["import_id"]
    assert held(client) == ROWS


def test_a_file_may_be_a_field_of_a_form(client: Client) -> None:
    boundary = "xxx"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="csv"; filename="p.csv"\r\n\r\n'
    body = head.encode() + CSV + f"\r\n--{boundary}--\r\n".encode()
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    answer = client.post("/v0/datasources", body, headers, mode="append", name="people")
    assert answer.status == 200
    assert held(client) == ROWS


def test_rows_that_do_not_fit_are_set_aside(client: Client) -> None:
    answer = appended(client, b"id,name\n1,Ana\nx,Bo\n3,Cy\n", "notes", format="csv").json()
    assert (answer["successful_rows"], answer["quarantine_rows"]) == (2, 1)
    assert client.get("/v0/sql", q="SELECT id, name FROM notes_quarantine").text == "x\tBo\n"


def test_a_delimiter_may_be_chosen(client: Client) -> None:
    assert (
        appended(client, b"1;Ana\n2;Bo\n", "notes", format="csv", dialect_delimiter=";").json()["successful_rows"] == 2
    )
    assert appended(client, b"1;Ana\n", format="csv", dialect_delimiter="ab").status == 400


@pytest.mark.parametrize(
    ("format", "body"),
    [
        ("csv", b"\xff\xfe1,2"),
        ("csv", b'1,"open'),
        ("parquet", b"no parquet"),
        ("csv", gzip.compress(CSV)[:-20]),
        ("ndjson", gzip.compress(NDJSON)[:-20]),
        ("json", b"[1,"),
        ("avro", b"x"),
        ("csv", b""),
    ],
)
def test_what_is_no_such_file_is_refused(client: Client, format: str, body: bytes) -> None:
    assert 400 <= appended(client, body, format=format).status < 500
    assert held(client) == []


def test_appending_needs_its_scope_and_its_data_source(client: Client) -> None:
    writer = next(token.token for token in client.workspace.tokens.all() if token.name == "writer")
    assert client.post("/v1/datasources/people/append", CSV, token=writer, format="csv").status == 200
    assert client.post("/v1/datasources/nobody/append", CSV, token=writer, format="csv").status == 403
    assert client.post("/v1/datasources/nobody/append", CSV, format="csv").status == 404
    assert client.post("/v0/datasources/people/truncate", token=writer).status == 403


def test_truncating_takes_everything(client: Client) -> None:
    appended(client, b"id,name\n1,Ana\nx,Bo\n", "notes", format="csv")
    assert client.post("/v0/datasources/notes/truncate").status == 200
    assert client.get("/v0/sql", q="SELECT count() FROM notes").text == "0\n"
    assert client.get("/v0/sql", q="SELECT count() FROM notes_quarantine").text == "0\n"


def test_rows_are_deleted_by_a_condition(client: Client) -> None:
    appended(client, CSV, format="csv")
    path = "/v0/datasources/people/delete"
    assert client.post(path, b"delete_condition=id = 2&dry_run=true").json() == {"rows_to_be_deleted": 1}
    assert len(held(client)) == 2
    job = client.post(path, b"delete_condition=seen IS NULL").json()
    client.workspace.background.jobs.wait(str(job["id"]), 20)
    ended = client.get(f"/v0/jobs/{job['id']}").json()
    assert (ended["status"], ended["rows_affected"]) == ("done", 1)
    assert held(client) == ROWS[:1]
    assert client.post(path, b"delete_condition=nothing = 2").status == 400
    assert client.post(path, b"").status == 400
    assert client.post(path.replace("people", "nobody"), b"delete_condition=1").status == 404


def test_a_data_source_is_told_as_its_file(client: Client) -> None:
    answer = client.get("/v0/datasources/people.datasource")
    assert (answer.text, answer.headers["content-type"]) == (PEOPLE, "text/plain")
