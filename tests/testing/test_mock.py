"""Rows that are made up fit their data source, and are the same for the same seed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from tests.cli.command import tinylite
from tests.server.client import served
from tinylite.datafile import parse
from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Source
from tinylite.testing.mock import Maker

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
EVERY_TYPE = """\
SCHEMA >
    `event_id` String `json:$.event_id`,
    `timestamp` DateTime64(3) `json:$.timestamp`,
    `day` Date `json:$.day`,
    `user_id` UInt16 `json:$.user.id`,
    `email` Nullable(String) `json:$.user.email`,
    `country` LowCardinality(String) `json:$.user.country`,
    `ip` IPv4 `json:$.ip`,
    `ip6` IPv6 `json:$.ip6`,
    `uuid` UUID `json:$.uuid`,
    `is_new` Bool `json:$.is_new`,
    `sign` Int8 `json:$.sign`,
    `latitude` Float32 `json:$.latitude`,
    `price` Decimal(10, 2) `json:$.price`,
    `small` UInt8 `json:$.small`,
    `big` Int256 `json:$.big`,
    `code` FixedString(2) `json:$.code`,
    `level` Enum8('low' = 1, 'high' = 2) `json:$.level`,
    `tags` Array(String) `json:$.tags[:]`,
    `skus` Array(String) `json:$.items[:].sku`,
    `counts` Array(UInt32) `json:$.items[:].count`,
    `labels` Map(String, UInt8) `json:$.labels`,
    `last` SimpleAggregateFunction(max, DateTime) `json:$.last`,
    `properties` String `json:$.properties`,
    `n` UInt8 DEFAULT 7
ENGINE_SORTING_KEY timestamp
"""


def datasource(text: str = EVERY_TYPE) -> Datasource:
    resource, faults = parse(Source("events.datasource", text))
    assert isinstance(resource, Datasource) and not faults
    return resource


def made(rows: int, seed: int = 0) -> list[dict[str, object]]:
    return list(Maker(datasource(), rows, seed, NOW).events())


def test_the_same_seed_makes_the_same_rows() -> None:
    assert made(20) == made(20)
    assert made(20) != made(20, seed=1)


def test_times_go_up_to_now() -> None:
    times = [str(row["timestamp"]) for row in made(50)]
    assert times == sorted(times)
    assert times[0] > "2026-03-02" and times[-1] < "2026-04-01 12:00:01"


def test_users_come_again_and_events_do_not() -> None:
    rows = made(300)
    assert len({row["event_id"] for row in rows}) == 300
    assert len({str(row["user"]) for row in rows}) < 300


def test_lists_of_one_path_are_equally_long() -> None:
    for row in made(20):
        items = row.get("items", [])
        assert isinstance(items, list) and all(item.keys() == {"sku", "count"} for item in items)


def test_every_row_fits(tmp_path: Path) -> None:
    with served(tmp_path, {"events.datasource": EVERY_TYPE}) as client:
        body = b"\n".join(orjson.dumps(row) for row in made(500))
        assert client.post("/v0/events", body, name="events").json() == {"successful_rows": 500, "quarantined_rows": 0}


def test_names_without_jsonpaths_are_keys() -> None:
    plain = datasource("SCHEMA >\n    page String,\n    n UInt8\nENGINE_SORTING_KEY page\n")
    assert [row.keys() for row in Maker(plain, 1, 0, NOW).events()] == [{"page": "", "n": 0}.keys()]


def test_command_writes_a_fixture_once(tmp_path: Path) -> None:
    tinylite("init", str(tmp_path / "p"))
    again = tinylite("mock", "page_views", folder=tmp_path / "p")
    assert again.status == 1 and "is there already" in again.err
    said = tinylite("mock", "page_views", "--rows", "7", "--force", folder=tmp_path / "p")
    assert said.out == "wrote 7 rows to fixtures/page_views.ndjson\n"
    assert len((tmp_path / "p" / "fixtures" / "page_views.ndjson").read_text().splitlines()) == 7


def test_command_sends_to_a_data_folder(tmp_path: Path) -> None:
    tinylite("init", str(tmp_path / "p"))
    tinylite("build", folder=tmp_path / "p")
    said = tinylite("mock", "page_views", "--rows", "12", "--to", "dev", folder=tmp_path / "p")
    assert said.out == "stored 12 rows in page_views\n"
    counted = tinylite("sql", "SELECT count() AS n FROM page_views", "--output", "ndjson", folder=tmp_path / "p")
    assert counted.out == '{"n":12}\n'


@pytest.mark.parametrize("name", ["page_view", "nothing"])
def test_command_tells_an_unknown_name(tmp_path: Path, name: str) -> None:
    tinylite("init", str(tmp_path / "p"))
    said = tinylite("mock", name, folder=tmp_path / "p")
    assert said.status == 1 and f"there is no data source {name}" in said.err
