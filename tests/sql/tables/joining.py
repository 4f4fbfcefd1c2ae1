"""Tables of the engine Join, with keys that come again, in one block and in later ones."""

from __future__ import annotations

# ruff: noqa: E501 -- a row is read best on one line
from tests.sql.fixture import fixture

JOINING = (
    fixture(
        "devices",
        "id UInt32\nname String\nscore Nullable(Int32)\ncode LowCardinality(String)\ntags Array(String)\nprice Decimal(10, 2)\nat DateTime\nday Date\nkind Enum8('a' = 1, 'b' = 2)\nmark LowCardinality(Nullable(String))\npair Tuple(UInt8, String)\nuid UUID\ncounts Map(String, UInt8)",
        blocks=[
            [
                (1, "one", 10, "c1", ["x"], "1.50", "2024-01-01 00:00:00", "2024-01-01", "b", "m", (1, "p"), "00000000-0000-0000-0000-000000000001", {"a": 1}),
                (2, "two", None, "c2", [], "2.50", "2024-01-02 10:00:00", "2024-01-02", "a", None, (2, "q"), "00000000-0000-0000-0000-000000000002", {}),
                (1, "uno", 11, "c3", ["y"], "3.50", "2024-01-03 00:00:00", "2024-01-03", "a", "n", (3, "r"), "00000000-0000-0000-0000-000000000003", {"b": 2}),
            ],
            [
                (2, "zwei", 22, "c4", ["z"], "4.50", "2024-01-04 00:00:00", "2024-01-04", "b", "o", (4, "s"), "00000000-0000-0000-0000-000000000004", {"c": 3}),
                (3, "", 33, "", ["v", "w"], "0.00", "2024-01-05 00:00:00", "2024-01-05", "b", "", (5, ""), "00000000-0000-0000-0000-000000000005", {"d": 4}),
            ],
        ],
        key="id",
        join="ANY LEFT",
    ),
    fixture(
        "prices",
        "shop LowCardinality(String)\nitem Nullable(UInt64)\nprice Float64",
        blocks=[
            [("a", 1, 1.5), ("a", 2, 2.5), ("a", None, 9.5), ("b", 1, 3.5)],
            [("a", 1, 7.5), ("c", 1, 4.5)],
        ],
        key="shop, item",
        join="ANY LEFT",
    ),
    fixture(
        "members",
        "id UInt32\nname Nullable(String)",
        blocks=[[(1, "a"), (1, "b"), (2, None)], [(1, "c"), (3, "d")]],
        key="id",
        join="ALL LEFT",
    ),
    fixture(
        "owners",
        "id UInt32\nname String",
        blocks=[[(1, "a"), (1, "b")], [(1, "c"), (3, "d")]],
        key="id",
        join="ANY RIGHT",
    ),
    fixture(
        "kept",
        "id Nullable(UInt32)\nname String",
        blocks=[[(1, "a"), (None, "n"), (1, "b")], [(1, "c"), (3, "d")]],
        key="id",
        join="SEMI LEFT",
    ),
)  # fmt: skip
