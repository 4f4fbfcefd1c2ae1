"""Copies by the clock: exactly when cron says, over changes of clocks and restarts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.workspace.projects import ask, project, workspace
from tinylite.workspace.schedule import Schedule
from tinylite.workspace.store import Store

START = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
Fired = list[tuple[str, datetime]]


class Clock:
    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def scheduled(folder: Path, clock: Clock, fired: Fired) -> Iterator[Schedule]:
    store = Store(folder / "control.sqlite")
    schedule = Schedule(store, lambda pipe, due: fired.append((pipe, due)), clock)
    try:
        yield schedule
    finally:
        schedule.close()
        store.close()


def at(hour: int, minute: int = 0, day: int = 28) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def test_a_copy_fires_once_at_each_moment_of_its_cron(tmp_path: Path) -> None:
    clock, fired = Clock(), Fired()
    with scheduled(tmp_path, clock, fired) as schedule:
        schedule.set({"hourly": "0 * * * *"})
        for _ in range(4 * 60):
            clock.now += timedelta(seconds=30)
            schedule.tick()
    assert fired == [("hourly", at(13)), ("hourly", at(14))]


def test_what_was_missed_is_made_up_for_by_one_run(tmp_path: Path) -> None:
    clock, fired = Clock(), Fired()
    with scheduled(tmp_path, clock, fired) as schedule:
        schedule.set({"hourly": "0 * * * *"})
    clock.now = at(17, 25)
    with scheduled(tmp_path, clock, fired) as schedule:
        schedule.set({"hourly": "0 * * * *"})
        schedule.tick()
        schedule.tick()
    assert fired == [("hourly", at(17))]


def test_what_a_pause_leaves_out_is_not_made_up_for(tmp_path: Path) -> None:
    clock, fired = Clock(), Fired()
    with scheduled(tmp_path, clock, fired) as schedule:
        schedule.set({"hourly": "0 * * * *"})
        assert schedule.pause("hourly", True)
        clock.now = at(15, 30)
        schedule.tick()
    with scheduled(tmp_path, clock, fired) as schedule:
        schedule.set({"hourly": "0 * * * *"})
        schedule.tick()
        schedule.pause("hourly", False)
        schedule.tick()
        clock.now = at(16)
        schedule.tick()
        assert not schedule.pause("unknown", True)
    assert fired == [("hourly", at(16))]


def test_another_cron_begins_anew_and_a_pipe_that_is_gone_never_fires(tmp_path: Path) -> None:
    clock, fired = Clock(), Fired()
    with scheduled(tmp_path, clock, fired) as schedule:
        schedule.set({"a": "0 * * * *", "b": "0 * * * *"})
        clock.now = at(13, 10)
        schedule.set({"a": "30 * * * *"})
        clock.now = at(13, 45)
        schedule.tick()
    assert fired == [("a", at(13, 30))]


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe"])
def test_no_change_of_clocks_moves_or_doubles_a_run(tmp_path: Path, zone: str) -> None:
    year = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(365 * 24)]
    offsets = [hour.astimezone(ZoneInfo(zone)).utcoffset() for hour in year]
    turns = [hour for hour, (before, after) in zip(year, pairwise(offsets), strict=False) if before != after]
    assert len(turns) == 2
    for turn in turns:
        clock, fired = Clock((turn - timedelta(hours=6)).astimezone(ZoneInfo(zone))), Fired()
        with scheduled(tmp_path, clock, fired) as schedule:
            schedule.set({zone: "15 * * * *"})
            for _ in range(12 * 60):
                clock.now = (clock.now.astimezone(UTC) + timedelta(minutes=1)).astimezone(ZoneInfo(zone))
                schedule.tick()
            schedule.set({})
        hours = [moment for _, moment in fired]
        assert len(hours) == 12
        assert {after - before for before, after in pairwise(hours)} == {timedelta(hours=1)}


def test_a_thousand_copies_fire_exactly_when_cron_says_over_a_restart(tmp_path: Path) -> None:
    """Every copy has a minute of its own in each hour or day; the server ends in the middle of it all."""
    chance = random.Random(6)
    crons = {
        f"copy_{n}": f"{chance.randrange(60)} {chance.choice(['*', chance.randrange(24)])} * * *" for n in range(1000)
    }
    clock, fired = Clock(), Fired()
    for _ in range(2):
        with scheduled(tmp_path, clock, fired) as schedule:
            schedule.set(crons)
            for _ in range(150):
                clock.now += timedelta(minutes=1)
                schedule.tick()
    minutes = [START + timedelta(minutes=minute) for minute in range(1, 301)]

    def is_due(cron: str, moment: datetime) -> bool:
        minute, hour = cron.split()[:2]
        return moment.minute == int(minute) and hour in ("*", str(moment.hour))

    expected = [(name, moment) for moment in minutes for name, cron in crons.items() if is_due(cron, moment)]
    assert sorted(fired) == sorted(expected)
    assert len(expected) > 2000


def test_by_its_schedule_a_copy_gets_the_moment_that_was_due(tmp_path: Path) -> None:
    files = {
        "kept.datasource": "SCHEMA >\n    at DateTime\n",
        "stamp.pipe": "NODE stamps\nSQL >\n    %\n    SELECT toDateTime({{DateTime(job_timestamp)}}) AS at\n"
        "TYPE copy\nTARGET_DATASOURCE kept\nCOPY_SCHEDULE 0 * * * *\n",
    }
    with workspace(tmp_path) as opened:
        assert opened.build(project(tmp_path, files)).errors == []
        opened.background.jobs.start()
        opened.background._fire("stamp", at(13))
        opened.background._fire("stamp", at(13))
        (job,) = opened.background.jobs.all()
        assert opened.background.jobs.wait(job.id, 30).status == "done"
        assert ask(opened, "SELECT toString(at) FROM kept") == [("2026-03-28 13:00:00",)]


@pytest.mark.parametrize("cron", ["61 * * * *", "every day", "0 0 31 2 *"])
def test_what_is_no_schedule_is_a_fault_of_the_file(tmp_path: Path, cron: str) -> None:
    files = {
        "kept.datasource": "SCHEMA >\n    n UInt8\n",
        "one.pipe": f"NODE ones\nSQL >\n    SELECT 1 AS n\nTYPE copy\nTARGET_DATASOURCE kept\nCOPY_SCHEDULE {cron}\n",
    }
    with workspace(tmp_path) as opened:
        (fault,) = opened.build(project(tmp_path, files)).errors
        assert (fault.code, fault.message) == ("TL107", f"{cron} is no schedule")
