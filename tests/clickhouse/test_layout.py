"""The statements that make tables, on one server and on a cluster. No cluster is at hand: they are compared as text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.workspace.projects import project
from tinylite.engine.clickhouse.layout import Layout, sharding_key
from tinylite.project import Library, views

FILES = {
    "events.datasource": "SCHEMA >\n    `at` DateTime `json:$.at`,\n    `page` String `json:$.page` CODEC(ZSTD(3))\n\n"
    "ENGINE ReplacingMergeTree\nENGINE_PARTITION_KEY toYYYYMM(at)\nENGINE_SORTING_KEY page, at\n"
    "ENGINE_TTL at + toIntervalDay(30)\n",
    "hits.datasource": "SCHEMA >\n    page String,\n    hits UInt64\n\n"
    "ENGINE SummingMergeTree\nENGINE_SORTING_KEY page\n",
    "count_hits.pipe": "NODE n\nSQL >\n    SELECT page, count() AS hits FROM events GROUP BY page\n"
    "TYPE materialized\nDATASOURCE hits\n",
}
ON_CLUSTER = [
    """CREATE TABLE IF NOT EXISTS `db`.`events_shard` ON CLUSTER `main` (
    `at` DateTime,
    `page` String CODEC(ZSTD(3))
)
ENGINE = ReplicatedReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (page, at)
TTL at + toIntervalDay(30)
COMMENT 'tinylite …'""",
    """CREATE TABLE IF NOT EXISTS `db`.`events` ON CLUSTER `main` AS `db`.`events_shard`
ENGINE = Distributed(`main`, `db`, `events_shard`, cityHash64(page, at))
COMMENT 'tinylite …'""",
]
VIEW = """CREATE MATERIALIZED VIEW IF NOT EXISTS `db`.`count_hits__…` ON CLUSTER `main` TO `db`.`hits_shard` AS
SELECT page, count() AS hits FROM `db`.`events_shard` AS `events` GROUP BY page
COMMENT 'tinylite into hits'"""


def shown(sql: str) -> str:
    """Without digests."""
    return re.sub(r"(__|tinylite )[0-9a-f]{16}", r"\1…", sql)


def test_a_cluster_has_replicated_tables_and_distributed_ones_over_them(tmp_path: Path) -> None:
    source = project(tmp_path, FILES).datasources["events"]
    layout = Layout("db", "main")
    assert [shown(sql) for sql in layout.create_table(source, "events")] == ON_CLUSTER
    assert list(layout.drop_table("events")) == [
        "DROP TABLE IF EXISTS `db`.`events` ON CLUSTER `main` SYNC",
        "DROP TABLE IF EXISTS `db`.`events_shard` ON CLUSTER `main` SYNC",
    ]
    assert list(layout.exchange("events", "new")) == [
        "EXCHANGE TABLES `db`.`events_shard` AND `db`.`new_shard` ON CLUSTER `main`"
    ]
    assert layout.truncate("events") == "TRUNCATE TABLE `db`.`events_shard` ON CLUSTER `main`"


def test_a_view_runs_on_the_rows_of_its_shard(tmp_path: Path) -> None:
    found = project(tmp_path, FILES)
    (view,) = views(found, Library(found), lambda name: None)
    _, sql = Layout("db", "main").create_view(view, "events", "hits")
    assert shown(sql) == VIEW


def test_one_server_has_one_table_that_remembers_tokens(tmp_path: Path) -> None:
    source = project(tmp_path, FILES).datasources["events"]
    (sql,) = Layout("db").create_table(source, "events@2")
    assert "CREATE TABLE IF NOT EXISTS `db`.`events@2` (" in sql
    assert "ENGINE = ReplacingMergeTree\n" in sql
    assert "SETTINGS non_replicated_deduplication_window = 10000" in sql


@pytest.mark.parametrize(("key", "expected"), [("page, at", "cityHash64(page, at)"), ("", "rand()")])
def test_rows_are_spread_by_the_sorting_key(tmp_path: Path, key: str, expected: str) -> None:
    text = "SCHEMA >\n    at DateTime,\n    page String\nENGINE MergeTree\n" + (
        f"ENGINE_SORTING_KEY {key}\n" if key else ""
    )
    assert sharding_key(project(tmp_path, {"e.datasource": text}).datasources["e"]) == expected
