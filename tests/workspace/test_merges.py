"""Merges in the background: what they leave, and that nobody notices but by fewer rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.workspace.projects import ask, project, workspace
from tinylite.workspace import Workspace


@pytest.fixture(params=["at once", "in parts"], autouse=True)
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large tables are merged in parts: here two rows are many."""
    if request.param == "in parts":
        monkeypatch.setattr("tinylite.workspace.merges._ROWS_AT_ONCE", 2)


LATEST = (
    "SCHEMA >\n    `k` UInt32 `json:$.k`,\n    `v` UInt32 `json:$.v`\n\n"
    'ENGINE "ReplacingMergeTree"\nENGINE_SORTING_KEY "k"\n'
)


@contextmanager
def built(folder: Path, **datasources: str) -> Iterator[Workspace]:
    with workspace(folder) as opened:
        build = opened.build(project(folder, {f"{name}.datasource": text for name, text in datasources.items()}))
        assert not build.errors
        yield opened


def send(opened: Workspace, name: str, *events: Mapping[str, object]) -> None:
    lines = "\n".join(map(json.dumps, events)).encode()
    assert opened.ingest.append_now(name, lines).quarantined_rows == 0


def test_rows_that_were_replaced_are_gone_and_the_answer_of_final_is_the_same(tmp_path: Path) -> None:
    with built(tmp_path, latest=LATEST) as opened:
        send(opened, "latest", {"k": 2, "v": 1}, {"k": 1, "v": 1})
        send(opened, "latest", {"k": 2, "v": 5})
        before = ask(opened, "SELECT k, v FROM latest FINAL ORDER BY k")

        assert opened.merger.merge("latest")

        assert ask(opened, "SELECT k, v FROM latest") == [(1, 1), (2, 5)] == before


def test_of_equal_keys_in_one_batch_the_last_event_is_left(tmp_path: Path) -> None:
    """A batch is sorted by its keys; the order of equal ones is that of the events."""
    files = {
        "carts.datasource": "SCHEMA >\n    user String,\n    shop String,\n    n UInt32,\n    note String\n"
        'ENGINE "ReplacingMergeTree"\nENGINE_SORTING_KEY "user, shop"\n'
    }
    events = [{"user": f"u{n % 7}", "shop": f"s{n % 3}", "n": n, "note": "x" * (n % 17)} for n in range(500)]
    last = sorted((event["user"], event["shop"], event["n"]) for event in events[-21:])
    with workspace(tmp_path) as opened:
        assert opened.build(project(tmp_path, files)).errors == []
        opened.ingest.append_now("carts", "\n".join(map(json.dumps, events)).encode())
        assert ask(opened, "SELECT user, shop, n FROM carts FINAL ORDER BY user, shop") == last
        assert opened.merger.merge("carts")
        assert ask(opened, "SELECT user, shop, n FROM carts ORDER BY user, shop") == last


def test_an_event_after_a_merge_still_replaces_what_was_merged(tmp_path: Path) -> None:
    with built(tmp_path, latest=LATEST) as opened:
        send(opened, "latest", {"k": 1, "v": 9})
        opened.merger.merge("latest")
        send(opened, "latest", {"k": 1, "v": 3})
        opened.merger.merge("latest")

        assert ask(opened, "SELECT k, v FROM latest") == [(1, 3)]


def test_of_equal_keys_in_two_partitions_the_later_one_stays_the_later_one(tmp_path: Path) -> None:
    by_day = LATEST.replace("`v` UInt32", "`v` UInt32") + 'ENGINE_PARTITION_KEY "v % 2"\n'
    with built(tmp_path, latest=by_day) as opened:
        send(opened, "latest", {"k": 1, "v": 2})
        send(opened, "latest", {"k": 1, "v": 1})
        before = ask(opened, "SELECT k, v FROM latest FINAL")
        opened.merger.merge("latest")

        assert ask(opened, "SELECT k, v FROM latest FINAL") == before
        assert ask(opened, "SELECT count() FROM latest") == [(2,)]


def test_states_of_a_view_are_merged_and_read_as_before(tmp_path: Path) -> None:
    files = {
        "hits.datasource": "SCHEMA >\n    `page` String `json:$.page`,\n    `user` UInt32 `json:$.user`\n",
        "pages.datasource": "SCHEMA >\n    `page` String,\n    `users` AggregateFunction(uniqExact, UInt32),\n"
        "    `hits` SimpleAggregateFunction(sum, UInt64)\n\n"
        'ENGINE "AggregatingMergeTree"\nENGINE_SORTING_KEY "page"\n',
        "fill.pipe": "NODE n\nSQL >\n    SELECT page, uniqExactState(user) AS users, count() AS hits FROM hits "
        "GROUP BY page\nTYPE materialized\nDATASOURCE pages\n",
    }
    question = "SELECT page, uniqExactMerge(users), sum(hits) FROM pages GROUP BY page ORDER BY page"
    with workspace(tmp_path) as opened:
        assert not opened.build(project(tmp_path, files)).errors
        for user in (1, 2, 1):
            send(opened, "hits", {"page": "/", "user": user}, {"page": "/about", "user": user})
        before = ask(opened, question)
        opened.merger.merge("pages")

        assert ask(opened, question) == before == [("/", 2, 3), ("/about", 2, 3)]
        assert ask(opened, "SELECT count() FROM pages") == [(2,)]


def test_rows_past_their_ttl_go(tmp_path: Path) -> None:
    kept = (
        "SCHEMA >\n    `at` DateTime `json:$.at`,\n    `n` UInt8 `json:$.n`\n\n"
        'ENGINE "MergeTree"\nENGINE_SORTING_KEY "at"\nENGINE_TTL "toDate(at) + INTERVAL 1 DAY"\n'
    )
    with built(tmp_path, kept=kept) as opened:
        send(opened, "kept", {"at": "2001-01-01 00:00:00", "n": 1}, {"at": "2099-01-01 00:00:00", "n": 2})

        assert opened.merger.expire("kept") == 1
        assert ask(opened, "SELECT n FROM kept") == [(2,)]
        assert opened.merger.expire("kept") == 0


def test_a_merge_restores_the_order_of_the_sorting_key(tmp_path: Path) -> None:
    plain = 'SCHEMA >\n    `k` UInt32 `json:$.k`\n\nENGINE "MergeTree"\nENGINE_SORTING_KEY "k"\n'
    with built(tmp_path, plain=plain) as opened:
        for k in (3, 1, 2, 1):
            send(opened, "plain", {"k": k})
        opened.merger.merge("plain")

        assert ask(opened, "SELECT k FROM plain") == [(1,), (1,), (2,), (3,)]


def test_events_that_come_during_a_merge_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with built(tmp_path, latest=LATEST) as opened:
        send(opened, "latest", {"k": 1, "v": 1})
        send(opened, "latest", {"k": 1, "v": 2})
        looked = opened.merger._is_being_read

        def and_meanwhile(name: str) -> bool:
            send_inside(opened, {"k": 1, "v": 3}, {"k": 7, "v": 7})
            return looked(name)

        monkeypatch.setattr(opened.merger, "_is_being_read", and_meanwhile)
        assert opened.merger.merge("latest")

        assert ask(opened, "SELECT k, v FROM latest FINAL ORDER BY k") == [(1, 3), (7, 7)]
        assert ask(opened, "SELECT count() FROM latest") == [(3,)]


def send_inside(opened: Workspace, *events: dict[str, int]) -> None:
    """As the loader does, in a place where it waits."""
    with opened.engine.transaction("latest", appends=True) as writer:
        for event in events:
            writer.execute("INSERT INTO latest VALUES (?, ?)", [event["k"], event["v"]])


def test_a_merge_gives_way_to_rows_that_were_deleted_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with built(tmp_path, latest=LATEST) as opened:
        send(opened, "latest", {"k": 1, "v": 1})
        send(opened, "latest", {"k": 1, "v": 2})
        paused = opened.ingest.loading_paused

        def after_a_truncation():  # type: ignore[no-untyped-def]
            monkeypatch.setattr(opened.ingest, "loading_paused", paused)
            opened.deletions.truncate("latest")
            return paused()

        monkeypatch.setattr(opened.ingest, "loading_paused", after_a_truncation)

        assert not opened.merger.merge("latest")
        assert ask(opened, "SELECT count() FROM latest") == [(0,)]


def test_a_table_is_merged_again_only_after_a_quarter_of_it_is_new(tmp_path: Path) -> None:
    with built(tmp_path, latest=LATEST) as opened:
        send(opened, "latest", *({"k": k, "v": 1} for k in range(10)))
        opened.merger.tick()
        send(opened, "latest", {"k": 0, "v": 2})
        opened.merger.tick()
        assert ask(opened, "SELECT count() FROM latest") == [(11,)]

        send(opened, "latest", *({"k": k, "v": 2} for k in range(4)))
        opened.merger.tick()
        assert ask(opened, "SELECT count(), sum(v) FROM latest") == [(10, 14)]
