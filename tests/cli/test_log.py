"""tinylite log inspect."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import tinylite
from tests.ingest.test_log import append
from tinylite.ingest.log.log import Log
from tinylite.ingest.log.segment import Record


@pytest.fixture
def segment(tmp_path: Path) -> Path:
    log = Log(tmp_path / "hits", 0)
    append(log, b'{"id":1}\n{"id":2}')
    log.append([Record(log.take_position(), b'{"id":3}', "order-7", 1_700_000_000_000)])
    log.close()
    (path,) = (tmp_path / "hits").iterdir()
    return path


def inspected(*arguments: str) -> tuple[int, str]:
    said = tinylite("log", "inspect", *arguments)
    return said.status, said.out


def test_records_are_listed(segment: Path) -> None:
    status, output = inspected(str(segment.parent.parent), "--output", "json")
    records = json.loads(output)
    assert status == 0
    assert [(r["position"], r["events"], r["key"], r["state"]) for r in records] == [
        (1, 2, "", "whole"),
        (2, 1, "order-7", "whole"),
    ]
    assert records[1]["came"] == "2023-11-14 22:13:20"


def test_events_are_printed_as_they_came(segment: Path) -> None:
    assert inspected(str(segment), "--events") == (0, '{"id":1}\n{"id":2}\n{"id":3}\n')


def test_damage_is_told(segment: Path) -> None:
    data = bytearray(segment.read_bytes())
    data[45] ^= 1
    segment.write_bytes(data)
    status, output = inspected(str(segment), "--output", "json")
    assert status == 1
    assert [record["state"] for record in json.loads(output)] == ["the checksum is wrong", "whole"]
    assert inspected(str(segment), "--events") == (1, '{"id":3}\n')
