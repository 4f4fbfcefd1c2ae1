"""Projects come, change and go; rows stay."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from tests.workspace.projects import HITS, ask, project, workspace
from tinylite.diagnostics import DiagnosticError
from tinylite.ingest.errors import UnknownDatasource
from tinylite.workspace import workers
from tinylite.workspace.workers import QUICK_THREADS

EVENTS = b'{"id":1,"page":"a"}\n{"id":2,"page":"7"}'
COUNT = "NODE n\nSQL >\n    SELECT count() AS c FROM hits\nTYPE endpoint\n"


def test_nothing_is_answered_before_a_build(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened, pytest.raises(DiagnosticError, match="no project"):
        ask(opened, "SELECT 1")


def test_a_build_says_what_it_made(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        files = project(tmp_path, {"hits.datasource": HITS})
        assert [(t.name, t.kind) for t in opened.build(files).tables] == [("hits", "created")]
        assert [(t.name, t.kind) for t in opened.build(files).tables] == [("hits", "unchanged")]


def test_rows_outlive_a_restart(tmp_path: Path) -> None:
    files = project(tmp_path, {"hits.datasource": HITS})
    for expected in ([(2,)], [(4,)]):
        with workspace(tmp_path) as opened:
            opened.build(files)
            opened.ingest.append_now("hits", EVENTS)
            assert ask(opened, "SELECT count() FROM hits") == expected


@pytest.mark.parametrize(
    ("schema", "changes", "rows"),
    [
        ("`id` Int32, `page` String, `n` UInt8", ("+n",), [(1, "a", 0), (2, "7", 0)]),
        ("`id` Int32, `page` String, `n` Nullable(UInt8)", ("+n",), [(1, "a", None), (2, "7", None)]),
        ("`id` Int32, `page` String, `n` Int64 DEFAULT id * 10", ("+n",), [(1, "a", 10), (2, "7", 20)]),
        ("`id` Int32, `page` String, `n` String DEFAULT 'x'", ("+n",), [(1, "a", "x"), (2, "7", "x")]),
        ("`id` Int32", ("-page",), [(1,), (2,)]),
        ("`id` Int64, `page` String", ("~id",), [(1, "a"), (2, "7")]),
        ("`id` String, `page` String", ("~id",), [("1", "a"), ("2", "7")]),
        ("`id` LowCardinality(String), `page` Nullable(String)", ("~id", "~page"), [("1", "a"), ("2", "7")]),
        ("`page` String, `id` Int32", (), [("a", 1), ("7", 2)]),
    ],
)
def test_a_changed_schema_keeps_the_rows(
    tmp_path: Path, schema: str, changes: tuple[str, ...], rows: list[tuple[object, ...]]
) -> None:
    with workspace(tmp_path) as opened:
        opened.build(project(tmp_path, {"hits.datasource": HITS}))
        opened.ingest.append_now("hits", EVENTS + b"\nnonsense")
        build = opened.build(project(tmp_path, {"hits.datasource": f"SCHEMA >\n    {schema}\n"}))
        assert build.errors == []
        assert build.tables[0].columns == changes
        assert ask(opened, "SELECT * FROM hits") == rows
        assert ask(opened, "SELECT count() FROM hits_quarantine") == [(1,)]
        assert opened.ingest.append_now("hits", b'{"id":5,"page":"b","n":"6"}').successful_rows == 1


def test_a_column_that_is_no_longer_nullable_gets_its_default(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        opened.build(project(tmp_path, {"hits.datasource": "SCHEMA >\n    `id` Nullable(Int32)\n"}))
        opened.ingest.append_now("hits", b'{"id":null}')
        opened.build(project(tmp_path, {"hits.datasource": "SCHEMA >\n    `id` Int32\n"}))
        assert ask(opened, "SELECT id FROM hits") == [(0,)]


def test_a_change_that_would_lose_values_is_refused_and_the_old_project_goes_on(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        opened.build(project(tmp_path, {"hits.datasource": HITS, "a_hits.datasource": HITS, "count.pipe": COUNT}))
        opened.ingest.append_now("hits", EVENTS)
        changed = {
            "a_hits.datasource": "SCHEMA >\n    `other` Int32\n",
            "hits.datasource": HITS.replace("String", "UInt8"),
            "count.pipe": COUNT,
        }
        (fault,) = opened.build(project(tmp_path, changed)).errors
        assert (fault.code, "do not fit" in fault.message) == ("TL107", True)
        assert fault.span is not None
        assert ask(opened, "SELECT id, page FROM hits ORDER BY id") == [(1, "a"), (2, "7")]
        assert ask(opened, "SELECT id, page FROM a_hits") == []
        assert opened.ingest.append_now("a_hits", EVENTS).successful_rows == 2
        assert opened.ingest.append_now("hits", EVENTS).successful_rows == 2


def test_a_faulty_project_changes_nothing(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        opened.build(project(tmp_path, {"hits.datasource": HITS, "count.pipe": COUNT}))
        before = opened.snapshot
        faulty = {"hits.datasource": "SCHEMA >\n    `x` Nonsense\n", "count.pipe": COUNT}
        assert opened.build(project(tmp_path, faulty)).errors
        assert opened.snapshot is before
        assert opened.ingest.append_now("hits", EVENTS).successful_rows == 2


def test_defaults_that_need_each_other_change_nothing(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        opened.build(project(tmp_path, {"hits.datasource": HITS}))
        circle = "SCHEMA >\n    `id` Int64 DEFAULT n + 1,\n    `n` Int64 DEFAULT id + 1\n"
        assert opened.build(project(tmp_path, {"hits.datasource": circle})).errors
        assert opened.ingest.append_now("hits", EVENTS).successful_rows == 2
        assert ask(opened, "SELECT count() FROM hits WHERE page = 'a'") == [(1,)]


def test_a_question_asked_while_its_table_changes_is_answered_by_the_new_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old statement reads a column that is gone when it runs."""
    monkeypatch.setattr(workers, "LONG", 60.0)
    first = {"hits.datasource": HITS, "p.pipe": "NODE n\nSQL >\n    SELECT page AS x FROM hits\nTYPE endpoint\n"}
    second = {**first, "hits.datasource": "SCHEMA >\n    `id` Int32\n"}
    second["p.pipe"] = first["p.pipe"].replace("page", "id")
    with workspace(tmp_path) as opened:
        opened.build(project(tmp_path, first))
        opened.ingest.append_now("hits", EVENTS)

        changed = project(tmp_path, second)

        async def overtaken() -> list[tuple[object, ...]]:
            go_on = threading.Event()
            busy = [asyncio.ensure_future(opened.workers.run(go_on.wait)) for _ in range(QUICK_THREADS)]
            asked = asyncio.ensure_future(opened.ask("p", {}))
            await asyncio.sleep(0)
            assert not (await asyncio.to_thread(opened.build, changed)).errors
            go_on.set()
            await asyncio.gather(*busy)
            return list((await asked).result.rows)

        assert asyncio.run(overtaken()) == [(1,), (2,)]


def test_a_removed_data_source_takes_no_events_and_comes_back_with_its_rows(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        opened.build(project(tmp_path, {"hits.datasource": HITS}))
        opened.ingest.append_now("hits", EVENTS)
        opened.build(project(tmp_path, {"other.datasource": HITS}))
        with pytest.raises(UnknownDatasource):
            opened.ingest.append_now("hits", EVENTS)
        opened.build(project(tmp_path, {"hits.datasource": HITS}))
        assert ask(opened, "SELECT count() FROM hits") == [(2,)]


def test_queries_and_events_go_on_while_the_project_is_rebuilt(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        wide = HITS.rstrip() + ",\n    `n` Int32 `json:$.n` DEFAULT 1\n"
        projects = []
        for text in (HITS, wide):
            projects.append(project(tmp_path, {"hits.datasource": text, "count.pipe": COUNT}))
        opened.build(projects[0])
        stop, counts = threading.Event(), []

        def rebuild() -> None:
            for number in range(10):
                assert not opened.build(projects[number % 2]).errors
            stop.set()

        async def ask_and_send() -> None:
            while not stop.is_set():
                ack = await opened.ingest.append("hits", EVENTS)
                assert (ack.successful_rows, ack.quarantined_rows) == (2, 0)
                counts.extend((await opened.ask("count", {})).result.rows)

        builder = threading.Thread(target=rebuild)
        builder.start()
        asyncio.run(ask_and_send())
        builder.join()
        assert counts == [(2 * number,) for number in range(1, len(counts) + 1)]
