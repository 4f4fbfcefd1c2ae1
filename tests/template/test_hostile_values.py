"""No value ever becomes a part of the query."""

from __future__ import annotations

import math

import pytest
import sqlglot
from hypothesis import example, given
from hypothesis import strategies as st

from tests.template.rendering import render
from tinylite.diagnostics import DiagnosticError
from tinylite.template.values import SCALARS

HOSTILE = [
    "'", "''", "\\", "\\'", '"', "`", "'; DROP TABLE t; --", "--", "/*", "*/", "{{x}}", "}}", "{% end %}", "{x:String}",
    "$1", "?", ":a", "\0", "a\0b", "🦆", "\ud800", "1e999", "nan", "٣", "１２", "1" * 5000, "x" * 1_000_000, "%", "\n",
    "1 OR 1=1", "1)--", "0x10", "1_0", "+5", "5 ", " 5", "true", "None", "[]", "{}", "2024-01-01' OR '1'='1",
]  # fmt: skip
BENIGN = {"DateTime64": "2024-01-01 00:00:00.000", "DateTime": "2024-01-01 00:00:00", "Date": "2024-01-01"}
ANY = st.one_of(st.sampled_from(HOSTILE), st.text(), st.from_regex(r"[-+]?[0-9]{1,40}(\.[0-9]+)?"))


def text_or_none(template_text: str, value: object) -> str | None:
    """None when the value is refused."""
    try:
        return render(template_text, {"x": value}).text
    except DiagnosticError:
        return None


@pytest.mark.parametrize("type_", SCALARS)
@given(value=ANY)
def test_the_shape_of_the_sql_never_depends_on_a_value(type_: str, value: str) -> None:
    text = f"SELECT {{{{{type_}(x)}}}}, {{{{{type_}(x)}}}}"
    assert text_or_none(text, value) in (None, render(text, {"x": BENIGN.get(type_, "1")}).text)


@pytest.mark.parametrize("type_", ["Int8", "UInt256", "Float32", "String", "Boolean", "Date", "DateTime64"])
@given(value=ANY)
def test_the_shape_of_the_sql_never_depends_on_the_items_of_a_list(type_: str, value: str) -> None:
    text = f"SELECT {{{{Array(x, '{type_}')}}}}"
    assert text_or_none(text, value) in (None, render(text, {"x": BENIGN.get(type_, "1")}).text)


@given(value=st.text() | st.sampled_from([value for value in HOSTILE if value != "\ud800"]))
def test_texts_are_bound_unchanged(value: str) -> None:
    result = render("{{x}} {{String(x)}}", {"x": value})
    assert result.text == "{x:String} {x:String}"
    assert result.values == {"x": value}


@pytest.mark.parametrize("call", ["x", "String(x)", "Array(x)", "column(x)", "error(x)", "JSON(x)", "Int8(x)"])
def test_half_a_character_is_refused_in_a_text_that_can_be_sent(call: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        render(f"{{{{ {call} }}}}", {"x": '"\ud800"'})
    assert all(diagnostic.message.encode() for diagnostic in caught.value.diagnostics)


@given(value=ANY)
def test_numbers_are_what_python_reads_in_ascii(value: str) -> None:
    try:
        number = render("{{Int64(x)}}", {"x": value}).values["x"]
    except DiagnosticError:
        return
    assert value.isascii()
    assert number == int(value)


@given(value=ANY)
def test_floats_are_never_nan(value: str) -> None:
    try:
        number = render("{{Float64(x)}}", {"x": value}).values["x"]
    except DiagnosticError:
        return
    assert isinstance(number, float)
    assert not math.isnan(number)


@pytest.mark.parametrize("function", ["column", "columns", "symbol", "table"])
@given(value=ANY)
@example(value="a`, (SELECT 1) AS `b")
@example(value="a\\")
@example(value="\\`, 1 --")
def test_an_identifier_stays_one(function: str, value: str) -> None:
    """Whatever it is called, it is names, dots and commas, and what follows is as it was."""
    text = text_or_none(f"SELECT {{{{{function}(x)}}}} FROM t", value)
    if text is None:
        return
    tokens = sqlglot.tokenize(text, read="clickhouse")
    kinds = {token.token_type.name for token in tokens[1:-2]}
    assert kinds <= {"IDENTIFIER", "COMMA", "DOT"}
    assert [token.text for token in tokens[-2:]] == ["FROM", "t"]


@given(value=st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_values_of_json_are_bound_or_refused(value: object) -> None:
    try:
        result = render("{% for i in JSON(x) %}{{i}}{% end %}", {"x": [value]})
    except DiagnosticError:
        return
    assert result.text == f"{{i:{result.types['i']}}}"


@given(text=st.text(alphabet="{}%#<>'\"()x ,=\n-*/Int32ifendfor", max_size=60))
@example(text="{{'" * 20)
@example(text="{% if {% end %}")
def test_any_text_is_a_template_or_a_fault(text: str) -> None:
    try:
        render(text, {"x": "1"})
    except DiagnosticError as error:
        assert all(diagnostic.span is not None for diagnostic in error.diagnostics)
