"""A disk that refuses: the request is refused, nothing of it is found later, and what comes after goes in."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tests.ingest.loading import NAME, datasource, loading
from tests.ingest.test_log import append
from tinylite.ingest.errors import Overloaded
from tinylite.ingest.log.log import Log

IDS = datasource("`id` UInt32 `json:$.id`")


def fails_once(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """The next fdatasync."""
    fdatasync = os.fdatasync

    def failing(descriptor: int) -> None:
        monkeypatch.setattr(os, "fdatasync", fdatasync)
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fdatasync", failing)


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
def test_what_the_disk_refused_is_refused_and_the_next_goes_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    with loading(tmp_path, IDS) as loaded:
        loaded.send('{"id":1}')
        fails_once(monkeypatch, code)
        with pytest.raises(Overloaded, match="can't be written"):
            loaded.ingest.submit(NAME, b'{"id":2}').result()
        assert loaded.send('{"id":3}') == (1, 0)
    with loading(tmp_path, IDS) as loaded:
        assert sorted(loaded.rows()) == [(1,), (3,)]


def test_a_refused_record_is_not_in_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(tmp_path / NAME, 0)
    append(log, b"kept")
    fails_once(monkeypatch, errno.EIO)
    with pytest.raises(OSError):
        append(log, b"refused")
    append(log, b"next")
    log.close()
    again = Log(tmp_path / NAME, 0)
    assert [record.lines for record in again.pending(0)] == [b"kept", b"next"]
    assert again.damage == []
