"""Tables of the engine Join: what is kept of the rows that come, who may look them up, and what is asked anew."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from tests.project.folder import node, write
from tests.server.client import Client, served
from tinylite.deploy import Deployer, deployer_of
from tinylite.ingest.insertion import insertion
from tinylite.project import load
from tinylite.workspace import Workspace

NAMES = """SCHEMA >
    `id` UInt32 `json:$.id`,
    `name` String `json:$.name`

ENGINE "Join"
ENGINE_JOIN_STRICTNESS "ANY"
ENGINE_JOIN_TYPE "LEFT"
ENGINE_KEY_COLUMNS "id"
"""
PLAIN = "SCHEMA >\n    `id` UInt32 `json:$.id`,\n    `name` String `json:$.name`\n"
FILES = {
    "names.datasource": NAMES,
    "all_names.datasource": NAMES.replace('"ANY"', "ALL"),
    "hits.datasource": PLAIN,
    "visited.datasource": PLAIN + "ENGINE Join\nENGINE_JOIN_STRICTNESS any\nENGINE_JOIN_TYPE left\n"
    "ENGINE_KEY_COLUMNS id\n",
    "fill.pipe": node("n", "SELECT id, joinGet('names', 'name', id) AS name FROM hits", "TYPE materialized")
    + "DATASOURCE visited\n",
    "named.pipe": node(
        "n", "SELECT joinGet({{table(what, 'names')}}, 'name', {{UInt32(id, 1)}}) AS name", "TYPE endpoint"
    ),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(tmp_path_factory.mktemp("project"), FILES) as found:
        send(found, "names", (1, "a"), (2, "b"), (1, "c"))
        send(found, "names", (2, "d"), (3, "e"))
        yield found


def send(client: Client, name: str, *rows: tuple[int, str]) -> None:
    body = "\n".join(json.dumps({"id": id, "name": text}) for id, text in rows).encode()
    sent = client.post("/v0/events", body, name=name, wait="true").json()
    assert sent == {"successful_rows": len(rows), "quarantined_rows": 0}


def rows(client: Client, query: str) -> object:
    return client.get("/v0/sql", q=f"{query} FORMAT JSONCompact").data


def stored(client: Client, name: str) -> object:
    return rows(client, f"SELECT id, name FROM {name} ORDER BY id, name")


def test_the_first_row_of_a_key_stays(client: Client) -> None:
    assert stored(client, "names") == [[1, "a"], [2, "b"], [3, "e"]]
    source = client.get("/v0/datasources/names").json()
    assert isinstance(source["statistics"], dict) and source["statistics"]["row_count"] == 3


def test_with_all_every_row_stays(client: Client) -> None:
    send(client, "all_names", (1, "a"), (1, "b"))
    send(client, "all_names", (1, "c"))
    assert stored(client, "all_names") == [[1, "a"], [1, "b"], [1, "c"]]


def test_views_look_up_and_fill(client: Client) -> None:
    send(client, "hits", (1, ""), (7, ""), (1, ""))
    send(client, "hits", (7, ""), (2, ""))
    assert stored(client, "visited") == [[1, "a"], [2, "b"], [7, ""]]


def test_an_appended_file_ignores_known_keys(client: Client) -> None:
    body = b"id,name\n3,x\n4,f\n4,g\n"
    client.post("/v0/datasources", body, mode="append", name="names", format="csv")
    assert rows(client, "SELECT id, name FROM names WHERE id > 2 ORDER BY id") == [[3, "e"], [4, "f"]]


def test_a_template_may_name_the_table(client: Client) -> None:
    assert client.get("/v0/pipes/named.json", id="2").data == [{"name": "b"}]
    answer = client.get("/v0/pipes/named.json", what="all_names")
    assert answer.status == 400 and "ANY LEFT" in answer.error


def test_an_answer_is_new_when_the_table_is(client: Client) -> None:
    assert client.get("/v0/pipes/named.json", id="50").data == [{"name": ""}]
    send(client, "names", (50, "fifty"))
    assert client.get("/v0/pipes/named.json", id="50").data == [{"name": "fifty"}]


def test_only_who_may_read_the_table_looks_up(client: Client) -> None:
    token = str(client.post("/v0/tokens", name="hits only", scope=["DATASOURCES:READ:hits"]).json()["token"])
    for table in ("'names'", "names", "default.names", "'default.names'", "`names`"):
        answer = client.get("/v0/sql", token=token, q=f"SELECT joinGet({table}, 'name', toUInt32(1)) AS x FORMAT JSON")
        assert answer.status == 403 and "names" in answer.error


def test_a_filter_of_a_token_holds(client: Client) -> None:
    token = str(client.post("/v0/tokens", name="part", scope=["DATASOURCES:READ:names:id != 2"]).json()["token"])
    query = "SELECT joinGet('names', 'name', toUInt32(arrayJoin([1, 2]))) AS x FORMAT JSONCompact"
    assert client.get("/v0/sql", token=token, q=query).data == [["a"], [""]]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT joinGet('hits', 'name', toUInt32(1))", "no data source with ENGINE Join"),
        ("SELECT joinGet('nope', 'name', toUInt32(1))", "unknown table nope"),
        ("SELECT joinGet('names', 'name', 1)", "key 1 is UInt8"),
        ("SELECT joinGet('names', 'id', toUInt32(1))", "no column id"),
        ("SELECT arrayMap(x -> joinGet('names', 'name', toUInt32(x)), [1])", "inside of a lambda"),
        ("SELECT joinGet(concat('na', 'mes'), 'name', toUInt32(1))", "must be written"),
        ("SELECT * FROM names FINAL", "FINAL"),
    ],
)
def test_what_can_not_be_looked_up_is_told(client: Client, query: str, told: str) -> None:
    answer = client.get("/v0/sql", q=query)
    assert answer.status == 400 and told in answer.error


# -- deployments ----------------------------------------------------------------------------------------------------


@pytest.fixture
def deployer(tmp_path: Path) -> Iterator[Deployer]:
    opened = Workspace.open(tmp_path)
    opened.serve(merges=False)
    yield deployer_of(opened)
    opened.close()


def deploy(deployer: Deployer, files: dict[str, str], *, promote: bool = False) -> None:
    contents = {path: text.encode() for path, text in files.items()}
    outcome = deployer.deploy(contents, check_only=False, allow_destructive=True, promote=promote)
    assert outcome.deployment is not None and outcome.deployment.is_ready, outcome.errors


def kept(workspace: Workspace, name: str, deployment: str) -> list[list[object]]:
    query = f"SELECT id, name FROM {name} ORDER BY id"
    found = asyncio.run(workspace.query(query, {}, deployment=deployment)).result.rows
    return [list(row) for row in found]


def test_a_table_becomes_a_join_with_its_history_first(deployer: Deployer, tmp_path: Path) -> None:
    workspace = deployer._workspace
    deploy(deployer, {"names.datasource": PLAIN}, promote=True)
    workspace.ingest.append_now("names", b'{"id":1,"name":"a"}\n{"id":1,"name":"b"}\n{"id":2,"name":"c"}')
    deploy(deployer, {"names.datasource": NAMES})
    workspace.ingest.append_now("names", b'{"id":2,"name":"late"}\n{"id":3,"name":"d"}')
    assert kept(workspace, "names", "2") == [[1, "a"], [2, "c"], [3, "d"]]
    assert len(kept(workspace, "names", "1")) == 5


def test_older_rows_take_the_place_of_newer_ones(tmp_path: Path) -> None:
    """History that comes after the events of the same time: it was there first."""
    schema = NAMES.replace("`name` String `json:$.name`", "`name` String, `tags` Array(String)")
    (source,) = load(write(tmp_path, {"names.datasource": schema})).datasources.values()
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE names AS SELECT 1::UINTEGER AS id, 'new' AS name, ['n'] AS tags")
        older = "(VALUES (1::UINTEGER, 'old', ['o']), (1, 'again', []), (2, 'two', [])) AS v(id, name, tags)"
        into = insertion(source, "names")
        connection.execute(replace(into, are_older=True).sql(older))
        connection.execute(into.sql("(VALUES (2::UINTEGER, 'late', []), (3, 'three', [])) AS v(id, name, tags)"))
        found = connection.execute("SELECT * FROM names ORDER BY id").fetchall()
    assert found == [(1, "old", ["o"]), (2, "two", []), (3, "three", [])]


def test_a_target_is_filled_from_history(deployer: Deployer) -> None:
    workspace = deployer._workspace
    view = node("n", "SELECT id, name FROM hits", "TYPE materialized") + "DATASOURCE visited\n"
    deploy(deployer, {"hits.datasource": PLAIN}, promote=True)
    workspace.ingest.append_now("hits", b'{"id":1,"name":"a"}\n{"id":1,"name":"b"}')
    later = {"hits.datasource": PLAIN, "visited.datasource": FILES["visited.datasource"], "fill.pipe": view}
    deploy(deployer, later)
    workspace.ingest.append_now("hits", b'{"id":1,"name":"late"}\n{"id":2,"name":"c"}')
    assert kept(workspace, "visited", "2") == [[1, "a"], [2, "c"]]
