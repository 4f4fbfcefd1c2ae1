"""The two short cuts before the tolerant way: what the checker calls sure, and what the strict way takes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.ingest.loading import NAME, Loading, datasource, loading
from tests.ingest.test_types import FITS, UNFIT
from tinylite.ingest.block import plan
from tinylite.ingest.fits import fits_of

TYPES = [
    *(type_ for type_ in FITS if "Nested" not in type_),
    *("DateTime('Europe/Madrid')", "DateTime64(9)", "Decimal(38, 20)", "Array(Decimal(10, 2))"),
    *("Map(String, Nullable(Int32))", "Nullable(Decimal(18, 4))", "Array(Map(String, Float64))"),
]
LISTED = """
0 -0 1 -1 5 12 007 1.5 1.10 -1.25 1e3 1E5 1e-7 1e308 1e400 1.0 2.50 0.1 0.30000000000000004 123456789012.125
99999999.99 99999999.999 255 256 127 -128 -129 32767 65535 65536 4294967295 4294967296 2147483648 9223372036854775807
9223372036854775808 18446744073709551615 18446744073709551616 123456789012345678901234567890 -9223372036854775808
1704164645 999999999 100000000 99999999 1704164645000 1704164645123456 4294967295000 4294967296000 1704164645.5 NaN
"""
NUMBERS = LISTED.split()
TEXTS = [
    *NUMBERS,
    *("", " ", "a", "b", "true", "+5", "1 ", " 1", "1_000", "0x10", "nan", "inf", "abc", "abcd", "éé", "2024-02-29"),
    *("2024-02-30", "2024-1-2", "2024-01-02 03:04:05", "2024-01-02T03:04:05", "2024-01-02T03:04:05Z"),
    *("2024-01-02T03:04:05.678Z", "2024-01-02 03:04:05.123456", "2024-01-02 03:04:05.1234567", "2024-13-01 00:00:00"),
    *("2024-01-02T03:04:05+02:00", "2024-01-02 24:00:00", "2024-01-02 23:59:60", "2024-01-02 03:04"),
    *("2024-01-02 03:04:05.", "1969-12-31 23:59:59", "2106-02-07 06:28:16", "2149-06-07", "2200-01-01 00:00:00"),
    *("1900-01-01", "0001-01-01 00:00:00", "2024-03-31 02:30:00", "61f0c404-5cb3-11e7-907b-a6006ad3dba0"),
    *("61f0c4045cb311e7907ba6006ad3dba0", "1.2.3.4", "256.1.1.1", "01.2.3.4", "2001:db8::1", "::", "[1]", "{}"),
    *('{\\"a\\":1}', "a\\u0000b", "\\ud83d\\ude00", "1704164645 ", "2024-01-02 03:04:05 ", "20240102030405"),
]
VALUES = [
    *("null", "true", "false"),
    *(number for number in NUMBERS if number not in ("007", "NaN")),
    *(f'"{text}"' for text in TEXTS),
    *("[]", "[1]", "[1.10]", "[1,null]", '["a"]', '["2024-01-02 03:04:05"]', "[[1]]", "[256]", '[{"a":1}]', "{}"),
    *('{"a":1}', '{"a":null}', '{"a":"x"}', '{"a":[1,2]}', '{"a":1,"a":"x"}', '{"a":{"b":[1.10]}}', '["1.2.3.4"]'),
    *("[true]", "[1.5]"),
    *(value for values in FITS.values() for value in values),
    *(value for values in UNFIT.values() for value in values),
]
texts = st.text(st.sampled_from("0123456789-:. TZ+eE"), max_size=28).filter(lambda text: text.isprintable())
moments = st.from_regex(
    r"(19|20|21)[0-9]{2}-[01][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{0,7})?(Z|\+01:00)?",
    fullmatch=True,
)
numbers = st.from_regex(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?", fullmatch=True)
values = st.one_of(numbers, st.builds('"{}"'.format, st.one_of(texts, moments, numbers)))


def event(value: str) -> bytes:
    return b'{"n":1,"x":' + value.encode() + b"}"


def check(loaded: Loading, type_: str, values: list[str]) -> None:
    """Each value as a request of its own, all in one batch."""
    source = datasource(f"`n` UInt8 `json:$.n`\n`x` {type_} `json:$.x`")
    fits, made = fits_of(source), plan(source, NAME)
    lines = [event(value) for value in values]
    sure = [fits(line) for line in lines]
    loaded.ingest._loader._skips[NAME] = 1_000_000  # the tolerant way
    with loaded.ingest.loading_paused():
        asked = [loaded.ingest.submit(NAME, line, wait=True, import_id=str(n)) for n, line in enumerate(lines)]
    taken = [future.result().successful_rows == 1 for future in asked]
    assert [value for value, is_sure, ok in zip(values, sure, taken, strict=True) if is_sure and not ok] == []
    stored = loaded.rows("x")
    loaded.ingest.catch_up()
    with loaded.engine.transaction() as writer:
        writer.execute(f"DELETE FROM {NAME}; DELETE FROM {NAME}_quarantine")
    # What the strict way would take: one row for each line, NULL where it would have failed.
    assert made.strict is not None
    staged = loaded.engine.staging / "strict.ndjson"
    whole = [n for n, value in enumerate(values) if '"a":1,"a"' not in value]
    staged.write_bytes(b"\n".join(lines[n] for n in whole) + b"\n")
    with loaded.engine.transaction() as writer:
        sql = made.strictly(staged).replace("error('unfit')", "NULL")
        strict = dict(zip(whole, (row[1] for row in writer.execute(sql).fetchall()), strict=True))
    tolerant = iter(stored)
    for number, ok in enumerate(taken):
        (value,) = next(tolerant) if ok else (None,)
        if strict.get(number) is not None and not changes(values[number]):
            assert ok, f"{values[number]} is taken the strict way alone"
            assert repr(strict[number]) == repr(value), values[number]


def changes(value: str) -> bool:
    """Such batches never go the strict way."""
    from tinylite.ingest.numbers import lines_with_changing_numbers

    return bool(lines_with_changing_numbers(event(value)))


@pytest.mark.parametrize("type_", TYPES)
def test_the_short_cuts_agree_with_the_engine(tmp_path: Path, type_: str) -> None:
    with loading(tmp_path, datasource(f"`n` UInt8 `json:$.n`\n`x` {type_} `json:$.x`")) as loaded:
        check(loaded, type_, [value for value in dict.fromkeys(VALUES) if value != '"\\ud83d"'])


@pytest.mark.parametrize(
    "type_", ["DateTime", "DateTime64(3)", "Date", "Decimal(10, 2)", "Int32", "UInt64", "Float64", "String"]
)
@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(values=st.lists(values, min_size=200, max_size=200))
def test_the_short_cuts_agree_with_the_engine_on_any_value(type_: str, values: list[str]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        loading(Path(folder), datasource(f"`n` UInt8 `json:$.n`\n`x` {type_} `json:$.x`")) as loaded,
    ):
        check(loaded, type_, values)


FITS_SHORT = fits_of(datasource("`a` String `json:$.a`\n`b` Nullable(Int32) `json:$.b.c`\n`d` DateTime DEFAULT now()"))


@pytest.mark.parametrize(
    ("line", "is_sure"),
    [
        ('{"a":"x"}', True),
        ('{"a":"x","b":{"c":1}}', True),
        ('{"a": "x", "b": {"c": 1}, "z": [{"q": 1}]}', True),
        ('{"a":"{\\"k\\":1}"}', True),
        ('{"a":"x"}\n{"a":"y"}', True),
        ('{"a":"x"}\n{"b":{"c":1}}', False),
        ('{"a":"x","a":1}', False),
        ('{"a":"x","\\u0061":null}', False),
        ('{"a":"x","a" :1}', False),
        ('{"k\\\\":1,"a":"x","a":1}', False),
        ('{"a":"x","z":{"q":1,"q":2}}', False),
        ('{"a":"x","b":{"c":1.5}}', False),
        ('{"a":null}', False),
        ('["a"]', False),
        ("{", False),
        ('{"a":' + "[" * 500 + "]" * 500 + "}", False),
    ],
)
def test_what_is_sure(line: str, is_sure: bool) -> None:
    assert FITS_SHORT(line.encode()) is is_sure
