"""A random table: typed columns and rows with the values where engines part."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.sql.fixture import Fixture, Row
from tinylite.sql.query import Column, Table
from tinylite.types import parse_type

_STRINGS = (
    "", "a", "b", "abc", "Hello World", "héllo", "日本語", "  pad ", "12", "-3.5", "0", "1e3", "true", "2024-01-15",
    "2024-01-15 10:20:30", "https://www.example.com/a/b?x=1&y=2#top", '{"a": 1, "b": "x", "c": [1, 2, 3]}', "a,b,,c",
    "100%", "under_score", "it's", "back\\slash", "tab\tline", "AbC", "zz top",
)  # fmt: skip
_DATES = (
    "1970-01-01",
    "1999-12-31",
    "2000-02-29",
    "2024-01-01",
    "2024-02-29",
    "2024-12-30",
    "2024-12-31",
    "2038-01-19",
)
_TIMES = ("00:00:00", "00:00:01", "12:30:45", "23:59:59", "06:15:00")
_FLOATS = (0.0, 0.5, 1.5, 2.5, -2.5, 1 / 3, 1e10, -1e-5, 123456.789, float("nan"), float("inf"))


def _integers(low: int, high: int) -> Callable[[random.Random], object]:
    edges = [value for value in (0, 1, 2, 3, 7, 10, 100, -1, -2, -7, low, high) if low <= value <= high]
    return lambda rng: rng.choice(edges) if rng.random() < 0.7 else rng.randint(max(low, -10_000), min(high, 10_000))


def _time(rng: random.Random) -> str:
    return f"{rng.choice(_DATES)} {rng.choice(_TIMES)}"


_VALUES: dict[str, Callable[[random.Random], object]] = {
    "UInt8": _integers(0, 255),
    "UInt16": _integers(0, 65_535),
    "UInt32": _integers(0, 2**32 - 1),
    "UInt64": _integers(0, 2**53),
    "Int8": _integers(-128, 127),
    "Int16": _integers(-32_768, 32_767),
    "Int32": _integers(-(2**31), 2**31 - 1),
    "Int64": _integers(-(2**53), 2**53),
    "Float64": lambda rng: rng.choice(_FLOATS),
    "Float32": lambda rng: rng.choice((0.0, 0.5, -1.25, 3.0, 1024.5, float("nan"))),
    "String": lambda rng: rng.choice(_STRINGS),
    "Date": lambda rng: rng.choice(_DATES),
    "DateTime": _time,
    "DateTime('Europe/Madrid')": _time,
    "DateTime64(3)": lambda rng: f"{_time(rng)}.{rng.choice(('000', '001', '500', '999'))}",
    "Bool": lambda rng: rng.random() < 0.5,
    "Decimal(18, 2)": lambda rng: rng.choice((0, 1, -1, 12.5, 99.99, -0.01)),
    "UUID": lambda rng: rng.choice(("61f0c404-5cb3-11e7-907b-a6006ad3dba0", "00000000-0000-0000-0000-000000000000")),
    "Enum8('red' = 1, 'green' = 2)": lambda rng: rng.choice(("red", "green")),
    "Date32": lambda rng: rng.choice((*_DATES, "1925-06-01", "2200-12-31")),
    "DateTime64(6, 'America/New_York')": lambda rng: f"{_time(rng)}.{rng.choice(('000000', '000001', '123456'))}",
    "FixedString(3)": lambda rng: rng.choice(("abc", "xyz", "123")),
    "Enum16('a' = -1, 'b' = 300)": lambda rng: rng.choice(("a", "b")),
}
# As often as real tables have them.
_WEIGHTS = {"String": 6, "Int32": 3, "Float64": 3, "DateTime": 4, "Date": 2, "UInt64": 3, "UInt8": 2}


def _plain_type(rng: random.Random) -> str:
    return rng.choices(list(_VALUES), [_WEIGHTS.get(name, 1) for name in _VALUES])[0]


def _column(rng: random.Random) -> tuple[str, Callable[[random.Random], object]]:
    """A type, and what makes values of it."""
    inner = _plain_type(rng)
    value = _VALUES[inner]
    forms = ("plain", "nullable", "dictionary", "array", "map", "tuple", "nullable dictionary")
    match rng.choices(forms, (10, 4, 2, 2, 1, 1, 1))[0]:
        case "nullable":
            return f"Nullable({inner})", lambda rng: None if rng.random() < 0.3 else value(rng)
        case "dictionary":
            return "LowCardinality(String)", _VALUES["String"]
        case "array":
            return f"Array({inner})", lambda rng: [value(rng) for _ in range(rng.randint(0, 4))]
        case "nullable dictionary":
            return "LowCardinality(Nullable(String))", lambda rng: None if rng.random() < 0.3 else rng.choice(_STRINGS)
        case "tuple":
            return f"Tuple(UInt8, {inner})", lambda rng: (rng.choice((0, 1, 255)), value(rng))
        case "map":
            keys = ("k", "a", "b", "")
            return f"Map(String, {inner})", lambda rng: {k: value(rng) for k in keys[: rng.randint(0, 4)]}
    return inner, value


def random_table(rng: random.Random, name: str, columns: int = 10) -> Fixture:
    """`id UInt32`, a key `k` with few values, and columns c0, c1, … of random types."""
    chosen = [_column(rng) for _ in range(columns)]
    schema = [Column("id", parse_type("UInt32")), Column("k", parse_type("LowCardinality(String)"))]
    schema += [Column(f"c{number}", parse_type(type_)) for number, (type_, _) in enumerate(chosen)]
    rows: list[Row] = [
        (number, rng.choice("xyz"), *(make(rng) for _, make in chosen)) for number in range(rng.choice((1, 8, 30)))
    ]
    return Fixture(Table(name, tuple(schema), physical=name, engine="MergeTree", sorting_key=("id",)), (tuple(rows),))
