"""Kills a server again and again while eight writers send, and then compares what was acknowledged with what is there.

The writers send single events and batches, good ones and bad ones, with and without idempotency keys; merges run, files
of the project are saved, versions are deployed. At the end every acknowledged event is present exactly once, in the
table or in its quarantine; of the others none is there twice; none is there that was not sent; and what the views made
agrees with what they were made of.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from tinylite.cli import server_file

WRITERS = 8
_SPAN = 10_000_000
"""Numbers of one writer."""
_DEADLINE = 90.0
FILES = {
    "events.datasource": (
        "SCHEMA >\n    `id` UInt32 `json:$.id`,\n    `writer` UInt8 `json:$.writer`,\n    `text` String `json:$.text`\n"
        'ENGINE_SORTING_KEY "id"\n'
    ),
    "counted.datasource": (
        "SCHEMA >\n    `writer` UInt8,\n    `events` SimpleAggregateFunction(sum, UInt64),\n"
        "    `ids` SimpleAggregateFunction(sum, UInt64)\n"
        'ENGINE "AggregatingMergeTree"\nENGINE_SORTING_KEY "writer"\n'
    ),
    "latest.datasource": (
        'SCHEMA >\n    `writer` UInt8,\n    `id` UInt32\nENGINE "ReplacingMergeTree"\nENGINE_VER "id"\n'
        'ENGINE_SORTING_KEY "writer"\n'
    ),
    "count.pipe": (
        "NODE n\nSQL >\n    SELECT writer, count() AS events, sum(id) AS ids FROM events GROUP BY writer\n"
        "TYPE materialized\nDATASOURCE counted\n"
    ),
    "newest.pipe": (
        "NODE n\nSQL >\n    SELECT writer, max(id) AS id FROM events GROUP BY writer\n"
        "TYPE materialized\nDATASOURCE latest\n"
    ),
}
WIDE = FILES["events.datasource"].replace("$.text`", "$.text`,\n    `more` Nullable(String) `json:$.more`")


@dataclass
class Sent:
    """Events by what is known of them. A request is in one of the lists as a whole."""

    good: set[int] = field(default_factory=set)
    """Acknowledged, and counted as successful."""
    bad: set[int] = field(default_factory=set)
    """Acknowledged, and counted as quarantined."""
    unknown: list[tuple[list[int], list[int]]] = field(default_factory=list)
    """Requests without an answer: their good events and their bad ones."""
    wrong: list[str] = field(default_factory=list)
    """Answers that no server may give."""


class Server:
    """`tinylite dev` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.log = (folder / "server.log").open("ab")
        command = [sys.executable, "-m", "tinylite", "dev", str(folder), "--port", "0"]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        until = time.monotonic() + _DEADLINE
        while (running := self._running()) is None:
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < until, "the server did not start in time\n" + self.said()
            time.sleep(0.01)
        parts = urlsplit(running.url)
        self.host, self.port, self.token = str(parts.hostname), int(parts.port or 0), running.token

    def _running(self) -> server_file.Running | None:
        found = server_file.read(self._folder / ".tinylite")
        return found if found is not None and found.pid == self.process.pid else None

    def said(self) -> str:
        return (self._folder / "server.log").read_text(errors="replace")[-4000:]

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.host, self.port, timeout=_DEADLINE)

    def query(self, sql: str) -> list[list[object]]:
        path = f"/v0/sql?q={quote(sql + ' FORMAT JSONCompact')}"
        with closing(self.connection()) as connection:
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
            answer = connection.getresponse()
            body = answer.read()
        assert answer.status == 200, body
        rows: list[list[object]] = json.loads(body)["data"]
        return rows

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.log.close()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(_DEADLINE)
        self.log.close()


class Writer(threading.Thread):
    """Sends until it is told to stop; what has no answer and has a key is sent again to the next server."""

    def __init__(self, number: int, seed: int) -> None:
        super().__init__(daemon=True)
        self.number = number
        self.sent = Sent()
        self._random = random.Random(seed * 100 + number)
        self._next = number * _SPAN + 1
        self.server: Server | None = None
        self.changed = threading.Condition()
        self.closing = False

    def run(self) -> None:
        with ExitStack() as connections:
            self._send_all(connections)

    def _send_all(self, connections: ExitStack) -> None:
        again: tuple[bytes, list[int], list[int], str, str] | None = None
        connection: http.client.HTTPConnection | None = None
        used: Server | None = None
        while True:
            with self.changed:
                while self.server is None and not self.closing:
                    self.changed.wait()
                server = self.server
            if server is None or (self.closing and again is None):
                return
            if server is not used or connection is None:
                connections.close()
                connection, used = connections.enter_context(closing(server.connection())), server
            body, good, bad, key, wait = again or self._request()
            try:
                connection.request("POST", f"/v0/events?name=events{wait}", body, {
                    "Authorization": f"Bearer {server.token}", **({"Idempotency-Key": key} if key else {}),
                })  # fmt: skip
                answer = connection.getresponse()
                text = answer.read()
            except (OSError, http.client.HTTPException):
                connection = None
                again = (body, good, bad, key, wait) if key else None
                if not key:
                    self.sent.unknown.append((good, bad))
                with self.changed:
                    if self.server is server and server.process.poll() is not None:
                        self.server = None
                continue
            again = self._note(answer.status, text, (body, good, bad, key, wait))

    def _note(
        self, status: int, text: bytes, asked: tuple[bytes, list[int], list[int], str, str]
    ) -> tuple[bytes, list[int], list[int], str, str] | None:
        _, good, bad, _, _ = asked
        if status == 503:
            time.sleep(0.05)
            return asked
        counts = json.loads(text) if status in (200, 202) else {}
        if counts != {"successful_rows": len(good), "quarantined_rows": len(bad)}:
            self.sent.wrong.append(f"{status} {text!r} for {len(good)} good and {len(bad)} bad events")
            return None
        self.sent.good.update(good)
        self.sent.bad.update(bad)
        return None

    def _request(self) -> tuple[bytes, list[int], list[int], str, str]:
        choose = self._random.random
        size = 1 if choose() < 0.6 else self._random.choice([2, 10, 100, 2000])
        good, bad, lines = [], [], []
        for _ in range(size):
            id, self._next = self._next, self._next + 1
            if choose() < 0.03:
                bad.append(id)
                lines.append(f'{{"id":"bad {id}","writer":{self.number},"text":"x"}}')
            else:
                good.append(id)
                lines.append(f'{{"id":{id},"writer":{self.number},"text":"{"x" * self._random.randrange(60)}"}}')
        key = f"{self.number}-{lines[0][6:20]}" if choose() < 0.5 else ""
        return "\n".join(lines).encode(), good, bad, key, "&wait=true" if choose() < 0.1 else ""


@dataclass(frozen=True)
class Outcome:
    kills: int
    acknowledged: int
    quarantined: int
    unknown: int
    faults: list[str]


def torture(
    folder: Path,
    kills: int,
    seed: int,
    *,
    longest: float = 1.0,
    told: Callable[[str], None] = print,
    stop: Callable[[], bool] = lambda: False,
) -> Outcome:
    """`longest` is in seconds of a server's life from when it answers. Ends early when `stop` says so."""
    for name, text in FILES.items():
        (folder / name).write_text(text)
    chance = random.Random(seed)
    writers = [Writer(number, seed) for number in range(1, WRITERS + 1)]
    for writer in writers:
        writer.start()
    done = 0
    for number in range(1, kills + 1):
        if stop():
            break
        server = Server(folder)
        _give(writers, server)
        disturber = threading.Thread(
            target=_disturb, args=(server, folder, random.Random(chance.random())), daemon=True
        )
        disturber.start()
        time.sleep(chance.uniform(0.02, longest))
        server.kill()
        disturber.join()
        done = number
        if number % 10 == 0:
            told(f"{number} kills, {sum(len(writer.sent.good) for writer in writers):,} events acknowledged")
    server = Server(folder)
    _give(writers, server, closing=True)
    for writer in writers:
        writer.join()
    faults = list(_faults(server, [writer.sent for writer in writers]))
    server.stop()
    sent = [writer.sent for writer in writers]
    return Outcome(
        done,
        sum(len(each.good) for each in sent),
        sum(len(each.bad) for each in sent),
        sum(len(good) + len(bad) for each in sent for good, bad in each.unknown),
        faults,
    )


def _give(writers: list[Writer], server: Server, *, closing: bool = False) -> None:
    for writer in writers:
        with writer.changed:
            writer.server, writer.closing = server, closing
            writer.changed.notify()


def _disturb(server: Server, folder: Path, chance: random.Random) -> None:
    """Saves a file of the project, or deploys a version, in the middle of it all."""
    what = chance.random()
    if what < 0.4:
        return
    time.sleep(chance.uniform(0.0, 0.3))
    wanted = chance.choice([WIDE, FILES["events.datasource"]])
    if what < 0.7:
        (folder / "events.datasource").write_text(wanted)
        return
    files = {**FILES, "events.datasource": wanted.replace('"id"', chance.choice(['"id"', '"writer, id"']))}
    try:
        _deploy(server, files)
    except (OSError, http.client.HTTPException):
        return


def _deploy(server: Server, files: dict[str, str]) -> None:
    edge = "a-line-that-is-in-no-file"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="data_project://"; filename="{name}"\r\n'
        f"Content-Type: text/plain\r\n\r\n{text}\r\n"
        for name, text in files.items()
    ]
    with closing(server.connection()) as connection:
        connection.request(
            "POST", "/v1/deploy?auto_promote=true&allow_destructive_operations=true",
            ("".join(parts) + f"--{edge}--\r\n").encode(),
            {"Authorization": f"Bearer {server.token}", "Content-Type": f"multipart/form-data; boundary={edge}"},
        )  # fmt: skip
        connection.getresponse().read()


def _faults(server: Server, sent: list[Sent]) -> Iterator[str]:
    for each in sent:
        yield from each.wrong
    table = Counter(int(str(id)) for (id,) in _all(server, "SELECT id FROM events"))
    kept = Counter(int(str(id).removeprefix("bad ")) for (id,) in _all(server, "SELECT id FROM events_quarantine"))
    good, bad = set().union(*(each.good for each in sent)), set().union(*(each.bad for each in sent))
    unknown = [request for each in sent for request in each.unknown]
    maybe = {id for found, _ in unknown for id in found}, {id for _, found in unknown for id in found}
    yield from _listed("were acknowledged and are lost", (good - table.keys()) | (bad - kept.keys()))
    yield from _listed("are there more than once", {id for id, n in (table + kept).items() if n > 1})
    yield from _listed(
        "are there and were never sent", (table.keys() - good - maybe[0]) | (kept.keys() - bad - maybe[1])
    )
    for found, refused in unknown:
        there = sum(id in table for id in found) + sum(id in kept for id in refused)
        if there not in (0, len(found) + len(refused)):
            yield f"{there} events of a request with {len(found) + len(refused)} are there: it was torn"
    made = server.query("SELECT writer, sum(events), sum(ids) FROM counted GROUP BY writer ORDER BY writer")
    whole = server.query("SELECT writer, count(), sum(id) FROM events GROUP BY writer ORDER BY writer")
    if made != whole:
        yield f"the view counted {made}, the events are {whole}"
    newest = server.query("SELECT writer, max(id) FROM latest GROUP BY writer ORDER BY writer")
    if newest != server.query("SELECT writer, max(id) FROM events GROUP BY writer ORDER BY writer"):
        yield f"the newest events of writers are not {newest}"


def _all(server: Server, sql: str) -> list[list[object]]:
    rows: list[list[object]] = []
    while page := server.query(f"{sql} ORDER BY id LIMIT 200000 OFFSET {len(rows)}"):
        rows += page
        if len(page) < 200_000:
            break
    return rows


def _listed(what: str, ids: set[int]) -> Iterator[str]:
    if ids:
        yield f"{len(ids)} events {what}: {sorted(ids)[:20]}"


def seed_of_today() -> int:
    return int.from_bytes(os.urandom(4), "little")
