"""Values of JSON in columns of every type: what fits, and what goes to quarantine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ingest.loading import datasource, loading
from tinylite.formats.values import json_writer

FITS: dict[str, dict[str, str]] = {
    "String": {'"a"': '"a"', '""': '""', "1": '"1"', "1.5": '"1.5"', "true": '"true"',
               '{"a": [1, "b"]}': '"{\\"a\\":[1,\\"b\\"]}"',
               '"\\u0000é🦆"': '"\\u0000é🦆"', '"a\\nb\\"c\\\\"': '"a\\nb\\"c\\\\"', "[]": '"[]"'},
    "LowCardinality(String)": {'"a"': '"a"', "5": '"5"'},
    "FixedString(3)": {'"abc"': '"abc"', '"a"': '"a\\u0000\\u0000"'},
    "UInt8": {"0": "0", "255": "255", '"7"': "7", "true": "1", "false": "0"},
    "UInt16": {"65535": "65535"}, "UInt32": {"4294967295": "4294967295", '"12"': "12"},
    "UInt64": {"18446744073709551615": "18446744073709551615", "0": "0"},
    "UInt256": {"0": "0"},
    "Int8": {"-128": "-128", "127": "127"}, "Int16": {"-32768": "-32768"},
    "Int32": {"-2147483648": "-2147483648", '"+5"': "5"},
    "Int64": {"-9223372036854775808": "-9223372036854775808", "9007199254740993": "9007199254740993"},
    "Float32": {"1.5": "1.5", "1": "1", '"2.5"': "2.5", "0.1": "0.1"},
    "Float64": {"1.5": "1.5", "-1e300": "-1e300", "0.1": "0.1", '"1e3"': "1000", "3": "3"},
    "Decimal(10, 2)": {"1.25": "1.25", '"-3.10"': "-3.1", "12345678.90": "12345678.9", "1": "1"},
    "Bool": {"true": "true", "false": "false", "1": "true", "0": "false", '"true"': "true"},
    "Date": {'"2024-02-29"': '"2024-02-29"', '"2024-01-02 03:04:05"': '"2024-01-02"',
             '"2024-01-02T03:04:05Z"': '"2024-01-02"'},
    "Date32": {'"1900-01-01"': '"1900-01-01"'},
    "DateTime": {'"2024-01-02 03:04:05"': '"2024-01-02 03:04:05"', '"2024-01-02T03:04:05Z"': '"2024-01-02 03:04:05"',
                 '"2024-01-02T03:04:05+02:00"': '"2024-01-02 01:04:05"',
                 '"2024-01-02 03:04:05.678"': '"2024-01-02 03:04:05"',
                 "1704164645": '"2024-01-02 03:04:05"', '"1704164645"': '"2024-01-02 03:04:05"',
                 '"2024-01-02T03:04:05-0300"': '"2024-01-02 06:04:05"'},
    "DateTime64(3)": {'"2024-01-02 03:04:05.678"': '"2024-01-02 03:04:05.678"',
                      '"2024-01-02T03:04:05.6789Z"': '"2024-01-02 03:04:05.678"',
                      '"2024-01-02 03:04:05"': '"2024-01-02 03:04:05.000"',
                      "1704164645.5": '"2024-01-02 03:04:05.500"'},
    "DateTime64(6)": {'"2024-01-02 03:04:05.123456"': '"2024-01-02 03:04:05.123456"'},
    "UUID": {'"61f0c404-5cb3-11e7-907b-a6006ad3dba0"': '"61f0c404-5cb3-11e7-907b-a6006ad3dba0"'},
    "IPv4": {'"1.2.3.4"': '"1.2.3.4"', '"255.255.255.255"': '"255.255.255.255"'},
    "IPv6": {'"2001:db8::1"': '"2001:db8::1"'},
    "Enum8('a' = 1, 'b' = 2)": {'"a"': '"a"', "2": '"b"'},
    "Array(String)": {'["a","b\'\\""]': '["a","b\'\\""]', "[]": "[]"},
    "Array(Nullable(Int32))": {"[1,null]": "[1,null]", "[]": "[]"},
    "Array(DateTime)": {'["2024-01-02T03:04:05Z",1704164645]': '["2024-01-02 03:04:05","2024-01-02 03:04:05"]'},
    "Array(Tuple(a Int32, b Array(String)))": {'[{"a":1,"b":["x"]}]': '[{"a":1,"b":["x"]}]'},
    "Array(IPv4)": {'["1.2.3.4"]': '["1.2.3.4"]'}, "Tuple(Int32, String)": {'[1,"x"]': '[1,"x"]'},
    "Map(String, Array(UInt8))": {'{"a":[1,2],"b":[]}': '{"a":[1,2],"b":[]}'},
    "Map(UInt8, String)": {'{"1":"x"}': '{"1":"x"}'},
    "Nested(a Int32, b String)": {'[{"a":1,"b":"x"}]': '[{"a":1,"b":"x"}]'},
    "Array(Int32)": {"[1, 2]": "[1,2]"}, "Array(Array(UInt8))": {"[[1],[2,3]]": "[[1],[2,3]]"},
    "Map(String, String)": {'{"a":"b"}': '{"a":"b"}', "{}": "{}"}, "Map(String, UInt32)": {'{"a":1}': '{"a":1}'},
    "Tuple(a Int32, b String)": {'{"a":1,"b":"x"}': '{"a":1,"b":"x"}'},
    "JSON": {'{"a":{"b":1}}': '{"a":{"b":1}}'},
    "SimpleAggregateFunction(sum, UInt64)": {"5": "5"},
    "Nullable(Int32)": {"5": "5", "null": "null"}, "Nullable(String)": {'"a"': '"a"', "null": "null", '""': '""'},
    "Nullable(DateTime)": {"null": "null", '"2024-01-02 03:04:05"': '"2024-01-02 03:04:05"'},
}  # fmt: skip
UNFIT: dict[str, list[str]] = {
    "String": ["null"],
    "FixedString(3)": ['"abcd"', "null"],
    "UInt8": ["256", "-1", '"a"', '""', "1.5", "[1]", "{}", "null", '"1 "', "1e1"],
    "UInt32": ["4294967296", "-1", "true"],
    "UInt64": ["18446744073709551616", "-1"],
    "Int8": ["128", "-129"],
    "Int64": ["9223372036854775808", '"0x10"'],
    "Float64": ['"abc"', '""', "{}", "[]"],
    "Float32": ['""'],
    "Decimal(10, 2)": ["123456789012", '"x"'],
    "Bool": ['"maybe"', "null"],
    "Date": ['"2024-02-30"', '"x"', '""', "null", "{}"],
    "DateTime": ['"2024-13-01 00:00:00"', '"yesterday"', '""', "null", "[]", "true", '"2024-01-02 25:00:00"'],
    "DateTime64(3)": ['"x"', "null"],
    "DateTime64(9)": ['"0001-01-01 00:00:00"', '"x"'],
    "UUID": ['"x"', "5", "null"],
    "IPv4": ['"1.2.3"', '"256.1.1.1"', '"x"'],
    "IPv6": ['"x"'],
    "Enum8('a' = 1, 'b' = 2)": ['"c"', "3", "null"],
    "Array(Int32)": ['"x"', '["a"]', "[1,null]", "[1.5]", "5", "{}", "null"],
    "Array(Array(UInt8))": ["[[1],[256]]", "[1]"], "Array(DateTime)": ['["x"]'],
    "Map(String, UInt32)": ['{"a":"x"}', "[1]", "5", '{"a":null}'],
    "Tuple(a Int32, b String)": ['{"a":1}', "[1]", '{"a":"x","b":"y"}', "5"],
    "Nullable(Int32)": ['"x"', "1.5"],
}  # fmt: skip


@pytest.mark.parametrize("type_", FITS)
def test_a_value_that_fits_is_read_back(tmp_path: Path, type_: str) -> None:
    source = datasource(f"`n` UInt32 `json:$.n`\n`x` {type_} `json:$.x`")
    write = json_writer(source.columns[1].type)
    with loading(tmp_path, source) as loaded:
        body = "\n".join(f'{{"n":{n},"x":{value}}}' for n, value in enumerate(FITS[type_]))
        assert loaded.send(body) == (len(FITS[type_]), 0), loaded.reasons()
        found = [write(x).replace("\\/", "/") for _, x in sorted(loaded.rows())]
    assert found == list(FITS[type_].values())


@pytest.mark.parametrize("type_", UNFIT)
def test_a_value_that_does_not_fit_goes_to_quarantine_with_the_reason(tmp_path: Path, type_: str) -> None:
    source = datasource(f"`n` UInt32 `json:$.n`\n`x` {type_} `json:$.x`")
    with loading(tmp_path, source) as loaded:
        body = "\n".join(f'{{"n":{n},"x":{value}}}' for n, value in enumerate(UNFIT[type_]))
        assert loaded.send(body) == (0, len(UNFIT[type_])), loaded.rows()
        kept = loaded.rows("x, c__error_column, c__error", "hits_quarantine")
    for (text, columns, reasons), value in zip(kept, UNFIT[type_], strict=True):
        parsed = json.loads(value)
        shown = parsed if isinstance(parsed, str) else json.dumps(parsed, separators=(",", ":"))
        assert columns == ["x"]
        assert reasons == [f"value '{shown}' on column 'x' is not {source.columns[1].type}"]
        assert text == (None if parsed is None else shown)


@pytest.mark.parametrize("type_", FITS)
def test_a_missing_value_is_unfit_unless_the_column_is_nullable(tmp_path: Path, type_: str) -> None:
    with loading(tmp_path, datasource(f"`x` {type_} `json:$.x`")) as loaded:
        assert loaded.send('{"y":1}') == ((1, 0) if type_.startswith("Nullable") else (0, 1))


def test_nanoseconds_are_kept(tmp_path: Path) -> None:
    with loading(tmp_path, datasource("`x` DateTime64(9)\n`y` DateTime64(8)")) as loaded:
        texts = ('"2024-01-02 03:04:05.123456789"', '"2024-01-02T03:04:05.1Z"', "1704164645123456789")
        assert loaded.send("\n".join(f'{{"x":{text},"y":{text}}}' for text in texts)) == (3, 0), loaded.reasons()
        assert sorted(loaded.rows("CAST(x AS VARCHAR), CAST(y AS VARCHAR)")) == [
            ("2024-01-02 03:04:05.1", "2024-01-02 03:04:05.1"),
            ("2024-01-02 03:04:05.123456789", "2024-01-02 03:04:05.12345678"),
            ("2024-01-02 03:04:05.123456789", "2024-01-02 03:04:05.12345678"),
        ]
