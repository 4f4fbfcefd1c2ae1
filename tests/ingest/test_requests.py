"""Acknowledgements, receipts, and requests that are sent again."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path

import pytest

from tests.ingest.loading import NAME, Loading, datasource, loading
from tinylite.ingest.errors import KeyReused, Overloaded
from tinylite.ingest.ingest import Ingest
from tinylite.ingest.receipts import Fate, Receipt, receipt_of
from tinylite.ingest.request import Ack

IDS = datasource("`id` UInt32 `json:$.id`")


def fate(loaded: Loading, ack: Ack) -> Fate | None:
    receipt = receipt_of(ack.receipt)
    assert receipt is not None
    return loaded.ingest.fate(receipt)


def test_what_surely_fits_is_acknowledged_before_it_is_loaded(tmp_path: Path) -> None:
    with loading(tmp_path, IDS) as loaded:
        with loaded.ingest.loading_paused():
            ack = loaded.ingest.submit(NAME, b'{"id":1}\n{"id":2}').result(10)
            assert (ack.successful_rows, ack.quarantined_rows) == (2, 0)
            assert loaded.rows() == []
            assert fate(loaded, ack) == Fate("pending", 2, 0)
        loaded.ingest.catch_up()
        assert loaded.rows() == [(1,), (2,)]
        assert fate(loaded, ack) == Fate("stored", 2, 0)


@pytest.mark.parametrize("body", [b'{"id":"x"}\n{"id":1}', b'{"id":1}\n' * 10_000 + b"nonsense"])
def test_what_may_not_fit_waits_for_its_counts(tmp_path: Path, body: bytes) -> None:
    with loading(tmp_path, IDS) as loaded:
        ack = loaded.ingest.submit(NAME, body).result(30)
        assert (ack.successful_rows, ack.quarantined_rows) == (body.count(b"\n") or 1, 1)
        found = fate(loaded, ack)
        assert found is not None
        assert (found.status, found.successful_rows, found.quarantined_rows) == ("stored", body.count(b"\n") or 1, 1)
        assert [rows for _, rows in found.reasons] == [1]


def test_a_receipt_survives_a_restart(tmp_path: Path) -> None:
    with loading(tmp_path, IDS) as loaded:
        acks = [loaded.ingest.submit(NAME, body).result(10) for body in (b'{"id":1}', b'{"id":-1}')]
    with loading(tmp_path, IDS) as loaded:
        assert fate(loaded, acks[0]) == Fate("stored", 1, 0)
        assert fate(loaded, acks[1]) == Fate("stored", 0, 1, (("value '-1' on column 'id' is not UInt32", 1),))


@pytest.mark.parametrize("id", ["", "x", "MS4xLmhpdHM=", Receipt(NAME, 999, 1).id, Receipt("nothing", 1, 1).id])
def test_what_is_no_receipt_is_none(tmp_path: Path, id: str) -> None:
    with loading(tmp_path, IDS) as loaded:
        receipt = receipt_of(id)
        assert receipt is None or loaded.ingest.fate(receipt) is None


@pytest.mark.parametrize("body", [b'{"id":1}', b'{"id":1}\n{"id":"x"}'])
def test_a_request_that_is_sent_again_counts_once(tmp_path: Path, body: bytes) -> None:
    with loading(tmp_path, IDS) as loaded:
        with loaded.ingest.loading_paused():
            asked = [loaded.ingest.submit(NAME, body, key="k") for _ in range(3)]
        answers = [future.result(10) for future in asked]
        answers.append(loaded.ingest.submit(NAME, body, key="k").result(10))
        assert len(set(answers)) == 1
        loaded.ingest.catch_up()
        assert loaded.rows() == [(1,)]
    with loading(tmp_path, IDS) as loaded:
        assert loaded.ingest.submit(NAME, body, key="k", wait=True).result(10) == answers[0]
        assert loaded.ingest.submit(NAME, body, key="other", wait=True).result(10) != answers[0]
        assert loaded.rows() == [(1,), (1,)]


def test_a_key_with_other_events_is_refused(tmp_path: Path) -> None:
    with loading(tmp_path, IDS) as loaded:
        with loaded.ingest.loading_paused():
            loaded.ingest.submit(NAME, b'{"id":1}', key="k").result(10)
            with pytest.raises(KeyReused):
                loaded.ingest.submit(NAME, b'{"id":2}', key="k").result(10)
        loaded.ingest.catch_up()
        with pytest.raises(KeyReused):
            loaded.ingest.submit(NAME, b'{"id":3}', key="k").result(10)
        assert loaded.rows() == [(1,)]


def test_a_key_is_known_again_out_of_the_log(tmp_path: Path) -> None:
    with loading(tmp_path, IDS) as loaded, loaded.ingest.loading_paused():
        first = loaded.ingest.submit(NAME, b'{"id":1}', key="k").result(10)
        log = tmp_path / "log" / NAME
        kept = {path.name: path.read_bytes() for path in log.iterdir()}
        assert kept
    other = tmp_path / "other"
    (other / "log" / NAME).mkdir(parents=True)
    for name, data in kept.items():
        (other / "log" / NAME / name).write_bytes(data)
    with loading(other, IDS) as loaded:
        assert loaded.ingest.submit(NAME, b'{"id":1}', key="k").result(10) == first
        assert loaded.rows() == [(1,)]


def test_a_refused_request_may_come_again_with_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with loading(tmp_path, IDS) as loaded:
        with monkeypatch.context() as patched:
            patched.setattr(os, "fdatasync", _fails)
            with pytest.raises(Overloaded):
                loaded.ingest.submit(NAME, b'{"id":1}', key="k").result(10)
        assert loaded.ingest.submit(NAME, b'{"id":1}', key="k", wait=True).result(10).successful_rows == 1
        assert loaded.rows() == [(1,)]


def _fails(descriptor: int) -> None:
    raise OSError(5, "Input/output error")


def test_nothing_is_accepted_when_too_much_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinylite.ingest.ingest.MAX_WAITING", 20)
    with loading(tmp_path, IDS) as loaded:
        with loaded.ingest.loading_paused():
            loaded.ingest.submit(NAME, b'{"id":1}').result(10)
            loaded.ingest.submit(NAME, b'{"id":2}').result(10)
            with pytest.raises(Overloaded):
                loaded.ingest.submit(NAME, b'{"id":3}')
        loaded.ingest.catch_up()
        assert loaded.send('{"id":4}') == (1, 0)
        assert sorted(loaded.rows()) == [(1,), (2,), (4,)]


def test_a_question_finds_what_was_acknowledged_before_it(tmp_path: Path) -> None:
    async def ask(ingest: Ingest, loaded: Loading) -> list[int]:
        found = []
        for number in range(20):
            await ingest.append(NAME, b'{"id":%d}' % number)
            await ingest.settled()
            found.append(len(loaded.rows()))
        return found

    with loading(tmp_path, IDS) as loaded:
        assert asyncio.run(ask(loaded.ingest, loaded)) == list(range(1, 21))


def test_a_pause_begins_when_all_that_was_acknowledged_is_loaded(tmp_path: Path) -> None:
    with loading(tmp_path, IDS) as loaded:
        stop = threading.Event()
        acknowledged = []

        def send() -> None:
            while not stop.is_set():
                loaded.ingest.submit(NAME, b'{"id":1}').result(10)
                acknowledged.append(1)

        sender = threading.Thread(target=send)
        sender.start()
        for _ in range(20):
            before = len(acknowledged)
            with loaded.ingest.paused():
                rows = len(loaded.rows())
                assert rows >= before
                assert len(acknowledged) <= rows
        stop.set()
        sender.join()
