"""The harness itself: sources, comparison, states."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from tests.sql.compare import Answer, WrongClass, difference, shown
from tests.sql.probe import Probe, State, parse_source
from tinylite.types import parse_type


def test_a_source_is_statements_with_states() -> None:
    text = "-- a note\n-- state: approx 0.02\nSELECT uniq(x)\nFROM t;\n"
    text += "-- default: differs a reason\nSELECT 1;\nSELECT ';';\n"
    assert list(parse_source(text)) == [
        Probe("SELECT uniq(x)\nFROM t", State("approx", "0.02")),
        Probe("SELECT 1", State("differs", "a reason")),
        Probe("SELECT ';'", State("differs", "a reason")),
    ]


def test_each_makes_a_probe_of_every_item() -> None:
    text = "-- each: on\nSELECT a, f(b, 'x, y'), [c, d] FROM t ORDER BY a;\n"
    text += "SELECT a AS b, c FROM t;\nSELECT DISTINCT a, b FROM t;\n"
    assert [probe.sql for probe in parse_source(text)] == [
        "SELECT a FROM t ORDER BY a",
        "SELECT f(b, 'x, y') FROM t ORDER BY a",
        "SELECT [c, d] FROM t ORDER BY a",
        "SELECT a AS b, c FROM t",
        "SELECT DISTINCT a, b FROM t",
    ]


@pytest.mark.parametrize(
    "text",
    ["-- state: wrong x\nSELECT 1;", "-- state: differs\nSELECT 1;", "-- state: approx 2\nSELECT 1;", "SELECT 1"],
)
def test_a_bad_source_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        list(parse_source(text))


def test_an_id_does_not_change_with_the_layout_of_the_statement() -> None:
    assert Probe("SELECT 1\n  FROM t").id == Probe("SELECT 1 FROM t", State("approx", "0.1")).id
    assert Probe("SELECT 1").id != Probe("SELECT 2").id


@pytest.mark.parametrize(
    ("sql", "ordered"),
    [
        ("SELECT 1 ORDER BY 1", True),
        ("SELECT (SELECT 1 ORDER BY 1)", False),
        ("SELECT sum(x) OVER (ORDER BY y)", False),
        ("SELECT 'ORDER BY x' -- ORDER BY x", False),
    ],
)
def test_only_the_outermost_order_by_orders(sql: str, ordered: bool) -> None:
    assert Probe(sql).ordered is ordered


@pytest.mark.parametrize(
    ("value", "type_", "expected"),
    [
        (datetime(2024, 1, 2, 3, 4, 5, 678000), "DateTime64(3)", "2024-01-02 03:04:05.678"),  # noqa: DTZ001
        (datetime(2024, 1, 2), "DateTime('UTC')", "2024-01-02 00:00:00"),  # noqa: DTZ001
        ("2024-01-02 03:04:05.1", "DateTime64(9)", "2024-01-02 03:04:05.100000000"),
        (Decimal("1.50"), "Decimal(9, 2)", "1.5"),
        (Decimal("-0.00"), "Decimal(9, 2)", "0"),
        ({"a": 1, "b": [None]}, "Tuple(a UInt8, b Array(Nullable(UInt8)))", {"a": 1, "b": [None]}),
        ({"1": 1, "2": "x"}, "Tuple(UInt8, String)", [1, "x"]),
        ({1: True}, "Map(UInt8, Bool)", {"1": True}),
        (167772161, "IPv4", "10.0.0.1"),
    ],
)
def test_values_are_shown_as_in_json(value: object, type_: str, expected: object) -> None:
    assert shown(value, parse_type(type_)) == expected


@pytest.mark.parametrize(
    ("value", "type_"), [(None, "UInt8"), (True, "UInt8"), (1, "Float64"), (1.0, "Int32"), ("1", "Date")]
)
def test_a_value_of_the_wrong_class_is_a_fault(value: object, type_: str) -> None:
    with pytest.raises(WrongClass):
        shown(value, parse_type(type_))


def _differs(ours: object, recorded: object, type_: str = "Float64", **options: bool | float) -> str | None:
    expected = {"meta": [["v", type_]], "data": recorded}
    return difference(expected, Answer([["v", type_]], ours), **{"ordered": True, **options})  # type: ignore[arg-type]


def test_floats_are_compared_as_floats() -> None:
    assert _differs([[2.0]], [[2]]) is None
    assert _differs([[float("nan")]], [["nan"]]) is None
    assert _differs([[0.0]], [[-0.0]]) == "row 1, v: 0.0, not '-0'"
    assert _differs([[0.1 + 0.2]], [[0.3]]) is not None
    assert _differs([[0.1 + 0.2]], [[0.3]], bound=1e-9) is None
    assert _differs([[0.10000000149011612]], [[0.1]], "Float32") is None


def test_order_counts_only_where_the_statement_orders() -> None:
    assert _differs([[1.0], [2.0]], [[2], [1]]) is not None
    assert _differs([[1.0], [2.0]], [[2], [1]], ordered=False) is None


def test_names_types_and_totals_are_compared() -> None:
    expected = {"meta": [["a", "UInt8"]], "data": [[1]], "totals": [1]}
    assert "names" in str(difference(expected, Answer([["b", "UInt8"]], [[1]]), ordered=True))
    assert "types" in str(difference(expected, Answer([["a", "Int8"]], [[1]]), ordered=True))
    assert "totals" in str(difference(expected, Answer([["a", "UInt8"]], [[1]]), ordered=True))
    assert difference(expected, Answer([["a", "UInt8"]], [[1]], [1]), ordered=True) is None
