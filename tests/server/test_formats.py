"""Answers are written as ClickHouse writes them. The bytes were recorded from ClickHouse 26.9."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from ipaddress import IPv4Address
from uuid import UUID

import pytest

from tinylite.diagnostics import DiagnosticError
from tinylite.engine.base import Result
from tinylite.formats.table import EXTENSIONS, FORMATS
from tinylite.sql import Column
from tinylite.types import Type, parse_type

ID = "61f0c404-5cb3-11e7-907b-a6006ad3dba0"
MOMENT = datetime.fromisoformat("2024-01-02 03:04:05.678")
TEXT = "a\"b\\c/d\ne\tf\0g'é🦆"
# Type, value as the engine gives it, and how JSON, CSV and TSV write it.
VALUES: list[tuple[str, object, str, str, str]] = [
    ("Int64", 9223372036854775807, "9223372036854775807", "9223372036854775807", "9223372036854775807"),
    ("UInt64", 18446744073709551615, "18446744073709551615", "18446744073709551615", "18446744073709551615"),
    ("Float64", 0.1, "0.1", "0.1", "0.1"),
    ("Float64", 1e20, "100000000000000000000", "100000000000000000000", "100000000000000000000"),
    ("Float64", 123456789012345680000.0, "123456789012345680000", "123456789012345680000", "123456789012345680000"),
    ("Float64", -1.2345678901234567e17, "-123456789012345660", "-123456789012345660", "-123456789012345660"),
    ("Float64", 1e21, "1e21", "1e21", "1e21"),
    ("Float64", -1.25e-5, "-0.0000125", "-0.0000125", "-0.0000125"),
    ("Float64", 1e-7, "1e-7", "1e-7", "1e-7"),
    ("Float64", 100.0, "100", "100", "100"),
    ("Float64", float("nan"), "null", "nan", "nan"),
    ("Float64", float("inf"), "null", "inf", "inf"),
    ("Float64", float("-inf"), "null", "-inf", "-inf"),
    ("Float32", 0.10000000149011612, "0.1", "0.1", "0.1"),
    ("Float32", 16777216.0, "16777216", "16777216", "16777216"),
    ("Decimal(18, 4)", Decimal("1.5000"), "1.5", "1.5", "1.5"),
    ("String", TEXT,
     '"a\\"b\\\\c\\/d\\ne\\tf\\u0000g\'é🦆"', '"a""b\\c/d\ne\tf\0g\'é🦆"', "a\"b\\\\c/d\\ne\\tf\\0g\\'é🦆"),
    ("String", "", '""', '""', ""),
    ("Date", date(2024, 1, 2), '"2024-01-02"', '"2024-01-02"', "2024-01-02"),
    ("DateTime", MOMENT.replace(microsecond=0),
     '"2024-01-02 03:04:05"', '"2024-01-02 03:04:05"', "2024-01-02 03:04:05"),
    ("DateTime64(3)", MOMENT,
     '"2024-01-02 03:04:05.678"', '"2024-01-02 03:04:05.678"', "2024-01-02 03:04:05.678"),
    ("Array(UInt8)", [1, 2], "[1,2]", '"[1,2]"', "[1,2]"),
    ("Array(String)", ["x", "y'z"], '["x","y\'z"]', "\"['x','y\\'z']\"", "['x','y\\'z']"),
    ("Array(Array(UInt8))", [[1], []], "[[1],[]]", '"[[1],[]]"', "[[1],[]]"),
    ("Map(String, UInt8)", {"k": 1}, '{"k":1}', "\"{'k':1}\"", "{'k':1}"),
    ("Tuple(UInt8, String)", (1, "x"), '[1,"x"]', '1,"x"', "(1,'x')"),
    ("Nullable(Int32)", None, "null", "\\N", "\\N"),
    ("Nullable(String)", None, "null", "\\N", "\\N"),
    ("Bool", True, "true", "true", "true"),
    ("UUID", UUID(ID), f'"{ID}"', f'"{ID}"', ID),
    ("IPv4", int(IPv4Address("1.2.3.4")), '"1.2.3.4"', '"1.2.3.4"', "1.2.3.4"),
    ("Array(Date)", [date(2024, 1, 2)], '["2024-01-02"]', "\"['2024-01-02']\"", "['2024-01-02']"),
    ("Array(Nullable(UInt8))", [None, 1], "[null,1]", '"[NULL,1]"', "[NULL,1]"),
    ("Array(Float64)", [0.5, float("nan")], "[0.5,null]", '"[0.5,nan]"', "[0.5,nan]"),
    ("Enum8('a' = 1)", "a", '"a"', '"a"', "a"),
    ("Array(Bool)", [True], "[true]", '"[true]"', "[true]"),
]  # fmt: skip
IDS = [f"{row[0]}-{row[2][:20]}" for row in VALUES]


def result(type_: str, value: object) -> Result:
    return Result((Column("x", parse_type(type_)), Column("y", parse_type("UInt8"))), [(value, 7)], 0.5, 3, 4)


@pytest.mark.parametrize(("type_", "value", "json", "csv", "tsv"), VALUES, ids=IDS)
def test_a_value_is_written_as_clickhouse_writes_it(type_: str, value: object, json: str, csv: str, tsv: str) -> None:
    one = result(type_, value)
    assert FORMATS["JSONEachRow"].body(one).decode() == f'{{"x":{json},"y":7}}\n'
    assert FORMATS["CSV"].body(one).decode() == f"{csv},7\n"
    assert FORMATS["TSV"].body(one).decode() == f"{tsv}\t7\n"


def test_json_holds_the_types_the_rows_and_the_statistics() -> None:
    assert FORMATS["JSON"].body(result("LowCardinality(String)", "a")).decode() == (
        '{"meta":[{"name":"x","type":"LowCardinality(String)"},{"name":"y","type":"UInt8"}],'
        '"data":[{"x":"a","y":7}],"rows":1,"rows_before_limit_at_least":1,'
        '"statistics":{"elapsed":0.5,"rows_read":3,"bytes_read":4}}\n'
    )


@pytest.mark.parametrize("name", ["CSV", "TSV"])
def test_intervals_are_written_as_numbers(name: str) -> None:
    assert FORMATS[name].body(Result((Column("x", Type("IntervalDay")),), [(3,)], 0)) == b"3\n"


def test_compact_json_holds_arrays() -> None:
    assert '"data":[["a",7]]' in FORMATS["JSONCompact"].body(result("String", "a")).decode()


def test_names_stand_first_where_they_are_asked_for() -> None:
    one = result("String", "a")
    assert FORMATS["CSVWithNames"].body(one) == b'"x","y"\n"a",7\n'
    assert FORMATS["TSVWithNames"].body(one) == b"x\ty\na\t7\n"
    pair = Result((Column("t", parse_type("Tuple(UInt8, String)")),), [((1, "x"),)], 0)
    assert FORMATS["CSVWithNames"].body(pair) == b'"t.1","t.2"\n1,"x"\n'


TOTALS = {
    "CSV": b"0,5\n1,5\n\n0,10\n",
    "CSVWithNames": b'"k","c"\n0,5\n1,5\n\n0,10\n',
    "TSV": b"0\t5\n1\t5\n\n0\t10\n",
    "TSVWithNames": b"k\tc\n0\t5\n1\t5\n\n0\t10\n",
    "JSONEachRow": b'{"k":0,"c":5}\n{"k":1,"c":5}\n',
}


@pytest.mark.parametrize("name", TOTALS)
def test_totals_stand_behind_an_empty_line(name: str) -> None:
    assert FORMATS[name].body(grouped()) == TOTALS[name]


@pytest.mark.parametrize(
    ("name", "totals"), [("JSON", b'"totals":{"k":0,"c":10}'), ("JSONCompact", b'"totals":[0,10]')]
)
def test_totals_in_json_look_like_the_rows(name: str, totals: bytes) -> None:
    assert totals in FORMATS[name].body(grouped())


def grouped() -> Result:
    """SELECT number % 2 AS k, count() AS c FROM numbers(10) GROUP BY k WITH TOTALS ORDER BY k"""
    columns = Column("k", parse_type("UInt8")), Column("c", parse_type("UInt64"))
    return Result(columns, [(0, 5), (1, 5)], 0, totals=(0, 10))


@pytest.mark.parametrize("name", ["CSV", "TSV", "JSONEachRow"])
def test_no_rows_are_no_lines(name: str) -> None:
    assert FORMATS[name].body(Result((Column("x", parse_type("UInt8")),), [], 0)) == b""


def test_odd_names_of_columns_are_escaped() -> None:
    odd = Result((Column('a"b\tc', parse_type("UInt8")),), [(1,)], 0)
    assert FORMATS["JSONEachRow"].body(odd) == b'{"a\\"b\\tc":1}\n'
    assert FORMATS["CSVWithNames"].body(odd) == b'"a""b\tc"\n1\n'
    assert FORMATS["TSVWithNames"].body(odd) == b'a"b\\tc\n1\n'


def test_pipes_have_the_usual_extensions() -> None:
    assert {extension: format.name for extension, format in EXTENSIONS.items()} == {
        "json": "JSON", "ndjson": "JSONEachRow", "csv": "CSVWithNames", "parquet": "Parquet",
        "arrow": "ArrowStream", "prometheus": "Prometheus",
    }  # fmt: skip


# SELECT number AS n, if(number = 1, '日|', '0') AS s, [1, 2] AS a, map('k', 1.5) AS m, (1, 'x') AS t, NULL AS z,
#        toDate('2024-01-01') AS d FROM numbers(2)
RECORDED = {
    "JSONCompactEachRow": """\
[0, "0", [1,2], {"k":1.5}, [1,"x"], null, "2024-01-01"]
[1, "日|", [1,2], {"k":1.5}, [1,"x"], null, "2024-01-01"]
""",
    "JSONCompactEachRowWithNamesAndTypes": """\
["n", "s", "a", "m", "t", "z", "d"]
["UInt64", "String", "Array(UInt8)", "Map(String, Float64)", "Tuple(UInt8, String)", "Nullable(Nothing)", "Date"]
[0, "0", [1,2], {"k":1.5}, [1,"x"], null, "2024-01-01"]
[1, "日|", [1,2], {"k":1.5}, [1,"x"], null, "2024-01-01"]
""",
    "JSONStringsEachRow": """\
{"n":"0","s":"0","a":"[1,2]","m":"{'k':1.5}","t":"(1,'x')","z":"ᴺᵁᴸᴸ","d":"2024-01-01"}
{"n":"1","s":"日|","a":"[1,2]","m":"{'k':1.5}","t":"(1,'x')","z":"ᴺᵁᴸᴸ","d":"2024-01-01"}
""",
    "JSONColumns": """\
{
\t"n": [0, 1],
\t"s": ["0", "日|"],
\t"a": [[1,2], [1,2]],
\t"m": [{"k":1.5}, {"k":1.5}],
\t"t": [[1,"x"], [1,"x"]],
\t"z": [null, null],
\t"d": ["2024-01-01", "2024-01-01"]
}
""",
    "CSVWithNamesAndTypes": """\
"n","s","a","m","t.1","t.2","z","d"
"UInt64","String","Array(UInt8)","Map(String, Float64)","UInt8","String","Nullable(Nothing)","Date"
0,"0","[1,2]","{'k':1.5}",1,"x",\\N,"2024-01-01"
1,"日|","[1,2]","{'k':1.5}",1,"x",\\N,"2024-01-01"
""",
    "TSVWithNamesAndTypes": """\
n\ts\ta\tm\tt\tz\td
UInt64\tString\tArray(UInt8)\tMap(String, Float64)\tTuple(UInt8, String)\tNullable(Nothing)\tDate
0\t0\t[1,2]\t{'k':1.5}\t(1,'x')\t\\N\t2024-01-01
1\t日|\t[1,2]\t{'k':1.5}\t(1,'x')\t\\N\t2024-01-01
""",
    "Values": "(0,'0',[1,2],{'k':1.5},(1,'x'),NULL,'2024-01-01'),(1,'日|',[1,2],{'k':1.5},(1,'x'),NULL,'2024-01-01')",
    "PrettyCompact": """\
   ┌─n─┬─s───┬─a─────┬─m─────────┬─t───────┬─z────┬──────────d─┐
1. │ 0 │ 0   │ [1,2] │ {'k':1.5} │ (1,'x') │ ᴺᵁᴸᴸ │ 2024-01-01 │
2. │ 1 │ 日| │ [1,2] │ {'k':1.5} │ (1,'x') │ ᴺᵁᴸᴸ │ 2024-01-01 │
   └───┴─────┴───────┴───────────┴─────────┴──────┴────────────┘
""",
    "Markdown": """\
| n | s | a | m | t | z | d |
|-:|:-|:-|:-|:-|:-|-:|
| 0 | 0 | [1,2] | {'k':1.5} | (1,'x') | \\N | 2024-01-01 |
| 1 | 日| | [1,2] | {'k':1.5} | (1,'x') | \\N | 2024-01-01 |
""",
    "Vertical": """\
Row 1:
──────
n: 0
s: 0
a: [1,2]
m: {'k':1.5}
t: (1,'x')
z: ᴺᵁᴸᴸ
d: 2024-01-01

Row 2:
──────
n: 1
s: 日|
a: [1,2]
m: {'k':1.5}
t: (1,'x')
z: ᴺᵁᴸᴸ
d: 2024-01-01
""",
    "Null": "",
}


@pytest.mark.parametrize("name", RECORDED)
def test_a_result_is_written_as_clickhouse_writes_it(name: str) -> None:
    types = {
        "n": "UInt64",
        "s": "String",
        "a": "Array(UInt8)",
        "m": "Map(String, Float64)",
        "t": "Tuple(UInt8, String)",
        "z": "Nullable(Nothing)",
        "d": "Date",
    }
    rest = ([1, 2], {"k": 1.5}, (1, "x"), None, date(2024, 1, 1))
    columns = tuple(Column(column, parse_type(type_)) for column, type_ in types.items())
    written = FORMATS[name].body(Result(columns, [(0, "0", *rest), (1, "日|", *rest)], 0))
    assert written.decode() == RECORDED[name]


def test_prometheus_reads_samples_out_of_rows() -> None:
    columns = {
        "name": "String",
        "type": "String",
        "value": "Float64",
        "help": "String",
        "labels": "Map(String, String)",
    }
    rows = [
        ("hits_total", "counter", 3.0, "Hits\nso far", {"page": 'a"b'}),
        ("load", "gauge", float("nan"), "", {}),
        ("hits_total", "counter", 1e21, "", {"page": "/"}),
    ]
    result = Result(tuple(Column(name, parse_type(type_)) for name, type_ in columns.items()), rows, 0)
    assert FORMATS["Prometheus"].body(result).decode() == (
        "# HELP hits_total Hits\\nso far\n# TYPE hits_total counter\n"
        'hits_total{page="a\\"b"} 3\nhits_total{page="/"} 1e21\n\n# TYPE load gauge\nload NaN\n'
    )
    with pytest.raises(DiagnosticError, match="needs a column name"):
        FORMATS["Prometheus"].body(Result((Column("x", parse_type("UInt8")),), [(1,)], 0))
