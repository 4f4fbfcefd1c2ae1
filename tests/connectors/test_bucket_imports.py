"""Data sources that are filled from buckets: each object once, whatever happens meanwhile."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
import zstandard

from tests.connectors.brokers import until
from tests.connectors.stores import Store, gcs, s3
from tests.workspace.projects import ask, project, workspace
from tinylite.ingest.connectors.buckets import literal_folder, matcher
from tinylite.workspace import Workspace, imports, tries
from tinylite.workspace.jobs import Job

HITS = "SCHEMA >\n    id UInt32 `json:$.id`,\n    page String `json:$.page`\n"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "WAITS", (0.0, 0.0))


def files(store: Store, pattern: str = "in/*.ndjson", more: str = "") -> dict[str, str]:
    uri = f"IMPORT_CONNECTION_NAME lake\nIMPORT_BUCKET_URI {store.uri}/{pattern}\n"
    return {**store.connection(), "hits.datasource": HITS + uri + more}


def served(opened: Workspace, folder: Path, made: dict[str, str]) -> None:
    assert opened.build(project(folder, made)).errors == []
    opened.background.jobs.start()


def sync(opened: Workspace) -> Job:
    return opened.background.jobs.wait(opened.buckets.sync("hits").id, 60)


def ids(opened: Workspace) -> list[object]:
    return [row[0] for row in ask(opened, "SELECT id FROM hits ORDER BY id")]


def lines(*numbers: int) -> str:
    return "\n".join(f'{{"id": {number}, "page": "p"}}' for number in numbers)


def test_each_object_comes_in_once_and_again_when_it_holds_something_else(tmp_path: Path) -> None:
    with s3() as store, workspace(tmp_path) as opened:
        served(opened, tmp_path, files(store))
        store.put("in/a.ndjson", lines(1, 2))
        store.put("in/b.ndjson", lines(3) + '\n{"id": "x"}')
        store.put("in/deep/c.ndjson", lines(9))
        store.put("other/d.ndjson", lines(9))
        job = sync(opened)
        assert (job.status, job.progress["objects"], job.progress["quarantined_rows"]) == ("done", 2, 1)
        assert ids(opened) == [1, 2, 3]
        assert sync(opened).progress["objects"] == 0
        store.put("in/a.ndjson", lines(4))
        store.put("in/e.ndjson", lines(5))
        assert sync(opened).progress["objects"] == 2
        assert ids(opened) == [1, 2, 3, 4, 5]
        assert ask(opened, "SELECT c__error_column FROM hits_quarantine") == [(["id", "page"],)]


def test_each_format_is_read_plain_or_packed(tmp_path: Path) -> None:
    duckdb.sql("SELECT 5::UINTEGER AS id, 'p' AS page").write_parquet(str(tmp_path / "e.parquet"))
    with s3() as store, workspace(tmp_path) as opened:
        served(opened, tmp_path, files(store, "in/**"))
        store.put("in/a.csv", "id,page\n1,p\n")
        store.put("in/b.csv.gz", gzip.compress(b"id,page\n2,p\n"))
        store.put("in/c.ndjson.zst", zstandard.compress(lines(3).encode()))
        store.put("in/d.jsonl", lines(4))
        store.put("in/deep/e.parquet", (tmp_path / "e.parquet").read_bytes())
        assert sync(opened).status == "done"
        assert ids(opened) == [1, 2, 3, 4, 5]


def test_what_is_no_such_file_is_told_and_left_out_until_it_is_asked_for_again(tmp_path: Path) -> None:
    with s3() as store, workspace(tmp_path) as opened:
        served(opened, tmp_path, files(store, "in/*"))
        store.put("in/a.ndjson.gz", gzip.compress(lines(1).encode())[:-9])
        store.put("in/b.ndjson", lines(2))
        store.put("in/c.parquet", "no parquet")
        job = sync(opened)
        assert job.status == "error"
        assert "in/a.ndjson.gz: the file is not whole" in job.error and "in/c.parquet: " in job.error
        assert ids(opened) == [2]
        logged = "SELECT count() FROM tinybird.datasources_ops_log WHERE result = 'error'"
        assert ask(opened, logged) == [(2,)]
        store.put("in/a.ndjson.gz", gzip.compress(lines(1).encode()))
        assert "in/c.parquet: " in sync(opened).error
        assert ids(opened) == [1, 2]


def test_only_objects_from_a_moment_on(tmp_path: Path) -> None:
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    with s3() as store, workspace(tmp_path) as opened:
        served(opened, tmp_path, files(store, more=f"IMPORT_FROM_TIMESTAMP {later}\n"))
        store.put("in/a.ndjson", lines(1))
        assert sync(opened).progress["objects"] == 0
        served(opened, tmp_path, files(store, more="IMPORT_FROM_TIMESTAMP 2020-01-01\n"))
        assert sync(opened).progress["objects"] == 1


def test_new_objects_are_found_by_themselves(tmp_path: Path) -> None:
    with s3() as store, workspace(tmp_path) as opened:
        served(opened, tmp_path, files(store, more="IMPORT_SCHEDULE @auto\n"))
        entry = opened.background.schedule.entry("hits")
        assert entry is not None and entry.cron == "* * * * *"
        store.put("in/a.ndjson", lines(1))
        opened.background._fire("hits", datetime.now(UTC))
        until(lambda: ids(opened) == [1])
        opened.background._fire("hits", datetime.now(UTC))
        until(lambda: not opened.buckets._looking)
        assert len(opened.background.jobs.all(kind="sync")) == 1


def test_a_store_that_fails_now_and_then_costs_nothing(tmp_path: Path) -> None:
    with s3() as store, workspace(tmp_path) as opened:
        served(opened, tmp_path, files(store))
        for number in range(6):
            store.put(f"in/{number}.ndjson", lines(number))
        store.state.fail = 5
        assert sync(opened).status == "done"
        assert ids(opened) == list(range(6))


def test_a_store_that_goes_on_failing_ends_the_job_and_the_next_one_goes_on(tmp_path: Path) -> None:
    with s3() as store, workspace(tmp_path) as opened:
        served(opened, tmp_path, files(store))
        store.put("in/a.ndjson", lines(1))
        store.state.fail = 1000
        job = sync(opened)
        assert job.status == "error" and "does not answer" in job.error
        store.state.fail = 0
        assert sync(opened).status == "done"
        assert ids(opened) == [1]


def test_a_local_folder_is_a_bucket_too(tmp_path: Path) -> None:
    uri = "IMPORT_BUCKET_URI file://landing/*.csv\n"
    with workspace(tmp_path) as opened:
        served(opened, tmp_path, {"hits.datasource": HITS + uri})
        (tmp_path / "project/landing").mkdir()
        (tmp_path / "project/landing/a.csv").write_text("id,page\n1,p\n")
        assert sync(opened).status == "done"
        assert sync(opened).progress["objects"] == 0
        assert ids(opened) == [1]


def test_a_bucket_can_not_replace_rows(tmp_path: Path) -> None:
    uri = "IMPORT_BUCKET_URI file://landing/*.csv\nIMPORT_STRATEGY {}\n"
    with workspace(tmp_path) as opened:
        for strategy, codes in (("replace", ["TL406"]), ("append", [])):
            built = opened.build(project(tmp_path, {"hits.datasource": HITS + uri.format(strategy)}))
            assert [fault.code for fault in built.errors] == codes


def test_gcs_is_read_and_written_like_s3(tmp_path: Path) -> None:
    out = "NODE rows_out\nSQL >\n    SELECT id FROM hits\nTYPE sink\nEXPORT_CONNECTION_NAME lake\n"
    with gcs() as store, workspace(tmp_path) as opened:
        served(opened, tmp_path, {**files(store), "out.pipe": out + f"EXPORT_BUCKET_URI {store.uri}/out\n"})
        store.put("in/a.ndjson", lines(1))
        assert (sync(opened).error, ids(opened)) == ("", [1])
        job = opened.background.jobs.wait(opened.background.run_sink("out", {}).id, 60)
        assert (job.error, store.get("out/out.csv")) == ("", b'"id"\n1\n')


# Imports until the end of days, a few rows a transaction, and says how many there are.
IMPORTER = """
import sys
from pathlib import Path
from tests.connectors.test_bucket_imports import sync
from tests.workspace.projects import ask, workspace
from tinylite.project import load
from tinylite.workspace import imports

imports.ROWS = 50
with workspace(Path(sys.argv[1])) as opened:
    opened.background.jobs.start()
    assert opened.build(load(Path(sys.argv[1]) / "project")).errors == []
    job = opened.buckets.sync("hits")
    while True:
        print(ask(opened, "SELECT count() FROM hits")[0][0], flush=True)
"""


@pytest.mark.parametrize("least", [1, 120, 700])
def test_a_kill_in_the_middle_of_an_object_loses_and_doubles_no_row(tmp_path: Path, least: int) -> None:
    with s3() as store:
        for number in range(4):
            store.put(f"in/{number}.ndjson", lines(*range(number * 300, number * 300 + 300)))
        project(tmp_path, files(store))
        command = [sys.executable, "-c", IMPORTER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if int(line) >= least:
                    break
            os.kill(process.pid, signal.SIGKILL)
        with workspace(tmp_path) as opened:
            served(opened, tmp_path, files(store))
            for job in opened.background.jobs.all(kind="sync"):
                assert opened.background.jobs.wait(job.id, 60).status == "done"
            assert sync(opened).progress["objects"] == 0
            assert ids(opened) == list(range(1200))


@pytest.mark.parametrize(
    ("pattern", "folder", "yes", "no"),
    [
        ("a/*.csv", "a/", ["a/x.csv"], ["a/b/x.csv", "a/x.csv.gz", "b/x.csv"]),
        ("a/**/x.csv", "a/", ["a/x.csv", "a/b/c/x.csv"], ["x.csv"]),
        ("a/b", "a/", ["a/b"], ["a/bc"]),
        ("a/", "a/", ["a/x", "a/b/x"], ["b"]),
        ("", "", ["x", "a/x"], []),
        ("a/{x,y}_[0-3].csv", "a/", ["a/x_1.csv", "a/y_3.csv"], ["a/z_1.csv", "a/x_4.csv"]),
        ("part-{08..11}?", "", ["part-08a", "part-11b"], ["part-12a", "part-8a"]),
    ],
)
def test_patterns(pattern: str, folder: str, yes: list[str], no: list[str]) -> None:
    assert literal_folder(pattern) == folder
    fits = matcher(pattern)
    assert [key for key in yes + no if fits.fullmatch(key)] == yes


def test_a_large_object_goes_in_by_several_transactions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "ROWS", 7)
    with s3() as store, workspace(tmp_path) as opened:
        served(opened, tmp_path, files(store))
        store.put("in/a.ndjson", lines(*range(50)))
        assert sync(opened).progress["successful_rows"] == 50
        assert ids(opened) == list(range(50))
