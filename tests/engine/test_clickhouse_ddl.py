"""ClickHouse's tables and views from datafiles. Text only: ClickHouse is not needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinylite.datafile import parse
from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Source
from tinylite.engine.clickhouse.ddl import create_quarantine, create_table, create_view
from tinylite.engine.clickhouse.layout import sharding_key
from tinylite.engine.clickhouse.statement import statement
from tinylite.project import Library, Program, load, views


def datasource(text: str) -> Datasource:
    found, faults = parse(Source("events.datasource", text), include=None)
    assert isinstance(found, Datasource)
    assert not faults
    return found


def test_all_that_a_datafile_says_of_its_table() -> None:
    source = datasource("""\
SCHEMA >
    `at` DateTime `json:$.at`,
    `user` LowCardinality(String) `json:$.user`,
    `ms` Float64 `json:$.ms` DEFAULT 0.5 CODEC(ZSTD(1)),
    `note` Nullable(String) `json:$.note`
ENGINE MergeTree
ENGINE_PARTITION_KEY toYYYYMM(at)
ENGINE_SORTING_KEY user, at, cityHash64(user)
ENGINE_PRIMARY_KEY user, at
ENGINE_SAMPLING_KEY cityHash64(user)
ENGINE_TTL at + toIntervalDay(90)
ENGINE_SETTINGS index_granularity=1024
INDEXES >
    by_user user TYPE bloom_filter GRANULARITY 4
""")
    assert create_table(source) == (
        "CREATE TABLE `events` (\n"
        "    `at` DateTime,\n"
        "    `user` LowCardinality(String),\n"
        "    `ms` Float64 DEFAULT 0.5 CODEC(ZSTD(1)),\n"
        "    `note` Nullable(String),\n"
        "    INDEX `by_user` user TYPE bloom_filter GRANULARITY 4\n"
        ")\n"
        "ENGINE = MergeTree\n"
        "PARTITION BY toYYYYMM(at)\n"
        "PRIMARY KEY (user, at)\n"
        "ORDER BY (user, at, cityHash64(user))\n"
        "SAMPLE BY cityHash64(user)\n"
        "TTL at + toIntervalDay(90)\n"
        "SETTINGS index_granularity=1024"
    )


@pytest.mark.parametrize(
    ("engine", "made"),
    [
        ('ENGINE "ReplacingMergeTree"\nENGINE_VER v\nENGINE_IS_DELETED d', "ReplacingMergeTree(v, d)"),
        ("ENGINE CollapsingMergeTree\nENGINE_SIGN s", "CollapsingMergeTree(s)"),
        ("ENGINE VersionedCollapsingMergeTree\nENGINE_SIGN s\nENGINE_VERSION v", "VersionedCollapsingMergeTree(s, v)"),
        ("ENGINE SummingMergeTree\nENGINE_COLUMNS v, n", "SummingMergeTree((v, n))"),
        ("ENGINE SummingMergeTree", "SummingMergeTree"),
    ],
)
def test_engines_with_their_parameters(engine: str, made: str) -> None:
    schema = "SCHEMA >\n    k UInt8,\n    v UInt64,\n    n UInt64,\n    s Int8,\n    d UInt8\n"
    text = create_table(datasource(f"{schema}{engine}\nENGINE_SORTING_KEY k\n"))
    assert f"\nENGINE = {made}\nORDER BY (k)" in text


def test_a_join_has_its_key_in_the_engine() -> None:
    engine = 'ENGINE "Join"\nENGINE_JOIN_STRICTNESS any\nENGINE_JOIN_TYPE "LEFT"\nENGINE_KEY_COLUMNS "k, `n`"\n'
    source = datasource(f"SCHEMA >\n    k UInt8,\n    n UInt8,\n    v String\n{engine}")
    assert create_table(source).endswith("\nENGINE = Join(ANY, LEFT, k, `n`)")
    assert sharding_key(source) == "cityHash64(k, `n`)"


def test_a_table_without_a_key_and_one_that_keeps_nothing() -> None:
    assert create_table(datasource("SCHEMA >\n    k UInt8\n")).endswith("ENGINE = MergeTree\nORDER BY tuple()")
    assert create_table(datasource("SCHEMA >\n    k UInt8\nENGINE Null\n")).endswith("\nENGINE = Null")


def test_settings_that_clickhouse_asks_for_only_where_it_knows_them() -> None:
    text = "SCHEMA >\n    k Nullable(UInt8),\n    n SimpleAggregateFunction(sum, UInt64),\n    note String\n"
    source = datasource(f"{text}ENGINE AggregatingMergeTree\nENGINE_SORTING_KEY k\n")
    assert create_table(source).endswith("SETTINGS allow_nullable_key = 1, allow_dimensions_outside_sorting_key = 1")
    assert create_table(source, ["allow_nullable_key"]).endswith("\nSETTINGS allow_nullable_key = 1")
    assert "SETTINGS" not in create_table(source, [])


def test_the_quarantine_is_made_of_texts() -> None:
    assert create_quarantine(datasource("SCHEMA >\n    k UInt8\n")) == (
        "CREATE TABLE `events_quarantine` (\n"
        "    `k` Nullable(String),\n"
        "    `c__error_column` Array(String),\n"
        "    `c__error` Array(String),\n"
        "    `c__import_id` Nullable(String),\n"
        "    `insertion_date` DateTime\n"
        ")\n"
        "ENGINE = MergeTree\n"
        "ORDER BY tuple()"
    )


FILES = {
    "events.datasource": "SCHEMA >\n    at DateTime,\n    user String\nENGINE_SORTING_KEY at\n",
    "daily.datasource": """\
SCHEMA >
    day Date,
    users AggregateFunction(uniq, String)
ENGINE AggregatingMergeTree
ENGINE_SORTING_KEY day
""",
    "fill.pipe": """\
NODE named
SQL >
    -- nobody has no name
    SELECT * FROM events WHERE user != ''

NODE states
SQL >
    SELECT toDate(at) AS day, uniqState(user) AS users FROM named GROUP BY day

TYPE materialized
DATASOURCE daily
""",
    "users.pipe": """\
NODE merged
SQL >
    %
    WITH 1 AS one SELECT day, uniqMerge(users) AS n FROM daily GROUP BY day
    HAVING n >= {{Int32(least, 1)}} -- all of them

NODE answer
SQL >
    WITH 0 AS nothing SELECT * FROM merged WHERE n > nothing ORDER BY day;

TYPE endpoint
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_states_stay_as_they_are_and_views_are_clickhouses_own(folder: Path) -> None:
    project = load(folder)
    assert "`users` AggregateFunction(uniq, String)" in create_table(project.datasources["daily"])
    (view,) = views(project, Library(project), project.secrets.get)
    assert create_view(view) == (
        "CREATE MATERIALIZED VIEW `fill` TO `daily` AS\n"
        "WITH `named` AS (\n"
        "SELECT * FROM events WHERE user != ''\n"
        ")\n"
        "SELECT toDate(at) AS day, uniqState(user) AS users FROM named GROUP BY day"
    )


def test_nodes_become_common_tables_of_one_statement(folder: Path) -> None:
    project = load(folder)
    library = Library(project)
    unit = library.unit(project.pipes["users"], project.pipes["users"].output)
    assert unit is not None
    prepared = Program(library, unit).prepare({"least": "2"}, project.secrets.get)
    (name,) = prepared.values
    assert statement(prepared.query) == (
        "WITH `merged` AS (\n"
        "WITH 1 AS one SELECT day, uniqMerge(users) AS n FROM daily GROUP BY day\n"
        f"    HAVING n >= {{{name}:Int32}} -- all of them\n"
        "),\n"
        "0 AS nothing SELECT * FROM merged WHERE n > nothing ORDER BY day"
    )
