"""The log: what is in it is found again, whatever happened to the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ingest.loading import NAME, datasource, loading
from tinylite.ingest.loader import Counts, Loader
from tinylite.ingest.log.log import Log, now
from tinylite.ingest.log.segment import Damage, Record, decoded, encoded
from tinylite.ingest.operation import Operation
from tinylite.ingest.receipts import Receipt

IDS = datasource("`id` UInt32 `json:$.id`")


def append(log: Log, *lines: bytes) -> list[int]:
    """The positions that they got."""
    records = [Record(log.take_position(), each, at=now()) for each in lines]
    log.append(records)
    return [record.position for record in records]


def written(folder: Path, count: int = 5) -> Path:
    """A log of so many records that were acknowledged and not loaded. Returns its only segment."""
    log = Log(folder, 0)
    for number in range(1, count + 1):
        append(log, b'{"id":%d}' % number)
    log.close()
    (segment,) = folder.glob("*.segment")
    return segment


def positions(log: Log) -> list[int]:
    return [record.position for record in log.pending(0)]


@given(payloads=st.lists(st.binary(max_size=60)))
def test_records_are_read_as_they_were_written(payloads: list[bytes]) -> None:
    records = [Record(position, payload) for position, payload in enumerate(payloads, 1)]
    assert list(decoded(b"".join(map(encoded, records)))) == records


@given(payloads=st.lists(st.binary(max_size=30), min_size=1), place=st.integers(min_value=0), mask=st.integers(1, 255))
def test_a_changed_byte_costs_no_other_record(payloads: list[bytes], place: int, mask: int) -> None:
    records = [Record(position, payload) for position, payload in enumerate(payloads, 1)]
    data = bytearray(b"".join(map(encoded, records)))
    data[place % len(data)] ^= mask
    parts = list(decoded(bytes(data)))
    assert len([part for part in parts if part in records]) == len(records) - 1
    (damage,) = [part for part in parts if isinstance(part, Damage)]
    assert damage.offset <= place % len(data) < damage.end


@given(payloads=st.lists(st.binary(max_size=30), min_size=1), cut=st.integers(min_value=0))
def test_what_is_cut_off_costs_only_the_last_record(payloads: list[bytes], cut: int) -> None:
    records = [Record(position, payload) for position, payload in enumerate(payloads, 1)]
    data = b"".join(map(encoded, records))
    parts = list(decoded(data[: cut % len(data)]))
    whole = [part for part in parts if isinstance(part, Record)]
    assert whole == records[: len(whole)]
    assert len(parts) - len(whole) <= 1


@given(data=st.binary(max_size=300))
def test_any_bytes_can_be_read(data: bytes) -> None:
    for part in decoded(data + b"TLR2" + data):
        assert isinstance(part, Record | Damage)


def test_a_torn_end_is_cut_off_and_writing_goes_on(tmp_path: Path) -> None:
    segment = written(tmp_path)
    segment.write_bytes(segment.read_bytes()[:-3])
    log = Log(tmp_path, 0)
    assert positions(log) == [1, 2, 3, 4]
    (position,) = append(log, b"{}")
    assert position > 4
    log.close()
    again = Log(tmp_path, 0)
    assert positions(again) == [1, 2, 3, 4, position]
    assert again.damage == []


@pytest.mark.parametrize("record", [1, 3, 5])
def test_a_flipped_byte_is_set_aside_and_reported(tmp_path: Path, record: int) -> None:
    segment = written(tmp_path)
    data = bytearray(segment.read_bytes())
    size = len(data) // 5
    data[record * size - 2] ^= 1
    segment.write_bytes(data)
    log = Log(tmp_path, 0)
    assert positions(log) == [n for n in (1, 2, 3, 4, 5) if n != record]
    (found,) = log.damage
    assert (found.path, found.damage.offset) == (segment, (record - 1) * size)
    assert (found.after, found.before) == (record - 1, record + 1 if record < 5 else None)
    assert found.aside.read_bytes() == data[(record - 1) * size : record * size]


def test_what_is_not_loaded_yet_is_loaded_at_the_next_start(tmp_path: Path) -> None:
    written(tmp_path / "log" / NAME)
    for _ in range(2):
        with loading(tmp_path, IDS) as source:
            assert sorted(source.rows()) == [(1,), (2,), (3,), (4,), (5,)]


def test_what_is_damaged_does_not_keep_the_rest_from_loading(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    segment = written(tmp_path / "log" / NAME)
    data = bytearray(segment.read_bytes())
    data[len(data) // 5 + 33] ^= 1
    segment.write_bytes(data)
    with loading(tmp_path, IDS) as source:
        assert sorted(source.rows()) == [(1,), (3,), (4,), (5,)]
        assert "the checksum is wrong" in caplog.text
        assert source.send('{"id":6}') == (1, 0)
    with loading(tmp_path, IDS) as source:
        assert sorted(source.rows()) == [(1,), (3,), (4,), (5,), (6,)]


class Killed(BaseException):
    """Ends a thread as a crash ends a process."""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_around_the_loading_neither_loses_nor_doubles_an_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    load = Loader.load

    def dying(self: Loader, source: str, plan: object, records: object, counts: dict[int, Counts]) -> None:
        if moment == "after":
            load(self, source, plan, records, counts)  # type: ignore[arg-type]
        raise Killed

    with loading(tmp_path, IDS) as source:
        source.send('{"id":1}')
        monkeypatch.setattr(Loader, "load", dying)
        source.ingest.submit(NAME, b'{"id":2}')
        source.ingest._thread.join()
        monkeypatch.undo()
    with loading(tmp_path, IDS) as source:
        assert sorted(source.rows()) == [(1,), (2,)]
        assert source.send('{"id":3}') == (1, 0)
        assert sorted(source.rows()) == [(1,), (2,), (3,)]


def test_the_receipts_of_damaged_records_say_so(tmp_path: Path) -> None:
    segment = written(tmp_path / "log" / NAME)
    data = bytearray(segment.read_bytes())
    data[len(data) // 5 + 33] ^= 1
    segment.write_bytes(data)
    told: list[Operation] = []
    for _ in range(2):
        with loading(tmp_path, IDS, told.append) as source:
            fates = [source.ingest.fate(Receipt(NAME, position, 1)) for position in range(1, 6)]
            assert [fate and fate.status for fate in fates] == ["stored", "damaged", "stored", "stored", "stored"]
    (damage,) = [operation.error for operation in told if operation.error]
    assert "the checksum is wrong" in damage
