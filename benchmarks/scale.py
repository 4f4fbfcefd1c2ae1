"""What one machine takes, and what 10 and 100 would: queues simulated with the service times that were measured.

    python -m benchmarks.scale            prints the tables of docs/scale.md
    python -m benchmarks.scale --write    writes them, and the plots, into docs

Nothing is measured here, and no server runs. The seed is fixed, so the same program gives the same figures.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path

from benchmarks.plot import Axis, Line, chart
from benchmarks.queueing import Simulation, Station, quantile

SEED = 7
REQUESTS = 20_000
WARM = 0.1
"""Of the requests at the beginning, which find queues still empty and are not counted."""
DOCS = Path(__file__).parents[1] / "docs"

# Measured: docs/benchmarks.md and docs/architecture.md. In seconds of one core, of two.
CORES = 2
KEPT = 30e-6
"""A kept answer."""
ANSWER = 490e-6
"""A trivial answer that is not kept, all of it."""
ENGINE = 125e-6
"""Of which the engine takes; the rest is the front's, whatever the engine."""
FRONT = ANSWER - ENGINE
EVENT = 49e-6
"""A single event, on the event loop, of which there is one."""
BODY_RATE = 25e6
"""Bytes a second of bodies of 1,000 events, loaded."""
EVENT_BYTES = 383
LOAD = 4e-3
"""What a load of a batch takes however small it is."""

# Assumed: not measured by us. What they are changes the figures, not how they go with the number of machines.
DASHBOARD = 20e-3
"""A dashboard's query on one shard."""
SYNC = 1e-3
"""fdatasync of a log."""
SHARD_CORES = 8
ROUND_TRIP = 0.5e-3
"""From a front to a shard and back."""
FIXED = 5e-3
"""Of a query on a shard, however little it reads."""
SCAN = 1.0
"""What a large query reads, in seconds of one shard that has all rows."""
SPREAD = 0.3
"""Of the time of a shard: the deviation of its logarithm."""
STRAGGLER, STRAGGLES = 0.01, 5.0
"""So many answers of a shard take so many times longer: a merge, a page not in memory."""
INSERT, INSERT_RATE = 20e-3, 100e6
"""A block into a shard, and its bytes a second."""

Draw = Callable[[random.Random], float]


def _counted(latencies: Sequence[float]) -> Sequence[float]:
    return latencies[int(len(latencies) * WARM) :]


# -- one machine ------------------------------------------------------------------------------------------------------


@cache
def one_machine(rate: float, kept: float, long: float = 0.0, lanes: bool = True) -> tuple[float, float]:
    """p50 and p99 of short questions, in seconds, at so many a second. `kept` of them find their answer kept, `long` of
    all are dashboards, which have a lane of their own with `lanes`.
    """
    draw = random.Random(SEED)
    simulation = Simulation()
    share = CORES // 2 if lanes and long else CORES
    quick, slow = Station(simulation, share), Station(simulation, CORES - share)
    short: list[float] = []
    now = 0.0
    for _ in range(REQUESTS):
        now += draw.expovariate(rate)
        is_long, is_kept = draw.random() < long, draw.random() < kept
        seconds = DASHBOARD * _noise(draw) if is_long else KEPT if is_kept else ANSWER * _noise(draw)
        station = slow if is_long and lanes else quick

        def arrive(at: float, seconds: float = seconds, is_long: bool = is_long, station: Station = station) -> None:
            station.take(at, seconds, partial(_note, [] if is_long else short, at))

        simulation.at(now, arrive)
    simulation.run()
    counted = _counted(short)
    return quantile(counted, 0.5), quantile(counted, 0.99)


def _note(into: list[float], since: float, now: float) -> None:
    into.append(now - since)


def _noise(draw: random.Random) -> float:
    """Around 1, its mean."""
    return math.exp(draw.gauss(-SPREAD * SPREAD / 2, SPREAD))


def most(holds: Callable[[float], bool], start: float) -> float:
    """The largest rate that something holds for, to about three hundredths."""
    low, high = start, start
    while holds(high):
        low, high = high, high * 2
    while high - low > 0.03 * low:
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def machine_table() -> list[list[str]]:
    rows = []
    for kept in (0.0, 0.5, 0.9, 0.99):
        capacity = CORES / (kept * KEPT + (1 - kept) * ANSWER)
        rate = most(lambda rate, kept=kept: one_machine(rate, kept)[1] < 0.005, 500)
        rows.append([f"{kept:.0%}", _round(capacity), _round(rate), f"{rate / capacity:.0%}"])
    return rows


def lanes_table() -> list[list[str]]:
    rows = []
    for long in (0.0, 0.01, 0.02, 0.03):
        with_lanes, without = (one_machine(1000, 0.0, long, lanes) for lanes in (True, False))
        rows.append([f"{long:.0%}", *(f"{seconds * 1000:.1f}" for seconds in (*without, *with_lanes))])
    return rows


# -- fronts over ClickHouse -------------------------------------------------------------------------------------------


@cache
def fronts(count: int, load: float, routing: str) -> tuple[float, float]:
    """p50 and p99 in seconds that a question spends in a front, waiting and worked at; ClickHouse's time comes on top.
    Each front has two cores, and so large a share of them in use.
    """
    draw = random.Random(SEED)
    simulation = Simulation()
    stations = [Station(simulation, CORES) for _ in range(count)]
    rate = count * CORES * load / FRONT
    latencies: list[float] = []
    now = 0.0
    for number in range(REQUESTS):
        now += draw.expovariate(rate)
        seconds, two = FRONT * _noise(draw), (draw.randrange(count), draw.randrange(count))

        def arrive(at: float, seconds: float = seconds, number: int = number, two: tuple[int, int] = two) -> None:
            if routing == "in turn":
                front = stations[number % count]
            elif routing == "the idler of two":
                front = min((stations[each] for each in two), key=lambda each: each.inside)
            else:
                front = stations[two[0]]
            front.take(at, seconds, partial(_note, latencies, at))

        simulation.at(now, arrive)
    simulation.run()
    counted = _counted(latencies)
    return quantile(counted, 0.5), quantile(counted, 0.99)


ROUTINGS = ("by chance", "in turn", "the idler of two")


def fronts_table() -> list[list[str]]:
    rows = []
    for count in (1, 10, 100):
        rate = _round(count * CORES * 0.7 / FRONT)
        found = [f"{seconds * 1000:.2f}" for routing in ROUTINGS for seconds in fronts(count, 0.7, routing)]
        rows.append([str(count), rate, *found])
    return rows


# -- shards -----------------------------------------------------------------------------------------------------------


@cache
def shards(count: int, scan: float) -> tuple[float, float]:
    """p50 and p99 of a question that every shard answers for its share: the last one ends it."""
    draw = random.Random(SEED)
    answers = max(2_000, REQUESTS // max(1, count // 10))
    latencies = [
        ROUND_TRIP + max(_of_shard(draw, scan / count) for _ in range(count)) for _ in range(min(answers, 5_000))
    ]
    return quantile(latencies, 0.5), quantile(latencies, 0.99)


def _of_shard(draw: random.Random, scan: float) -> float:
    slow = STRAGGLES if draw.random() < STRAGGLER else 1.0
    return (FIXED + scan) * _noise(draw) * slow


def shards_table() -> list[list[str]]:
    rows = []
    for count in (1, 3, 10, 30, 100):
        large, small = shards(count, SCAN), shards(count, 0.0)
        work = (FIXED + SCAN / count) * count / (FIXED + SCAN)
        rows.append([str(count), *(f"{seconds * 1000:.0f}" for seconds in (*large, *small)), f"{work:.2f}"])
    return rows


# -- events -----------------------------------------------------------------------------------------------------------


@cache
def acknowledged(rate: float) -> tuple[float, float]:
    """p50 and p99 in seconds until a single event is acknowledged, at so many a second at one front: the event loop
    takes it, and one sync serves all who wait.
    """
    draw = random.Random(SEED)
    simulation = Simulation()
    loop = Station(simulation, 1)
    latencies: list[float] = []
    waiting: list[float] = []
    is_syncing = False

    def sync(now: float) -> None:
        nonlocal is_syncing, waiting
        group, waiting = waiting, []
        is_syncing = bool(group)
        if group:
            simulation.at(now + SYNC * _noise(draw), partial(synced, group))

    def synced(group: list[float], now: float) -> None:
        latencies.extend(now - since for since in group)
        sync(now)

    def logged(since: float, now: float) -> None:
        waiting.append(since)
        if not is_syncing:
            sync(now)

    now = 0.0
    for _ in range(REQUESTS):
        now += draw.expovariate(rate)
        simulation.at(now, lambda at: loop.take(at, EVENT, partial(logged, at)))
    simulation.run()
    counted = _counted(latencies)
    return quantile(counted, 0.5), quantile(counted, 0.99)


def events_table() -> list[list[str]]:
    return [
        [_round(rate), *(f"{seconds * 1000:.1f}" for seconds in acknowledged(rate))]
        for rate in (1_000, 5_000, 10_000, 15_000, 18_000)
    ]


@cache
def freshness(count: int, interval: float, nodes: int) -> tuple[float, float, float]:
    """p50 and p99 in seconds until an event can be read in ClickHouse, and the blocks a second that a shard gets of one
    data source. Each front sends what it has every `interval`, to the shards in turn.
    """
    draw = random.Random(SEED)
    simulation = Simulation()
    servers = [Station(simulation, SHARD_CORES // 2) for _ in range(nodes)]
    rate = 5_000.0
    """Events a second at each front."""
    latencies: list[float] = []
    rounds = max(4, min(200, int(2_000 / count)))
    for front in range(count):
        phase = draw.random() * interval
        for number in range(rounds):
            sent = phase + (number + 1) * interval
            seconds = (INSERT + rate * interval * EVENT_BYTES / INSERT_RATE) * _noise(draw)
            ages = [draw.random() * interval for _ in range(5)]

            def send(
                at: float, seconds: float = seconds, ages: Sequence[float] = tuple(ages), to: int = front + number
            ) -> None:
                def written(now: float) -> None:
                    latencies.extend(now - at + age + LOAD for age in ages)

                servers[to % nodes].take(at + ROUND_TRIP, seconds, written)

            simulation.at(sent, send)
    simulation.run()
    return quantile(latencies, 0.5), quantile(latencies, 0.99), count / interval / nodes


INTERVALS = (0.1, 1.0, 10.0)


def freshness_table() -> list[list[str]]:
    rows = []
    for count, nodes in ((1, 1), (10, 3), (100, 30)):
        for interval in INTERVALS:
            p50, p99, blocks = freshness(count, interval, nodes)
            shown = f"{blocks:.0f}" if blocks >= 1 else f"{blocks:.1f}"
            rows.append([str(count), str(nodes), f"{interval:g}", f"{p50:.2f}", f"{p99:.2f}", shown])
    return rows


# -- tables and plots -------------------------------------------------------------------------------------------------


def _round(value: float) -> str:
    """Two digits tell enough."""
    digits = max(0, math.floor(math.log10(value)) - 1)
    return f"{round(value / 10**digits) * 10**digits:,}"


_MS = "p50 ms", "p99 ms"
TABLES: dict[str, Callable[[], str]] = {
    "one machine": lambda: _markdown(
        ["answers kept", "requests/s in all", "requests/s with a p99 under 5 ms", "of all"], machine_table()
    ),
    "lanes": lambda: _markdown(
        ["dashboards among them", "one line: p50 ms", "p99 ms", "two lanes: p50 ms", "p99 ms"], lanes_table()
    ),
    "fronts": lambda: _markdown(
        ["fronts", "requests/s", *(f"{routing}: {each}" for routing in ROUTINGS for each in _MS)], fronts_table()
    ),
    "shards": lambda: _markdown(
        ["shards", "large: p50 ms", "p99 ms", "small: p50 ms", "p99 ms", "work for a large one"], shards_table()
    ),
    "events": lambda: _markdown(["events/s at a front", *_MS], events_table()),
    "freshness": lambda: _markdown(
        ["fronts", "shards", "sent every s", "seen after: p50 s", "p99 s", "blocks/s a shard"], freshness_table()
    ),
}


def _markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---:"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plots() -> dict[str, str]:
    """SVG by the name of the file."""
    rates = [500 * step for step in range(1, 9)]
    kept = [(f"{share:.0%} kept", share) for share in (0.0, 0.5, 0.9)]
    machine = [Line(name, [(rate, one_machine(rate, share)[1] * 1000) for rate in rates]) for name, share in kept]
    loads = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9)
    routed = [
        Line(f"{count} fronts, {routing}", [(load * 100, fronts(count, load, routing)[1] * 1000) for load in loads])
        for count, routing in ((1, "in turn"), (100, "by chance"), (100, "in turn"), (100, "the idler of two"))
    ]
    counts = (1, 2, 3, 5, 10, 20, 30, 50, 100)
    parted = [
        Line(name, [(count, shards(count, scan)[place] * 1000) for count in counts])
        for name, scan, place in (
            ("large, p50", SCAN, 0), ("large, p99", SCAN, 1), ("small, p50", 0.0, 0), ("small, p99", 0.0, 1),
        )
    ]  # fmt: skip
    thousands = [float(rate) for rate in range(1_000, 19_000, 1_000)]
    events = [
        Line(name, [(rate / 1000, acknowledged(rate)[place] * 1000) for rate in thousands])
        for place, name in enumerate(("p50", "p99"))
    ]
    return {
        "scale-machine.svg": chart(
            "One machine: p99 by load", Axis("requests/s", [0, 1000, 2000, 3000, 4000]),
            Axis("ms", [0, 2, 4, 6, 8, 10]), machine,
        ),
        "scale-fronts.svg": chart(
            "Time in a front: p99 by load and routing", Axis("% of the cores in use", [30, 50, 70, 90]),
            Axis("ms", [0, 1, 2, 3, 4]), routed,
        ),
        "scale-shards.svg": chart(
            "A question over all shards", Axis("shards", [1, 3, 10, 30, 100], log=True),
            Axis("ms", [1, 10, 100, 1000, 10000], log=True), parted,
        ),
        "scale-events.svg": chart(
            "Single events at one front: until they are acknowledged", Axis("thousand events/s", [0, 5, 10, 15, 20]),
            Axis("ms", [0, 1, 2, 3, 4, 5]), events,
        ),
    }  # fmt: skip


def written(page: str) -> str:
    """The page with the tables as they are now."""
    for name, table in TABLES.items():
        start, end = f"<!-- {name} -->\n", f"\n<!-- end of {name} -->"
        before, _, rest = page.partition(start)
        _, _, after = rest.partition(end)
        page = before + start + table() + end + after
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description="Simulates one machine, ten and a hundred.")
    parser.add_argument("--write", action="store_true", help="write the tables and plots into docs")
    if not parser.parse_args().write:
        for name, table in TABLES.items():
            print(f"{name}\n{table()}\n")
        return
    page = DOCS / "scale.md"
    page.write_text(written(page.read_text(encoding="utf-8")), encoding="utf-8")
    for name, content in plots().items():
        (DOCS / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
