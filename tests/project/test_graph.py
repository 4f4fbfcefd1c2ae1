"""How nodes and data sources hang together."""

from __future__ import annotations

from pathlib import Path

from tests.project.folder import EVENTS, node, project
from tinylite.project import Library
from tinylite.project.graph import cycles, dependencies, downstream, in_order, reads


def test_what_is_read_comes_first(tmp_path: Path) -> None:
    library = Library(
        project(
            tmp_path,
            {
                "events.datasource": EVENTS,
                "top.pipe": node("last", "SELECT * FROM first JOIN other USING id")
                + node("first", "SELECT * FROM events"),
                "other.pipe": node("n", "SELECT * FROM events"),
            },
        )
    )
    order = [str(unit) for unit in in_order(reads(library))]
    assert sorted(order) == ["other.n", "top.first", "top.last"]
    assert order[-1] == "top.last"


def test_a_pipe_depends_on_what_its_nodes_name(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "events.datasource": EVENTS,
            "base.pipe": node("n", "SELECT * FROM events"),
            "top.pipe": node("a", "SELECT * FROM base")
            + node("b", "SELECT * FROM a {% if defined(x) %} JOIN events_quarantine USING id {% end %}"),
        },
    )
    library = Library(found)
    assert dependencies(library, found.pipes["top"]) == ["base", "events_quarantine"]
    assert dependencies(library, found.pipes["base"]) == ["events"]


def test_each_cycle_is_told_with_its_path(tmp_path: Path) -> None:
    library = Library(
        project(
            tmp_path,
            {
                "one.pipe": node("a", "SELECT * FROM two"),
                "two.pipe": node("b", "SELECT * FROM three"),
                "three.pipe": node("c", "SELECT * FROM one"),
                "self.pipe": node("d", "SELECT * FROM self"),
                "fine.pipe": node("e", "SELECT * FROM one"),
            },
        )
    )
    found = {frozenset(map(str, path)): [str(unit) for unit in path] for path in cycles(reads(library))}
    assert set(found) == {frozenset({"one.a", "two.b", "three.c"}), frozenset({"self.d"})}
    path = found[frozenset({"one.a", "two.b", "three.c"})]
    assert path[0] == path[-1]
    assert "one.a → two.b" in " → ".join(path + path[1:])


def test_what_rows_come_to_stands_behind_what_it_is_made_of() -> None:
    leads = [("first", "last"), ("first", "middle"), ("middle", "last"), ("other", "elsewhere")]
    assert downstream("first", leads) == ["middle", "last"]
    assert downstream("last", leads) == []
