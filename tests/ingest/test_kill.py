"""A process killed in the middle of writing: what it acknowledged is there, once, and nothing twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ingest.loading import datasource, loading

IDS = datasource("`id` UInt32 `json:$.id`")
# Eight threads send until the end of days, and say each number when it is acknowledged.
WRITER = """
import sys, threading
from pathlib import Path
from tests.ingest.loading import NAME, loading
from tests.ingest.test_kill import IDS

def send(ingest, first):
    for number in range(first, 10**9, 8):
        ingest.submit(NAME, b'{"id":%d}' % number).result()
        sys.stdout.write(f"{number}\\n")
        sys.stdout.flush()

with loading(Path(sys.argv[1]), IDS) as loaded:
    threads = [threading.Thread(target=send, args=(loaded.ingest, first)) for first in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def acknowledged_before_the_kill(folder: Path, count: int) -> set[int]:
    with subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(count)]
        process.kill()
        said += process.stdout.read().splitlines(keepends=True)
    assert process.returncode == -signal.SIGKILL
    return {int(line) for line in said if line.endswith("\n")}


@pytest.mark.parametrize("count", [1, 50, 400])
def test_a_kill_loses_and_doubles_nothing(tmp_path: Path, count: int) -> None:
    acknowledged = acknowledged_before_the_kill(tmp_path, count)
    assert len(acknowledged) >= count
    for _ in range(2):
        with loading(tmp_path, IDS) as loaded:
            found = [number for (number,) in loaded.rows()]
        assert len(found) == len(set(found))
        assert acknowledged <= set(found)
