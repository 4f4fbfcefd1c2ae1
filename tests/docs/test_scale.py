"""The page on scale has the figures and plots that its simulation gives."""

from __future__ import annotations

import pytest

from benchmarks.queueing import Simulation, Station
from benchmarks.scale import DOCS, TABLES, plots, written

PAGE = (DOCS / "scale.md").read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_simulation() -> None:
    assert all(PAGE.count(f"<!-- {name} -->") == 1 for name in TABLES)
    assert written(PAGE) == PAGE, "python -m benchmarks.scale --write"


def test_the_plots_are_those_of_the_simulation() -> None:
    found = plots()
    assert {name: (DOCS / name).read_text(encoding="utf-8") == content for name, content in found.items()} == (
        dict.fromkeys(found, True)
    ), "python -m benchmarks.scale --write"
    assert all(f"]({name})" in PAGE for name in found)


@pytest.mark.parametrize(("servers", "ends"), [(1, [2.0, 3.0, 4.0]), (2, [2.0, 1.5, 2.5])])
def test_a_station_serves_in_the_order_of_coming(servers: int, ends: list[float]) -> None:
    simulation, told = Simulation(), dict[int, float]()
    station = Station(simulation, servers)
    for number, (at, seconds) in enumerate([(0.0, 2.0), (0.5, 1.0), (1.0, 1.0)]):

        def arrive(now: float, number: int = number, seconds: float = seconds) -> None:
            station.take(now, seconds, lambda end: told.update({number: end}))

        simulation.at(at, arrive)
    simulation.run()
    assert [told[number] for number in range(3)] == ends
    assert (station.inside, station.worked) == (0, 4.0)
