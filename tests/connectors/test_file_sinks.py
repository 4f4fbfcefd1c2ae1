"""Sinks to buckets and folders: whole files under the names of the template, each row in one of them."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import duckdb
import pytest
import zstandard

from tests.connectors.stores import Store, s3
from tests.workspace.projects import ask, project, workspace
from tinylite.project.load import assemble
from tinylite.workspace import Workspace, tries
from tinylite.workspace.jobs import Job

HITS = "SCHEMA >\n    id UInt32,\n    at DateTime,\n    page Nullable(String)\n"
ROWS = (
    b'{"id": 1, "at": "2026-04-01 10:00:00", "page": "/a"}\n'
    b'{"id": 2, "at": "2026-04-01 11:30:00", "page": "/b"}\n'
    b'{"id": 3, "at": "2026-04-02 00:00:00", "page": null}'
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "WAITS", (0.0, 0.0))


def sink(settings: str, sql: str = "SELECT id, page FROM hits ORDER BY id") -> str:
    return f"NODE rows_out\nSQL >\n    %\n    {sql}\nTYPE sink\n{settings}"


def built(opened: Workspace, folder: Path, files: dict[str, str]) -> None:
    build = opened.build(project(folder, {"hits.datasource": HITS, **files}))
    assert [fault.message for fault in build.diagnostics] == []
    opened.background.start()
    opened.ingest.append_now("hits", ROWS)


def run(opened: Workspace, name: str = "out", **arguments: object) -> Job:
    return opened.background.jobs.wait(opened.background.run_sink(name, arguments).id, 30)


def exported(folder: Path, store: Store, settings: str, sql: str = "SELECT id, page FROM hits ORDER BY id") -> Job:
    """One run of a sink to a bucket."""
    where = f"EXPORT_CONNECTION_NAME lake\nEXPORT_BUCKET_URI {store.uri}/day\n"
    with workspace(folder) as opened:
        built(opened, folder, {**store.connection(), "out.pipe": sink(where + settings, sql)})
        job = run(opened)
        assert (job.status, job.error) == ("done", "")
        return job


@pytest.mark.parametrize(
    ("settings", "key", "content"),
    [
        ("EXPORT_FILE_TEMPLATE all\n", "day/all.csv", b'"id","page"\n1,"/a"\n2,"/b"\n3,\\N\n'),
        ("EXPORT_FILE_TEMPLATE all.csv\nEXPORT_COMPRESSION None\n", "day/all.csv",
         b'"id","page"\n1,"/a"\n2,"/b"\n3,\\N\n'),
        ("EXPORT_FORMAT ndjson\n", "day/out.ndjson",
         b'{"id":1,"page":"\\/a"}\n{"id":2,"page":"\\/b"}\n{"id":3,"page":null}\n'),
    ],
)  # fmt: skip
def test_a_file_is_written_as_clickhouse_writes_it(tmp_path: Path, settings: str, key: str, content: bytes) -> None:
    with s3() as store:
        exported(tmp_path, store, settings)
        assert {key: store.get(key) for key in store.names()} == {key: content}


def test_packed_files_say_so_in_their_names(tmp_path: Path) -> None:
    with s3() as store:
        for compression in ("gz", "zstd"):
            exported(tmp_path, store, f"EXPORT_FORMAT ndjson\nEXPORT_COMPRESSION {compression}\n", "SELECT 1 AS n")
        assert store.names() == ["day/out.ndjson.gz", "day/out.ndjson.zst"]
        assert gzip.decompress(store.get("day/out.ndjson.gz")) == b'{"n":1}\n'
        packed = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(store.get("day/out.ndjson.zst")))
        assert packed.read() == b'{"n":1}\n'


@pytest.mark.parametrize(("compression", "codec"), [("", "SNAPPY"), ("snappy", "SNAPPY"), ("gz", "GZIP")])
def test_parquet_is_packed_inside(tmp_path: Path, compression: str, codec: str) -> None:
    more = f"EXPORT_COMPRESSION {compression}\n" if compression else ""
    with s3() as store:
        exported(tmp_path, store, "EXPORT_FORMAT parquet\n" + more)
        (tmp_path / "found.parquet").write_bytes(store.get("day/out.parquet"))
    file = str(tmp_path / "found.parquet")
    assert duckdb.sql(f"SELECT * FROM '{file}'").fetchall() == [(1, "/a"), (2, "/b"), (3, None)]
    assert duckdb.sql(f"SELECT DISTINCT compression FROM parquet_metadata('{file}')").fetchall() == [(codec,)]


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_rows_are_split_by_columns_and_by_the_format_of_a_time(tmp_path: Path, format: str) -> None:
    template = "EXPORT_FILE_TEMPLATE {at, '%Y/%m-%d'}/page_{page}\nEXPORT_FORMAT " + format + "\n"
    with s3() as store:
        exported(tmp_path, store, template, "SELECT id, at, page FROM hits")
        assert store.names() == [
            f"day/2026/04-01/page_/a.{format}", f"day/2026/04-01/page_/b.{format}",
            f"day/2026/04-02/page_NULL.{format}",
        ]  # fmt: skip


def test_rows_are_split_into_a_number_of_files(tmp_path: Path) -> None:
    with s3() as store:
        job = exported(tmp_path, store, "EXPORT_FILE_TEMPLATE part_{3}\n", "SELECT number AS n FROM numbers(10)")
        assert store.names() == ["day/part_0.csv", "day/part_1.csv", "day/part_2.csv"]
        lines = [line for key in store.names() for line in store.get(key).splitlines()[1:]]
        assert sorted(map(int, lines)) == list(range(10))
        assert job.progress["written_rows"] == 10


def test_new_writes_over_nothing_and_truncate_over_what_is_there(tmp_path: Path) -> None:
    with s3() as store:
        store.put("day/all.csv", "mine")
        for _ in range(2):
            exported(tmp_path, store, "EXPORT_FILE_TEMPLATE all\nEXPORT_STRATEGY @new\n", "SELECT 1 AS n")
        assert store.names() == ["day/all.1.csv", "day/all.2.csv", "day/all.csv"]
        assert store.get("day/all.csv") == b"mine"
        exported(tmp_path, store, "EXPORT_FILE_TEMPLATE all\nEXPORT_WRITE_STRATEGY truncate\n", "SELECT 2 AS n")
        assert store.get("day/all.csv") == b'"n"\n2\n'


def test_a_result_without_rows_still_replaces_the_file(tmp_path: Path) -> None:
    with s3() as store:
        store.put("day/all.csv", "old")
        settings = "EXPORT_FILE_TEMPLATE all\nEXPORT_STRATEGY truncate\n"
        exported(tmp_path, store, settings, "SELECT id FROM hits WHERE id > 9")
        assert store.get("day/all.csv") == b'"id"\n'


def test_a_store_that_fails_is_asked_again(tmp_path: Path) -> None:
    with s3() as store:
        store.state.fail, store.state.only = 4, "PUT"
        exported(tmp_path, store, "EXPORT_FILE_TEMPLATE all\n", "SELECT 1 AS n")
        assert store.names() == ["day/all.csv"]
        assert store.state.seen.count(f"PUT /{store.bucket}/day/all.csv") == 5


def test_a_store_that_goes_on_failing_ends_the_job_and_a_retry_takes_the_same_name(tmp_path: Path) -> None:
    where = "EXPORT_CONNECTION_NAME lake\nEXPORT_BUCKET_URI {uri}\nEXPORT_FILE_TEMPLATE all\n"
    with s3() as store, workspace(tmp_path) as opened:
        built(opened, tmp_path, {**store.connection(), "out.pipe": sink(where.format(uri=store.uri))})
        store.state.fail, store.state.only = 1000, "PUT"
        job = run(opened)
        assert job.status == "error"
        assert job.error.startswith(f"the bucket {store.bucket} does not answer: ") and "tried 3 times" in job.error
        assert store.names() == []
        store.state.fail = 0
        opened.background.jobs.retry(job.id)
        assert opened.background.jobs.wait(job.id, 30).status == "done"
        assert store.names() == ["all.csv"]
        told = "SELECT service, pipe_name, result, written_rows, output FROM tinybird.sinks_ops_log ORDER BY result"
        assert ask(opened, told) == [("s3", "out", "error", 0, []), ("s3", "out", "ok", 3, ["all.csv"])]


def test_after_a_kill_the_same_file_is_written_again_and_no_second_one(tmp_path: Path) -> None:
    where = "EXPORT_CONNECTION_NAME lake\nEXPORT_BUCKET_URI {uri}\nEXPORT_FILE_TEMPLATE all\n"
    with s3() as store:
        files = {**store.connection(), "out.pipe": sink(where.format(uri=store.uri))}
        with workspace(tmp_path) as opened:
            built(opened, tmp_path, files)
            job = run(opened)
            # As after a kill between the upload and the end of the job.
            opened.store.write(("UPDATE jobs SET status = 'working' WHERE id = ?", [job.id]))
        with workspace(tmp_path) as opened:
            opened.build(project(tmp_path, {"hits.datasource": HITS, **files}))
            opened.background.start()
            assert opened.background.jobs.wait(job.id, 30).status == "done"
        assert store.names() == ["all.csv"]


def test_a_bucket_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    where = "EXPORT_CONNECTION_NAME lake\nEXPORT_BUCKET_URI s3://no-such-bucket/x\n"
    with s3() as store, workspace(tmp_path) as opened:
        built(opened, tmp_path, {**store.connection(), "out.pipe": sink(where + "EXPORT_STRATEGY truncate\n")})
        job = run(opened)
        assert job.status == "error"
        assert job.error.startswith("the bucket no-such-bucket can't be used: ")


def test_parameters_and_secrets_reach_the_sink(tmp_path: Path) -> None:
    where = "EXPORT_CONNECTION_NAME lake\nEXPORT_BUCKET_URI {{ tb_secret('place') }}/kept\n"
    with s3() as store:
        files = {
            "connections/lake.connection": store.connection()["connections/lake.connection"].replace(
                "S3_SECRET secret", 'S3_SECRET {{ tb_secret("s3_secret") }}'
            ),
            ".env.local": f"s3_secret=secret\nplace={store.uri}\n",
            "out.pipe": sink(where, "SELECT id FROM hits WHERE id >= {{UInt32(least, 1)}}"),
        }
        with workspace(tmp_path) as opened:
            built(opened, tmp_path, files)
            assert run(opened, least=3).status == "done"
        assert store.get("kept/out.csv") == b'"id"\n3\n'


def test_a_local_folder_needs_no_connection_and_shows_no_half_of_a_file(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        built(opened, tmp_path, {"out.pipe": sink("EXPORT_BUCKET_URI file://exports\nEXPORT_FILE_TEMPLATE {page}\n")})
        job = run(opened)
        assert job.status == "done"
        found = sorted(path.relative_to(tmp_path / "project/exports") for path in tmp_path.rglob("exports/**/*.csv"))
        assert [path.as_posix() for path in found] == ["NULL.csv", "a.csv", "b.csv"]
        assert not list(tmp_path.rglob("exports/**/.*"))


@pytest.mark.parametrize("uri", ["file://../outside", "file:///etc", "file://exports/../../outside"])
def test_no_local_folder_outside_of_the_project_is_written_to(tmp_path: Path, uri: str) -> None:
    with workspace(tmp_path) as opened:
        built(opened, tmp_path, {"out.pipe": sink(f"EXPORT_BUCKET_URI {uri}\n")})
        job = run(opened)
        assert job.status == "error"
        assert "lies outside of the project's folder" in job.error


def test_a_project_that_was_sent_writes_into_no_folder_that_is_not_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = {"hits.datasource": HITS.encode(), "out.pipe": sink("EXPORT_BUCKET_URI file://exports\n").encode()}
    away = {**sent, "out.pipe": sink(f"EXPORT_BUCKET_URI file://{tmp_path}/allowed\n").encode()}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TINYLITE_FOLDERS", str(tmp_path / "allowed"))
    with workspace(tmp_path) as opened:
        opened.build(assemble(sent))
        opened.background.jobs.start()
        assert "the project was sent here" in run(opened).error
        opened.build(assemble(away))
        assert run(opened).status == "done"
    assert [path.name for path in (tmp_path / "allowed").iterdir()] == ["out.csv"]


def test_a_name_made_of_a_value_does_not_leave_the_folder_either(tmp_path: Path) -> None:
    settings = "EXPORT_BUCKET_URI file://exports\nEXPORT_FILE_TEMPLATE {name}\n"
    with workspace(tmp_path) as opened:
        built(opened, tmp_path, {"out.pipe": sink(settings, "SELECT '../../../evil' AS name")})
        assert "lies outside of the project's folder" in run(opened).error


def test_a_cancelled_sink_leaves_nothing(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        sql = "SELECT count() AS n FROM numbers(100000000) AS a CROSS JOIN numbers(100000) AS b"
        built(opened, tmp_path, {"big.pipe": sink("EXPORT_BUCKET_URI file://exports\n", sql)})
        job = opened.background.run_sink("big", {})
        opened.background.jobs.cancel(job.id)
        assert opened.background.jobs.wait(job.id, 30).status == "cancelled"
        assert not (tmp_path / "project/exports").exists()


@pytest.mark.parametrize(
    ("settings", "code", "message"),
    [
        ("EXPORT_FILE_TEMPLATE {nothing}\n", "TL205", "the file template can't use nothing"),
        ("EXPORT_FILE_TEMPLATE {page\n", "TL107", "a { stands alone in the file template"),
        ("EXPORT_COMPRESSION snappy\n", "TL107", "csv files can't be packed with snappy"),
        ("EXPORT_COMPRESSION best\n", "TL107", "EXPORT_COMPRESSION can't be best"),
        ("EXPORT_STRATEGY upsert\n", "TL107", "a sink's strategy can't be upsert"),
        ("EXPORT_SCHEDULE sometimes\n", "TL107", "sometimes is no schedule"),
    ],
)
def test_what_can_t_work_is_a_fault_of_the_file(tmp_path: Path, settings: str, code: str, message: str) -> None:
    with workspace(tmp_path) as opened:
        files = {"hits.datasource": HITS, "out.pipe": sink("EXPORT_BUCKET_URI file://exports\n" + settings)}
        (fault,) = opened.build(project(tmp_path, files)).errors
        assert fault.code == code
        assert fault.message.startswith(message)
        assert fault.span is not None and fault.span.source.path == "out.pipe"
