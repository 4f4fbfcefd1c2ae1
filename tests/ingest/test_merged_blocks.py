"""Rows of one block are merged as they come, as ClickHouse's optimize_on_insert does: the recorded rows are its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.project.folder import write
from tests.server.client import Client, served
from tinylite.ingest.views import plan_view
from tinylite.project import Library, load, views

ENGINES = {
    "replacing": 'ENGINE "ReplacingMergeTree"\nENGINE_VER "version"\n',
    "latest": 'ENGINE "ReplacingMergeTree"\n',
    "summing": 'ENGINE "SummingMergeTree"\n',
    "collapsing": 'ENGINE "CollapsingMergeTree"\nENGINE_SIGN "sign"\n',
    "plain": 'ENGINE "MergeTree"\n',
}
SCHEMA = "SCHEMA >\n    k UInt32,\n    day Date,\n    version UInt32,\n    sign Int8,\n    n Int64\n"
ROWS = [
    {"k": 1, "day": "2026-01-01", "version": 2, "sign": 1, "n": 10},
    {"k": 1, "day": "2026-01-01", "version": 1, "sign": -1, "n": 10},
    {"k": 2, "day": "2026-01-01", "version": 1, "sign": 1, "n": 5},
    {"k": 1, "day": "2026-02-01", "version": 1, "sign": 1, "n": 7},
]
LEFT = {
    "replacing": [[1, 2, 10], [1, 1, 7], [2, 1, 5]],
    "latest": [[1, 1, 10], [1, 1, 7], [2, 1, 5]],
    "summing": [[1, 3, 20], [1, 1, 7], [2, 1, 5]],
    "collapsing": [[1, 1, 7], [2, 1, 5]],
    "plain": [[1, 2, 10], [1, 1, 10], [1, 1, 7], [2, 1, 5]],
}


def stored(client: Client, name: str) -> object:
    query = f"SELECT k, version, n FROM {name} ORDER BY k, day, version DESC FORMAT JSONCompact"
    return client.get("/v0/sql", q=query).json()["data"]


@pytest.mark.parametrize("name", ENGINES)
def test_a_block_is_merged_within_its_partitions(tmp_path: Path, name: str) -> None:
    keys = 'ENGINE_SORTING_KEY "k"\nENGINE_PARTITION_KEY "toYYYYMM(day)"\n'
    with served(tmp_path, {f"{name}.datasource": SCHEMA + ENGINES[name] + keys}) as client:
        body = "\n".join(map(json.dumps, ROWS)).encode()
        sent = client.post("/v0/events", body, name=name, wait="true").json()
        assert sent == {"successful_rows": 4, "quarantined_rows": 0}
        assert stored(client, name) == LEFT[name]
        # Another block is not merged with the first one before the tables are.
        client.post("/v0/events", json.dumps(ROWS[2]).encode(), name=name, wait="true")
        rows = stored(client, name)
        assert isinstance(rows, list) and len(rows) == len(LEFT[name]) + 1


def test_views_get_all_rows_of_a_block(tmp_path: Path) -> None:
    view = "NODE n\nSQL >\n    SELECT k, count() AS n FROM latest GROUP BY k\nTYPE materialized\nDATASOURCE counted\n"
    files = {
        "latest.datasource": SCHEMA + ENGINES["latest"] + 'ENGINE_SORTING_KEY "k"\n',
        "counted.datasource": "SCHEMA >\n    k UInt32,\n    n UInt64\n"
        + ENGINES["summing"]
        + 'ENGINE_SORTING_KEY "k"\n',
        "fill.pipe": view,
    }
    with served(tmp_path, files) as client:
        client.post("/v0/events", "\n".join(map(json.dumps, ROWS)).encode(), name="latest", wait="true")
        found = client.get("/v0/sql", q="SELECT k, n FROM counted ORDER BY k FORMAT JSONCompact").json()["data"]
        assert found == [[1, 3], [2, 1]]


GROUPS = {
    "SELECT k, day, count() AS n FROM latest GROUP BY k, day": True,
    "SELECT k, toStartOfMonth(day) AS day, count() AS n FROM latest GROUP BY day, k": True,
    "SELECT k, count() AS n FROM latest GROUP BY k": True,
    "SELECT k, day, count() AS n FROM latest GROUP BY k, day, version": False,
    "SELECT k, day, version AS n FROM latest": False,
    "SELECT k, toDateTime(day) AS day, count() AS n FROM latest GROUP BY k, day": False,
    "SELECT k, day, count() AS n FROM latest GROUP BY k, day WITH ROLLUP": False,
}


@pytest.mark.parametrize("sql", GROUPS)
def test_what_a_view_groups_by_the_key_is_not_merged_again(tmp_path: Path, sql: str) -> None:
    files = {
        "latest.datasource": SCHEMA + ENGINES["latest"] + 'ENGINE_SORTING_KEY "k"\n',
        "counted.datasource": "SCHEMA >\n    k UInt32,\n    day Date,\n    n UInt64\n"
        'ENGINE "SummingMergeTree"\nENGINE_SORTING_KEY "k, day"\n',
        "fill.pipe": f"NODE n\nSQL >\n    {sql}\nTYPE materialized\nDATASOURCE counted\n",
    }
    project = load(write(tmp_path, files))
    (view,) = views(project, Library(project), str)
    assert (plan_view(view).into.merged == "") is GROUPS[sql]
