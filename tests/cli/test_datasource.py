"""tinylite datasource, on a data folder."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.cli.command import Said, tinylite
from tests.cli.process import dev

VIEW = '{"timestamp": "2026-05-01 10:00:00", "user_id": "ada", "page": "/", "duration_ms": 5}'
BAD = '{"timestamp": "2026-05-01 10:00:00", "user_id": "ada", "page": "/", "duration_ms": "long"}'


@pytest.fixture
def folder(starter: Path) -> Path:
    assert tinylite("build", folder=starter).status == 0
    return starter


def datasource(folder: Path, *words: str) -> Said:
    return tinylite("datasource", *words, folder=folder)


def asked(folder: Path, *words: str) -> object:
    said = datasource(folder, *words, "--output", "json")
    assert said.status == 0, said.err
    return json.loads(said.out)


def test_rows_go_in_and_out(folder: Path) -> None:
    (folder / "views.ndjson").write_text(f"{VIEW}\n{BAD}\n")
    said = datasource(folder, "append", "page_views", "views.ndjson")
    assert said.out.startswith("appended to page_views: 1 row in ")
    assert (
        "1 rows do not fit, and are in quarantine:\nrows\treason\tsample\n1\ta value on column 'duration_ms'"
        in said.out
    )
    assert said.out.endswith("all of them: tinylite datasource quarantine page_views\n")
    assert datasource(folder, "ls").out.splitlines()[1].startswith("page_views\t1\t")

    exported = datasource(folder, "export", "page_views")
    assert exported.out.splitlines()[1] == '"2026-05-01 10:00:00","ada","/",5'
    assert datasource(folder, "export", "page_views", "views.parquet", "--where", "page = '/'").status == 0
    rows = duckdb.sql(f"SELECT page, duration_ms FROM '{folder / 'views.parquet'}'").fetchall()
    assert rows == [("/", 5)]
    assert datasource(folder, "append", "page_views", "views.parquet").status == 0
    assert datasource(folder, "export", "page_views", "--format", "ndjson", "--limit", "1").out.count("\n") == 1


def test_rows_are_replaced_and_deleted(folder: Path) -> None:
    assert datasource(folder, "append", "page_views", "--events", f"{VIEW}\n{VIEW}").status == 0
    (folder / "new.csv").write_text("timestamp,user_id,page\n2026-06-01 00:00:00,bob,/new\n")
    assert datasource(folder, "replace", "page_views", "new.csv").out.startswith(
        "replaced the rows of page_views: 1 row"
    )
    counted = datasource(folder, "delete", "page_views", "--sql-condition", "user_id = 'bob'", "--dry-run")
    assert counted.out == "1 row would be deleted\n"
    assert datasource(folder, "delete", "page_views", "--sql-condition", "user_id = 'bob'").out.startswith(
        "1 row deleted"
    )
    assert datasource(folder, "delete", "page_views", "--sql-condition", "user = 'bob'").status == 1
    assert datasource(folder, "truncate", "page_views", "--cascade", "--yes").out == "page_views is empty\n"


def test_rows_in_quarantine_are_told_and_come_back_when_the_schema_fits_them(folder: Path) -> None:
    assert datasource(folder, "append", "page_views", "--events", f"{VIEW}\n{BAD}\nnonsense").status == 0
    told = asked(folder, "quarantine", "page_views")
    assert isinstance(told, dict)
    assert {(each["reason"], each["rows"]) for each in told["reasons"]} == {
        ("a value on column 'duration_ms' is not UInt32", 1),
        ("invalid JSON", 1),
    }
    assert datasource(folder, "recover", "page_views").out == "0 rows came into page_views; 2 stay in quarantine\n"
    file = next((folder / "datasources").glob("*.datasource"))
    file.write_text(file.read_text().replace("`duration_ms` UInt32", "`duration_ms` String"))
    next((folder / "endpoints").glob("*.pipe")).unlink()
    assert tinylite("build", folder=folder).status == 0
    assert datasource(folder, "recover", "page_views").out == "1 row came into page_views; 1 stay in quarantine\n"
    assert datasource(folder, "recover", "page_views").out == "0 rows came into page_views; 1 stay in quarantine\n"
    said = datasource(folder, "export", "page_views").out
    assert sorted(line.rpartition(",")[2] for line in said.splitlines()[1:]) == ['"5"', '"long"']


def test_a_data_source_is_guessed_and_written(folder: Path) -> None:
    (folder / "visits.csv").write_text(
        "id;name;at\n" + "".join(f"{n};n{n % 2};2026-05-01 10:00:00\n" for n in range(20))
    )
    said = datasource(folder, "analyze", "visits.csv", "--write")
    assert "tinylite build" in said.out
    text = (folder / "datasources" / "visits.datasource").read_text()
    assert "`name` LowCardinality(String) `json:$.name`" in text
    assert 'ENGINE_SORTING_KEY "name, at"' in text
    assert tinylite("build", folder=folder).status == 0
    assert datasource(folder, "append", "visits", "visits.csv").out.startswith("appended to visits: 20 rows")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["append", "page_view", "--events", "{}"], "did you mean page_views?"),
        (["append", "page_views", "nothing.csv"], "nothing.csv: No such file or directory"),
        (["append", "page_views", "README.md", "--format", "parquet"], "the file is not Parquet"),
        (["append", "page_views", "--url", "http://localhost:1/x.csv"], "localhost has no public address"),
        (["append", "page_views"], "name one source of rows"),
        (["append", "page_views", "x", "--events", "{}"], "name one source of rows"),
        (["analyze", "nothing.csv"], "No such file or directory"),
        (["export", "page_view"], "did you mean page_views?"),
        (["export", "page_views", "--where", "nothing = 1"], "nothing"),
    ],
)
def test_mistakes_are_told_with_a_way_out(folder: Path, words: list[str], said: str) -> None:
    result = datasource(folder, *words)
    assert result.status in (1, 2)
    assert said in result.err


@pytest.mark.server
def test_a_running_server_is_asked(folder: Path) -> None:
    with dev(folder) as server:
        assert datasource(folder, "truncate", "page_views", "--yes").status == 0
        # Beside the project, whose files the server follows.
        (folder.parent / "views.ndjson").write_text(f"{VIEW}\n" * 1000)
        job = asked(folder, "append", "page_views", "../views.ndjson")
        assert isinstance(job, dict)
        assert (job["status"], job["successful_rows"]) == ("done", 1000)
        assert server.get("/v0/sql", q="SELECT count() FROM page_views").text == "1000\n"
