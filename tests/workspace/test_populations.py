"""What a data source held before its view goes through the view, each row once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.workspace.projects import ask, project, workspace
from tinylite.diagnostics import DiagnosticError
from tinylite.workspace import Workspace, populations
from tinylite.workspace.jobs import Job

PATIENCE = 30.0
HITS = {"hits.datasource": "SCHEMA >\n    id UInt32,\n    page String\n"}
VIEW = {
    **HITS,
    "pages.datasource": "SCHEMA >\n    page String,\n    n UInt64,\n    total UInt64\n",
    "fill.pipe": "NODE counted\nSQL >\n    SELECT page, count() AS n, sum(id) AS total FROM hits GROUP BY page\n"
    "TYPE materialized\nDATASOURCE pages\n",
}
COUNTED = "SELECT page, sum(n), sum(total) FROM pages GROUP BY page ORDER BY page"


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(populations, "CHUNK", 10)


def send(opened: Workspace, ids: range) -> None:
    lines = "\n".join(f'{{"id": {number}, "page": "{"ab"[number % 2]}"}}' for number in ids)
    opened.ingest.append_now("hits", lines.encode())


def build(opened: Workspace, folder: Path, files: dict[str, str]) -> None:
    assert opened.build(project(folder, files)).errors == []


def only_job(opened: Workspace) -> Job:
    (job,) = opened.background.jobs.all(kind="populateview")
    return opened.background.jobs.wait(job.id, PATIENCE)


def straight(opened: Workspace) -> list[tuple[object, ...]]:
    return ask(opened, "SELECT page, count(), sum(id) FROM hits GROUP BY page ORDER BY page")


def test_a_new_view_is_filled_from_history_when_it_is_built(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, HITS)
        send(opened, range(95))
        build(opened, tmp_path, VIEW)
        send(opened, range(95, 100))
        opened.background.start()
        job = only_job(opened)
        assert (job.status, job.progress) == ("done", {"rows": 95, "of": 95, "percentage": 100.0})
        assert ask(opened, COUNTED) == straight(opened) == [("a", 50, 2450), ("b", 50, 2500)]


def test_events_that_come_meanwhile_count_once(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, HITS)
        send(opened, range(300))
        build(opened, tmp_path, VIEW)
        opened.background.start()
        for start in range(300, 400, 5):
            send(opened, range(start, start + 5))
        assert only_job(opened).status == "done"
        assert ask(opened, COUNTED) == straight(opened)


def test_backfill_skip_leaves_the_target_empty(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, HITS)
        send(opened, range(5))
        build(opened, tmp_path, {**VIEW, "pages.datasource": VIEW["pages.datasource"] + "BACKFILL skip\n"})
        assert opened.background.jobs.all() == []


def test_a_population_goes_on_where_a_restart_or_a_cancel_ended_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enough = threading.Event()
    pour = populations._pour

    def three_chunks(*arguments: object) -> None:
        pour(*arguments)  # type: ignore[arg-type]
        if arguments[4] == 30:
            enough.set()
            assert arguments[0].stopped.wait(PATIENCE)  # type: ignore[attr-defined]

    monkeypatch.setattr(populations, "_pour", three_chunks)
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, HITS)
        send(opened, range(100))
        build(opened, tmp_path, VIEW)
        opened.background.start()
        assert enough.wait(PATIENCE)
    monkeypatch.setattr(populations, "_pour", pour)
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, VIEW)
        assert ask(opened, "SELECT sum(n) FROM pages") == [(30,)]
        send(opened, range(100, 110))
        opened.background.start()
        assert only_job(opened).status == "done"
        assert ask(opened, COUNTED) == straight(opened)


def test_the_views_of_the_target_follow(tmp_path: Path) -> None:
    files = {
        **VIEW,
        "totals.datasource": "SCHEMA >\n    n UInt64\n",
        "again.pipe": "NODE added\nSQL >\n    SELECT sum(n) AS n FROM pages\nTYPE materialized\nDATASOURCE totals\n",
    }
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, HITS)
        send(opened, range(25))
        build(opened, tmp_path, files)
        opened.background.start()
        assert only_job(opened).status == "done"
        assert ask(opened, "SELECT sum(n) FROM totals") == [(25,)]


def test_to_populate_a_target_with_rows_needs_truncate(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, VIEW)
        send(opened, range(10))
        opened.background.start()
        with pytest.raises(DiagnosticError, match="would count twice"):
            opened.background.populate("fill")
        opened.background.populate("fill", truncate=True)
        assert only_job(opened).status == "done"
        assert ask(opened, COUNTED) == straight(opened)


def test_all_views_of_a_truncated_target_fill_it_again(tmp_path: Path) -> None:
    second = "NODE more\nSQL >\n    SELECT 'all' AS page, count() AS n, sum(id) AS total FROM hits\n"
    files = {**VIEW, "second.pipe": second + "TYPE materialized\nDATASOURCE pages\n"}
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, files)
        send(opened, range(10))
        before = ask(opened, COUNTED)
        opened.background.start()
        opened.background.populate("fill", truncate=True)
        jobs = opened.background.jobs.all(kind="populateview")
        assert {opened.background.jobs.wait(job.id, PATIENCE).status for job in jobs} == {"done"}
        assert len(jobs) == 2
        assert ask(opened, COUNTED) == before


def test_rows_deleted_meanwhile_end_it_with_an_error(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, HITS)
        send(opened, range(50))
        build(opened, tmp_path, VIEW)
        opened.background.jobs.wait(opened.deletions.submit("hits", "id < 5").id)
        opened.background.start()
        job = only_job(opened)
        assert job.status == "error"
        assert job.error.startswith("rows of hits were deleted while fill was filled from it")


def test_a_view_that_fails_on_history_says_so_and_can_go_on_when_it_is_mended(tmp_path: Path) -> None:
    broken = VIEW["fill.pipe"].replace("sum(id)", "sum(toUInt32(if(id = 15, 'x', toString(id))))")
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, HITS)
        send(opened, range(30))
        build(opened, tmp_path, {**VIEW, "fill.pipe": broken})
        opened.background.start()
        job = only_job(opened)
        assert (job.status, job.error, job.progress["rows"]) == ("error", "Cannot parse string as UInt32: x", 10)
        build(opened, tmp_path, VIEW)
        opened.background.jobs.retry(job.id)
        assert only_job(opened).status == "done"
        assert ask(opened, COUNTED) == straight(opened)
