"""When copies run: cron, in UTC, so that no change of clocks moves or doubles a run.

Runs that were missed, since no server was up or the one before took long, are made up for by one run, which gets the
time of the last that was missed. What is missed during a pause is not made up for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from croniter import croniter

from tinylite.workspace.store import Store

Fire = Callable[[str, datetime], None]
"""Gets the pipe, and the moment that the schedule says."""
_LONGEST_WAIT = 60.0
"""Seconds: the clock of the machine may be set meanwhile."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`last` is the moment up to which nothing is due, `next` the one when something is."""

    pipe: str
    cron: str
    last: datetime
    paused: bool
    next: datetime


def _entry(pipe: str, cron: str, last: datetime, paused: bool) -> Entry:
    return Entry(pipe, cron, last, paused, croniter(cron, last).get_next(datetime))


class Schedule:
    """Survives a restart. `tick` does what is due; a thread calls it after `start`."""

    def __init__(self, store: Store, fire: Fire, now: Callable[[], datetime] | None = None) -> None:
        self._store = store
        self._fire = fire
        self._now = now or (lambda: datetime.now(UTC))
        self._changed = threading.Condition()
        self._entries = {entry.pipe: entry for entry in _stored(store)}
        self._thread: threading.Thread | None = None
        self._closing = False

    # -- from any thread --------------------------------------------------------------------------------------------

    def set(self, crons: Mapping[str, str]) -> None:
        """The pipes that run by themselves from now on. One whose cron is the same goes on where it was."""
        with self._changed:
            for pipe in self._entries.keys() - crons.keys():
                del self._entries[pipe]
                self._store.write(("DELETE FROM schedules WHERE pipe = ?", [pipe]))
            known = self._entries
            fresh = [pipe for pipe, cron in crons.items() if pipe not in known or known[pipe].cron != cron]
            paused = {pipe for pipe, entry in known.items() if entry.paused}
            self._keep(*(_entry(pipe, crons[pipe], self._moment(), pipe in paused) for pipe in fresh))
            self._changed.notify_all()

    def entry(self, pipe: str) -> Entry | None:
        with self._changed:
            return self._entries.get(pipe)

    def pause(self, pipe: str, paused: bool) -> bool:
        """Whether there is such a schedule."""
        with self._changed:
            entry = self._entries.get(pipe)
            if entry is None:
                return False
            if entry.paused != paused:
                self._keep(_entry(pipe, entry.cron, self._moment(), paused))
                self._changed.notify_all()
            return True

    def tick(self) -> None:
        """Fires what is due. A pipe fires before its place is kept: after a crash in between it does so again, for the
        same moment.
        """
        with self._changed:
            now = self._moment()
            fired = []
            for entry in self._entries.values():
                if not entry.paused and entry.next <= now:
                    due = _last_until(entry.cron, now)
                    self._fire(entry.pipe, due)
                    fired.append(_entry(entry.pipe, entry.cron, due, False))
            self._keep(*fired)

    def start(self) -> None:
        """Only the first call does anything."""
        with self._changed:
            if self._thread is None and not self._closing:
                self._thread = threading.Thread(target=self._run, name="tinylite-schedule", daemon=True)
                self._thread.start()

    def close(self) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    # -- the thread -------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        with self._changed:
            while not self._closing:
                self.tick()
                self._changed.wait(self._rest())

    def _rest(self) -> float:
        """Seconds until something may be due."""
        waits = [(entry.next - self._moment()).total_seconds() for entry in self._entries.values() if not entry.paused]
        return max(0.0, min([_LONGEST_WAIT, *waits]))

    def _moment(self) -> datetime:
        """In UTC: cron's hours are those of the zone."""
        return self._now().astimezone(UTC)

    def _keep(self, *entries: Entry) -> None:
        self._entries |= {entry.pipe: entry for entry in entries}
        insert = "INSERT OR REPLACE INTO schedules (pipe, cron, last, paused) VALUES (?, ?, ?, ?)"
        values = ([entry.pipe, entry.cron, entry.last.isoformat(" "), int(entry.paused)] for entry in entries)
        if entries:
            self._store.write(*((insert, row) for row in values))


def _last_until(cron: str, now: datetime) -> datetime:
    """The last moment of a schedule that is not after `now`."""
    moment: datetime = croniter(cron, now + timedelta(microseconds=1)).get_prev(datetime)
    return moment


def _stored(store: Store) -> Iterator[Entry]:
    for pipe, cron, last, paused in store.rows("SELECT pipe, cron, last, paused FROM schedules"):
        yield _entry(str(pipe), str(cron), datetime.fromisoformat(str(last)), bool(paused))
