"""Copy pipes: jobs that write a query's result into a data source."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workspace.projects import ask, project, workspace
from tinylite.diagnostics import DiagnosticError
from tinylite.workspace import Workspace
from tinylite.workspace.jobs import Job

PATIENCE = 30.0
FILES = {
    "hits.datasource": "SCHEMA >\n    id UInt32\n",
    "kept.datasource": "SCHEMA >\n    id UInt64,\n    note String DEFAULT concat('n', toString(id))\n",
    "sums.datasource": "SCHEMA >\n    total UInt64\n",
    "keep.pipe": "NODE wanted\nSQL >\n    %\n    SELECT id FROM hits WHERE id > {{Int32(above, 0)}}\n"
    "TYPE copy\nTARGET_DATASOURCE kept\n",
    "total.pipe": "NODE added\nSQL >\n    SELECT sum(id) AS total FROM kept\nTYPE materialized\nDATASOURCE sums\n",
    "failing.pipe": "NODE broken\nSQL >\n    SELECT toUInt64(concat('x', toString(id))) AS id FROM hits\n"
    "TYPE copy\nTARGET_DATASOURCE kept\n",
    "needy.pipe": "NODE needed\nSQL >\n    %\n    SELECT {{UInt64(id)}} AS id\nTYPE copy\nTARGET_DATASOURCE kept\n",
    "stamped.pipe": "NODE stamp\nSQL >\n    %\n    SELECT toUInt64(toDateTime({{DateTime(job_timestamp)}})) AS id\n"
    "TYPE copy\nTARGET_DATASOURCE kept\n",
}


def built(opened: Workspace, folder: Path) -> None:
    assert opened.build(project(folder, FILES)).errors == []
    opened.background.start()
    opened.ingest.append_now("hits", b'{"id": 1}\n{"id": 2}\n{"id": 3}')


def run(opened: Workspace, pipe: str, mode: str = "", **arguments: object) -> Job:
    job = opened.background.run_copy(pipe, arguments, mode)
    return opened.background.jobs.wait(job.id, PATIENCE)


def test_rows_are_added_with_the_defaults_of_the_target_and_its_views_follow(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        built(opened, tmp_path)
        job = run(opened, "keep", above=1)
        assert (job.status, job.progress["written_rows"]) == ("done", 2)
        run(opened, "keep", above=2)
        assert ask(opened, "SELECT id, note FROM kept ORDER BY id") == [(2, "n2"), (3, "n3"), (3, "n3")]
        assert ask(opened, "SELECT total FROM sums ORDER BY total") == [(3,), (5,)]


def test_replace_takes_the_place_of_all_rows(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        built(opened, tmp_path)
        run(opened, "keep")
        run(opened, "keep", "replace", above=2)
        assert ask(opened, "SELECT id FROM kept") == [(3,)]
        run(opened, "keep", "replace", above=9)
        assert ask(opened, "SELECT count() FROM kept") == [(0,)]


@pytest.mark.duckdb("ClickHouse says it in its own words")
def test_a_copy_that_fails_leaves_its_target_alone_and_says_why(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        built(opened, tmp_path)
        run(opened, "keep")
        job = run(opened, "failing", "replace")
        assert (job.status, job.error) == ("error", "Cannot parse string as UInt64: x1")
        assert ask(opened, "SELECT count() FROM kept") == [(3,)]
        logged = "SELECT job_type, pipe_name, status, error FROM tinybird.jobs_log WHERE status = 'error'"
        assert ask(opened, logged) == [("copy", "failing", "error", "Cannot parse string as UInt64: x1")]


def test_a_missing_parameter_is_told_before_there_is_a_job(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        built(opened, tmp_path)
        with pytest.raises(DiagnosticError, match="Required parameter is not defined"):
            opened.background.run_copy("needy", {})
        assert opened.background.jobs.all() == []
        assert run(opened, "needy", id=5).status == "done"


def test_no_other_pipe_and_no_other_mode_can_be_run(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        built(opened, tmp_path)
        with pytest.raises(DiagnosticError, match="copy pipe 'total' does not exist"):
            opened.background.run_copy("total", {})
        with pytest.raises(DiagnosticError, match="append or replace, not upsert"):
            opened.background.run_copy("keep", {}, "upsert")


def test_the_parameter_job_timestamp_is_the_time_of_the_request(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        built(opened, tmp_path)
        job = run(opened, "stamped")
        assert ask(opened, "SELECT id FROM kept") == [(int(job.created_at.timestamp()),)]


def test_a_job_whose_rows_are_written_does_not_write_them_again(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        built(opened, tmp_path)
        job = run(opened, "keep")
        # As after a kill between the database's commit and the queue's.
        opened.store.write(("UPDATE jobs SET status = 'working' WHERE id = ?", [job.id]))
    with workspace(tmp_path) as opened:
        assert opened.build(project(tmp_path, FILES)).errors == []
        opened.background.start()
        assert opened.background.jobs.wait(job.id, PATIENCE).status == "done"
        assert ask(opened, "SELECT count() FROM kept") == [(3,)]


@pytest.mark.duckdb("what ClickHouse's views write is not told of")
def test_each_copy_is_in_the_record_of_its_target(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        built(opened, tmp_path)
        job = run(opened, "keep")
        logged = "SELECT event_type, datasource_name, pipe_name, rows, job_id FROM tinybird.datasources_ops_log"
        assert ask(opened, f"{logged} WHERE event_type = 'copy' ORDER BY datasource_name") == [
            ("copy", "kept", "keep", 3, job.id),
            ("copy", "sums", "total", 1, job.id),
        ]
