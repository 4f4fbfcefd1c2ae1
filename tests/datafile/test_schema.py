"""SCHEMA and INDEXES."""

from __future__ import annotations

import pytest

from tests.datafile.parsed import datasource, faults
from tinylite.datafile.model import Column


def column(text: str) -> Column:
    (found,) = datasource(f"SCHEMA >\n    {text}\n").columns
    return found


def test_a_column_has_name_type_jsonpath_default_and_codec() -> None:
    found = column("`user_id` LowCardinality(String) `json:$.user.id` DEFAULT lower('A, b') CODEC(ZSTD(1))")
    assert (found.name, str(found.type)) == ("user_id", "LowCardinality(String)")
    assert found.jsonpath and found.jsonpath.steps == ("user", "id")
    assert found.default and found.default.value == "lower('A, b')"
    assert found.codec and found.codec.value == "CODEC(ZSTD(1))"


@pytest.mark.parametrize(
    "text",
    [
        "`a` Int32 `json:$.x` DEFAULT 1 CODEC(ZSTD)",
        "`a` Int32 DEFAULT 1 `json:$.x` CODEC(ZSTD)",
        "a Int32 CODEC(ZSTD) DEFAULT 1 `json:$.x`",
        '"a" Int32 default 1 codec(ZSTD) `json:$.x`,',
    ],
)
def test_what_follows_the_type_comes_in_any_order(text: str) -> None:
    found = column(text)
    assert (found.name, str(found.type)) == ("a", "Int32")
    assert found.default and found.default.value == "1"
    assert found.codec and found.codec.value.upper() == "CODEC(ZSTD)"
    assert found.jsonpath and found.jsonpath.text == "$.x"


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("Int32 Nullable", "Nullable(Int32)"),
        ("Nullable(Int32)", "Nullable(Int32)"),
        ("Int32 nullable DEFAULT NULL", "Nullable(Int32)"),
        ("DateTime64(3, 'UTC')", "DateTime64(3, 'UTC')"),
        ("Tuple(a String, `b c` Int32)", "Tuple(a String, `b c` Int32)"),
        ("Enum8('a' = 1, 'b,c' = 2)", "Enum8('a' = 1, 'b,c' = 2)"),
        ("AggregateFunction(argMax, String, DateTime)", "AggregateFunction(argMax, String, DateTime)"),
        ("JSON(max_dynamic_types=2, max_dynamic_paths=16)", "JSON(max_dynamic_types=2, max_dynamic_paths=16)"),
    ],
)
def test_types_are_clickhouse_s(written: str, means: str) -> None:
    assert str(column(f"a {written}").type) == means


def test_without_a_jsonpath_there_is_none() -> None:
    assert column("a String").jsonpath is None


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("$", ()),
        ("$.a.b", ("a", "b")),
        ("$.items[:]", ("items", None)),
        ("$.items[:].id", ("items", None, "id")),
        ("$.['odd name'].x", ("odd name", "x")),
        ('$["a.b"]', ("a.b",)),
        ("$.user-agent", ("user-agent",)),
    ],
)
def test_jsonpaths_are_read_as_steps(path: str, steps: tuple[str | None, ...]) -> None:
    found = column(f"a String `json:{path}`").jsonpath
    assert found and found.steps == steps


def test_columns_may_share_lines_and_have_comments() -> None:
    found = datasource("SCHEMA >\n    a String, b Int8, -- both, really\n    # c Date,\n    d Date,\n")
    assert [entry.name for entry in found.columns] == ["a", "b", "d"]


def test_a_span_covers_the_word_at_fault() -> None:
    (fault,) = faults("a.datasource", "SCHEMA >\n    a LowCardinality(Strin)\n")
    assert fault.span and fault.span.text == "Strin"


def test_one_fault_spoils_one_column() -> None:
    found = faults("a.datasource", "SCHEMA >\n    a Array(String,\n    b Strin,\n    c Date Date,\n    d\n")
    assert [fault.span and fault.span.line for fault in found] == [2, 3, 4, 5]


def test_columns_of_one_shape_keep_their_own_names() -> None:
    found = datasource("SCHEMA >\n    `aa` String `json:$.x`,\n    `bb` String `json:$.y`\n")
    assert [(entry.name, entry.jsonpath and entry.jsonpath.text) for entry in found.columns] == [
        ("aa", "$.x"),
        ("bb", "$.y"),
    ]


def test_indexes_are_read() -> None:
    found = datasource(
        """
        SCHEMA >
            a String
        INDEXES >
            INDEX i lower(a) TYPE ngrambf_v1(3, 256, 2, 0) GRANULARITY 4
            INDEX j a TYPE minmax
        """
    )
    assert [(index.name, index.expression, index.type, index.granularity) for index in found.indexes] == [
        ("i", "lower(a)", "ngrambf_v1(3, 256, 2, 0)", 4),
        ("j", "a", "minmax", 1),
    ]
