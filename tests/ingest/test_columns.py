"""Columns with odd names, and values at the borders of their types."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.loading import datasource, loading


def test_columns_may_have_the_names_that_quarantine_uses(tmp_path: Path) -> None:
    source = datasource("`x` Int32\n`insertion_date` DateTime\n`c__error` String")
    with loading(tmp_path, source) as loaded:
        event = '{"x":%s,"insertion_date":"2024-01-02 03:04:05","c__error":"own"}'
        assert loaded.send(event % 1 + "\n" + event % '"one"') == (1, 1)
        kept = loaded.rows("x, insertion_date, c__error, c__error_column", "hits_quarantine")
        assert kept == [("one", "2024-01-02 03:04:05", "own", ["x"])]


def test_columns_may_have_the_names_that_loading_uses(tmp_path: Path) -> None:
    with loading(tmp_path, datasource("`r` String\n`line` Int32\n`x0` String\n`v0` Int32\n`bad` String")) as loaded:
        assert loaded.send('{"r":"a","line":1,"x0":"b","v0":2,"bad":"c"}') == (1, 0)
        assert loaded.rows() == [("a", 1, "b", 2, "c")]


def test_a_jsonpath_may_hold_a_brace(tmp_path: Path) -> None:
    with loading(tmp_path, datasource("`x` String `json:$.['{file}']`")) as loaded:
        assert loaded.send('{"{file}":"a"}') == (1, 0)


@pytest.mark.parametrize(
    ("sent", "kept"), [("1.239", "1.23"), ("-1.239", "-1.23"), ('"1.235"', "1.23"), ("1.2", "1.20")]
)
def test_digits_beyond_the_scale_of_a_decimal_are_cut_off(tmp_path: Path, sent: str, kept: str) -> None:
    with loading(tmp_path, datasource("`x` Decimal(5, 2)")) as loaded:
        assert loaded.send(f'{{"x":{sent}}}') == (1, 0)
        assert loaded.rows("CAST(x AS VARCHAR)") == [(kept,)]


@pytest.mark.parametrize("day", ["1969-12-31", "2149-06-07"])
def test_a_day_outside_of_sixteen_bits_fits_a_date32_only(tmp_path: Path, day: str) -> None:
    with loading(tmp_path, datasource("`x` Nullable(Date)\n`y` Nullable(Date32)")) as loaded:
        assert loaded.send(f'{{"y":"{day}"}}\n{{"x":"{day}"}}') == (1, 1)


@pytest.mark.parametrize("type_", ["Float64", "Decimal(9, 2)", "Int32"])
def test_a_number_has_no_underscores(tmp_path: Path, type_: str) -> None:
    with loading(tmp_path, datasource(f"`x` {type_}")) as loaded:
        assert loaded.send('{"x":"1_000"}') == (0, 1)
