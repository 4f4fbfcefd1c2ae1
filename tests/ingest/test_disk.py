"""A disk that refuses: the request is refused, nothing of it is found later, and what comes after goes in."""

from __future__ import annotations

import errno
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ingest.loading import NAME, datasource, loading
from tests.ingest.test_log import append
from tinylite.ingest.errors import Overloaded
from tinylite.ingest.log.log import Log

IDS = datasource("`id` UInt32 `json:$.id`\n`text` String `json:$.text` DEFAULT ''")


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
        assert sorted(loaded.rows("id")) == [(1,), (3,)]


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


def test_syncs_that_fail_now_and_then_lose_and_invent_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance, fdatasync, acknowledged = random.Random(1), os.fdatasync, set()

    def flaky(descriptor: int) -> None:
        if chance.random() < 0.3:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        fdatasync(descriptor)

    with loading(tmp_path, IDS) as loaded:
        monkeypatch.setattr(os, "fdatasync", flaky)
        for number in range(200):
            try:
                loaded.ingest.submit(NAME, b'{"id":%d}' % number).result()
                acknowledged.add(number)
            except Overloaded:
                continue
        monkeypatch.undo()
    assert 100 < len(acknowledged) < 200
    with loading(tmp_path, IDS) as loaded:
        assert sorted(loaded.rows("id")) == [(number,) for number in sorted(acknowledged)]


def test_a_sync_and_a_cut_that_fail_keep_the_log_closed_until_the_cut_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log(tmp_path / NAME, 0)
    append(log, b"kept")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", _fails)
        patched.setattr(os, "fsync", _fails)
        for _ in range(2):
            with pytest.raises(OSError):
                append(log, b"refused")
    append(log, b"next")
    log.close()
    assert [record.lines for record in Log(tmp_path / NAME, 0).pending(0)] == [b"kept", b"next"]


def _fails(descriptor: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


# No file may grow beyond so many bytes: the log, the database and its own log all meet a full disk at some time.
SMALL_DISK = """
import random, resource, sys
from pathlib import Path
from tests.ingest.loading import NAME, loading
from tests.ingest.test_disk import IDS
from tinylite.ingest.errors import Overloaded

with loading(Path(sys.argv[1]), IDS) as loaded:
    size = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    refused = number = 0
    while refused < 20 and number < 400:
        texts = [random.randbytes(100).hex().encode() for _ in range(100)]
        body = b"\\n".join(b'{"id":%d,"text":"%s"}' % (number * 100 + i, text) for i, text in enumerate(texts))
        try:
            loaded.ingest.submit(NAME, body, wait=number % 7 == 0).result()
            print(number, flush=True)
        except Overloaded:
            refused += 1
        number += 1
    print("refused", refused)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    after = loaded.ingest.submit(NAME, b'{"id":4000000000}', wait=True).result()
    print("after", after.successful_rows)
"""


@pytest.mark.parametrize("size", [600_000, 3_000_000])
def test_a_full_disk_refuses_and_what_was_acknowledged_is_there_when_it_has_room(tmp_path: Path, size: int) -> None:
    command = [sys.executable, "-c", SMALL_DISK, str(tmp_path), str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    said = done.stdout.split("\n")
    assert "after 1" in said, done.stderr
    acknowledged = {int(line) * 100 + i for line in said if line.isdecimal() for i in range(100)}
    with loading(tmp_path, IDS) as loaded:
        found = [number for (number,) in loaded.rows("id")]
    assert len(found) == len(set(found))
    assert set(found) == acknowledged | {4_000_000_000}
