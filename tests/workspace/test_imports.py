"""Files whose import is cut short: each row is there once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.workspace.projects import HITS, ask, project, workspace
from tinylite.ingest import replacement
from tinylite.workspace import Workspace, imports
from tinylite.workspace.imports import Order
from tinylite.workspace.jobs import Cancelled, Job, Run

ROWS = 35


class Stopped(Run):
    """A server that ends when the job looks for the n-th time whether it may go on."""

    def __init__(self, job: Job, looks: int) -> None:
        super().__init__(job, self._told, begins_again=True)
        self.left = looks
        self.reports: list[Mapping[str, object]] = []

    def _told(self, progress: Mapping[str, object]) -> None:
        self.reports.append(dict(progress))

    def check(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled


def begun(opened: Workspace, mode: str, text: str) -> Job:
    id, now = str(uuid.uuid4()), datetime.now(UTC)
    (opened.folder.imports / id).write_text(text)
    return Job(id, imports.KIND, "hits", Order(mode, "csv").arguments(), "working", {}, "", now, now, now)


@pytest.mark.parametrize("mode", ["append", "replace"])
def test_an_import_goes_on_where_it_was_cut_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setattr(imports, "ROWS", 10)
    files = project(tmp_path, {"hits.datasource": HITS})
    text = "id,page\n" + "".join(f"{n},p\n" for n in range(ROWS)) + "x,bad\n"
    with workspace(tmp_path) as opened:
        opened.build(files)
        opened.ingest.append_now("hits", b'{"id": 1000, "page": "old"}')
        job = begun(opened, mode, text)
        for looks in (0, 1, 2, 3, 4, 5, 100):
            run = Stopped(job, looks)
            try:
                opened.imports.run(run)
                break
            except Cancelled:
                continue
        # A server that was killed before the job's end was written down begins it once more.
        again = Stopped(job, 100)
        (opened.folder.imports / job.id).write_text(text)
        opened.imports.run(again)
        old = [(1000, "old")] if mode == "append" else []
        rows = ask(opened, "SELECT id, page FROM hits ORDER BY id")
        assert rows == [*((n, "p") for n in range(ROWS)), *old]
        assert ask(opened, "SELECT id FROM hits_quarantine") == [("x",)]
        assert list(opened.folder.imports.iterdir()) == []


@pytest.mark.parametrize("mode", ["append", "replace"])
def test_a_job_that_is_begun_again_when_all_is_in_tells_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    with workspace(tmp_path) as opened:
        opened.build(project(tmp_path, {"hits.datasource": HITS}))
        job = begun(opened, mode, "id,page\n1,p\n2,p\nx,bad\n")
        first, again = Stopped(job, 100), Stopped(job, 100)
        with monkeypatch.context() as patch:
            # The server is killed behind the last transaction.
            patch.setattr(opened.imports, "_forget", lambda id: None)
            opened.imports.run(first)
        opened.imports.run(again)
        assert first.reports[-1] == again.reports[-1]
        assert (again.reports[-1]["successful_rows"], again.reports[-1]["quarantined_rows"]) == (2, 1)


def test_a_long_replacement_tells_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "ROWS", 10)
    monkeypatch.setattr(replacement, "ROWS", 10)
    monkeypatch.setattr(imports, "_TELL_EVERY", 0.0)
    with workspace(tmp_path) as opened:
        opened.build(project(tmp_path, {"hits.datasource": HITS}))
        run = Stopped(begun(opened, "replace", "id,page\n" + "".join(f"{n},p\n" for n in range(40))), 100)
        opened.imports.run(run)
        shares = [float(str(report["percentage"])) for report in run.reports]
        assert shares == sorted(shares) and len({share for share in shares if 80 < share < 100}) == 4


def test_what_jobs_that_are_over_have_left_is_swept_away(tmp_path: Path) -> None:
    files = project(tmp_path, {"hits.datasource": HITS})
    with workspace(tmp_path) as opened:
        opened.build(files)
        (opened.folder.imports / "left").write_text("id,page\n1,a\n")
        opened.imports.sweep()
        assert list(opened.folder.imports.iterdir()) == []
        assert ask(opened, "SELECT count() FROM hits") == [(0,)]


def test_a_schema_that_changes_meanwhile_ends_the_import(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        opened.build(project(tmp_path, {"hits.datasource": HITS}))
        job = begun(opened, "append", "id,page\n1,a\n")
        run = Stopped(job, 100)
        fill = imports.Staged.fill

        def changed(*arguments: object) -> object:
            counts = fill(*arguments)  # type: ignore[arg-type]
            wider = HITS.rstrip().rstrip(",") + ",\n    `more` UInt8 DEFAULT 0 `json:$.more`\n"
            assert not opened.build(project(tmp_path, {"hits.datasource": wider})).errors
            return counts

        with pytest.MonkeyPatch.context() as patched, pytest.raises(Exception, match="was changed while"):
            patched.setattr(imports.Staged, "fill", changed)
            opened.imports.run(run)
        assert ask(opened, "SELECT count() FROM hits") == [(0,)]
