"""What a long append costs: a file that is generated while it is sent, and the most memory the server took for it.

python -m benchmarks.append [--gigabytes N] [--format ndjson|csv] [--command] [--memory LIMIT]

The rows go to the server as one file: over HTTP in chunks, or with `--command` through `tinylite datasource append`.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from benchmarks.ingest import SCHEMA, Server, events, serving

ROWS = 20_000
"""Of one chunk, which is sent again and again with another number in its texts."""


def chunks(gigabytes: float, format: str) -> Iterator[bytes]:
    """About so many bytes in all; texts differ from chunk to chunk, so that they do not fold into nothing."""
    rows = [json.loads(line) for line in events(ROWS)]
    if format == "ndjson":
        pattern = b"\n".join(json.dumps(row).encode() for row in rows) + b"\n"
    else:
        yield (",".join(rows[0]) + "\n").encode()
        quoted = (",".join('"' + str(cell).replace('"', '""') + '"' for cell in row.values()) for row in rows)
        pattern = ("\n".join(quoted) + "\n").encode()
    sent, number = 0, 0
    while sent < gigabytes * 1e9:
        chunk = pattern.replace(b"evt_", b"evt_%06d_" % number)
        yield chunk
        sent, number = sent + len(chunk), number + 1


def memory(pid: int) -> dict[str, float]:
    """Megabytes by kind, now."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {
        key: int(rest.split()[0]) / 1024
        for key, _, rest in (line.partition(":") for line in lines)
        if key.startswith("Rss")
    }


class Watch:
    """The most memory of a process, looked at ten times a second."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self.most = 0.0
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self._over.wait(0.1):
            self.most = max(self.most, sum(memory(self._pid).values()))

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def over_http(server: Server, gigabytes: float, format: str) -> int:
    """The number of rows that went in."""
    connection: http.client.HTTPConnection = server.connection()
    path = f"/v0/datasources?mode=append&name=user_events&format={format}&token={quote(server.token)}"
    connection.request("POST", path, chunks(gigabytes, format), {"transfer-encoding": "chunked"}, encode_chunked=True)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    if answer.status != 200:
        raise RuntimeError(body)
    return int(body["successful_rows"])


def by_command(folder: Path, gigabytes: float, format: str) -> int:
    command = [sys.executable, "-m", "tinylite", "datasource", "append", "user_events", "--file", "-"]
    command += ["--format", format, "--path", str(folder), "--output", "json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        with Watch(process.pid) as watch:
            for chunk in chunks(gigabytes, format):
                process.stdin.write(chunk)
            process.stdin.close()
            answer = json.loads(process.stdout.read())
    print(f"the command took at most {watch.most:.0f} MB")
    return int(answer["successful_rows"])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--format", choices=["ndjson", "csv"], default="ndjson")
    parser.add_argument("--command", action="store_true")
    parser.add_argument("--memory", default="", help="what TINYLITE_MEMORY is for the server, as 512MB")
    options = parser.parse_args()
    if options.memory:
        os.environ["TINYLITE_MEMORY"] = options.memory
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "user_events.datasource").write_text(SCHEMA)
        with serving(folder) as server:
            idle = sum(memory(server.pid).values())
            started = time.perf_counter()
            with Watch(server.pid) as watch:
                if options.command:
                    rows = by_command(folder, options.gigabytes, options.format)
                else:
                    rows = over_http(server, options.gigabytes, options.format)
            took = time.perf_counter() - started
            size = sum(file.stat().st_size for file in (folder / ".tinylite").glob("data.duckdb*")) / 1e9
            rate = options.gigabytes * 1000 / took
            print(f"{options.gigabytes:g} GB of {options.format}, {rows:,} rows in {took:.0f} s: {rate:.1f} MB/s")
            print(f"the server took {idle:.0f} MB before, {watch.most:.0f} MB at most; its database has {size:.2f} GB")
            print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
