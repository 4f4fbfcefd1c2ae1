"""Numbers without quotes keep their text where a column keeps texts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ingest.loading import datasource, loading
from tinylite.ingest.numbers import exact_texts, lines_with_changing_numbers


@pytest.mark.parametrize(
    ("type_", "sent", "kept"),
    [
        ("String", "1.10", "1.10"),
        ("String", "1e5", "1e5"),
        ("String", "0.1234567890123456789", "0.1234567890123456789"),
        ("String", '{"a": 1.10, "b": "2.50"}', '{"a":1.10,"b":"2.50"}'),
        ("JSON", '{"a":[1.10]}', '{"a":[1.10]}'),
        ("Decimal(38, 20)", "0.12345678901234567891", "0.12345678901234567891"),
        ("Decimal(38, 2)", "123456789012345678901234567890.25", "123456789012345678901234567890.25"),
        ("Decimal(10, 2)", "7.5e2", "750.00"),
        ("Array(String)", '[1.10,"1.20",2]', "[1.10, 1.20, 2]"),
        ("Array(Decimal(38, 20))", "[0.12345678901234567891]", "[0.12345678901234567891]"),
        ("Map(String, String)", '{"a":1.10}', "{a=1.10}"),
        ("Float64", "1.10", "1.1"),
        ("String", "12345678901234567890123", "12345678901234567890123"),
    ],
)
def test_a_number_keeps_its_text(tmp_path: Path, type_: str, sent: str, kept: str) -> None:
    with loading(tmp_path, datasource(f"`n` UInt8\n`x` {type_} `json:$.a.x`")) as loaded:
        other = {"S": '"a"', "J": "{}", "D": "1", "A": "[]", "M": "{}", "F": "0"}[type_[0]]
        lines = [f'{{"n":{n},"a":{{"x":{value}}}}}' for n, value in enumerate((sent, other), start=1)]
        assert loaded.send("\n".join(lines)) == (2, 0), loaded.reasons()
        assert sorted(loaded.rows("n, CAST(x AS VARCHAR)"))[0] == (1, kept)


def test_a_number_that_does_not_fit_is_kept_as_it_was_sent(tmp_path: Path) -> None:
    with loading(tmp_path, datasource("`x` Decimal(5, 2)")) as loaded:
        assert loaded.send('{"x":123456789.10}') == (0, 1)
        assert loaded.rows("x, c__error", "hits_quarantine") == [
            ("123456789.10", ["value '123456789.10' on column 'x' is not Decimal(5, 2)"])
        ]


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ('{"a":1.5}', False),
        ('{"a":1.50}', True),
        ('{"a":"1.50"}', False),
        ('{"a":"at 10:00:05.10"}', False),
        ('{"a":-0.1,"b":[2.25, 3.0]}', False),
        ('{"a":[2.25, 3.00]}', True),
        ('{"a":1e3}', True),
        ('{"a":"ff1e3"}', False),
        ('{"a":12345678901234567890}', False),
        ('{"a":0.00001}', True),
        ('{"a":1234567890.12345678}', True),
    ],
)
def test_numbers_that_change_are_found(line: str, changes: bool) -> None:
    assert lines_with_changing_numbers(line.encode()) == ([0] if changes else [])


values = st.recursive(
    st.one_of(st.none(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=8,
)


@given(values=st.lists(values, min_size=1, max_size=5))
def test_no_changing_number_is_overlooked(values: list[object]) -> None:
    """Whatever the engine reads and writes again is the same text, where nothing was found."""
    import duckdb

    lines = [json.dumps({"x": value}) for value in values]
    found = lines_with_changing_numbers("\n".join(lines).encode())
    for index, value in enumerate(values):
        ((text,),) = duckdb.execute("SELECT json_extract_string(?, '$.x')", [lines[index]]).fetchall()
        if index not in found and isinstance(value, float):
            assert text == json.dumps(value)
        if index in found:
            exact = exact_texts(lines[index].encode(), [(("x",), True)])
            expected = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            assert exact.get(0, expected) == expected
