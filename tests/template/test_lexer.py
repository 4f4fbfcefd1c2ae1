"""Which parts of a text are tags."""

from __future__ import annotations

import pytest

from tests.template.rendering import faults, parse, render, sql
from tinylite import template
from tinylite.diagnostics import Source


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT 1",
        "SELECT 1\r\n",
        "SELECT {x:Int32} + 1",
        "SELECT {'a': 1}",
        "SELECT 1 << 2 >> 1",
        "SELECT 1 << max(x) >> 2",
        "SELECT a << (Int32(b))",
        "SELECT '<<Int32(x, 1)>>'",
        "SELECT 1 -- <<Int32(x, 1)>>",
        "SELECT a % 2",
        "SELECT x LIKE '{%'",
        "SELECT x LIKE '%{{'",
        "SELECT '日本語 🦆'",
    ],
)
def test_a_text_without_tags_stays_as_it_is(text: str) -> None:
    span = Source("top.pipe", f"NODE a\n{text}").span(7)
    rendered = template.render(template.parse(span), {}, template.Binder())
    assert rendered.text == text
    if text:
        assert rendered.map.span(0, len(text)) == span


@pytest.mark.parametrize("head", ["%\n", "%\r\n", "% \n", "\n    %\n", "%"])
def test_the_percent_sign_in_front_is_left_out(head: str) -> None:
    assert sql(f"{head}SELECT 1") == "SELECT 1"
    assert sql(f"{head}SELECT {{{{Int8(n, 1)}}}}") == "SELECT {n:Int8}"


def test_offsets_hold_behind_the_percent_sign() -> None:
    source = Source("top.pipe", "SQL >\n    %\n    SELECT wrong")
    rendered = template.render(template.parse(source.span(6)), {}, template.Binder())
    found = rendered.map.span(rendered.text.index("wrong"), len(rendered.text))
    assert found is not None
    assert (found.text, found.line, found.column) == ("wrong", 3, 12)


def test_double_angles_are_a_tag_where_a_parameter_call_follows() -> None:
    assert sql("LIMIT <<Int32(n, 5)>> + (8 >> 1)") == "LIMIT {n:Int32} + (8 >> 1)"
    assert sql("a << <<UInt8(n, 1)>>") == "a << {n:UInt8}"
    assert sql("<<Int32(page, 0) * 10>>") == "{page:Int64}"
    assert sql("<< Array(x, 'Int8', '1>>2') >>", x="1") == "{x:Array(Int8)}"


def test_the_innermost_braces_are_the_tag() -> None:
    assert sql("map{{{Int8(n, 1)}}}") == "map{{n:Int8}}"
    assert sql("{'a': {{Int8(n, 1)}}}") == "{'a': {n:Int8}}"


def test_brackets_and_strings_inside_a_tag_do_not_end_it() -> None:
    assert render("{{ {'a': {'b': 'c'}}['a']['b'] }}").values == {"p": "c"}
    assert render("{{ '}}' }}").values == {"p": "}}"}
    assert render("{{ {'a': 1}.get('a')}}").values == {"p": 1}
    assert sql("{% if x == '%}' %}yes{% end %}", x="%}") == "yes"


def test_comments_are_left_out() -> None:
    assert sql("a{# {{ nothing }} #}b{% comment it's free text %}c") == "abc"


def test_an_unclosed_tag_is_told_with_its_end() -> None:
    (fault,) = faults("SELECT {{ Int32(x) FROM t")
    assert (fault.code, fault.message, fault.hint) == ("TL301", "{{ is not closed", "end the tag with }}")
    assert fault.span is not None
    assert fault.span.column == 8


@pytest.mark.parametrize(
    "text",
    [
        "SELECT '{{String(x)}}'",
        "SELECT '%{{x}}%'",
        "SELECT \"{{column(x, 'a')}}\"",
        "SELECT `{{x}}`",
        "SELECT 'it''s {{x}}'",
        "SELECT 'it\\'s {{x}}'",
        "SELECT 'a{% if x %}{{x}}{% end %}b'",
    ],
)
def test_a_value_inside_quotes_is_refused(text: str) -> None:
    (fault,) = faults(text)
    assert fault.message == "a value can't stand inside quotes"
    assert fault.hint is not None
    assert "concat('%', {{String(x)}}, '%')" in fault.hint


def test_quotes_around_a_tag_are_no_quotes_about_it() -> None:
    assert sql("'a' {{String(x, '')}} 'b' -- it's\n{{String(y, '')}} /* ' */ {{String(z, '')}}").count("String}") == 3


def test_branches_inside_quotes_are_text() -> None:
    assert sql("'{% if x %}a{% else %}b{% end %}'", x="1") == "'a'"
    assert sql("'{{max_threads(2)}}'") == "''"


def test_in_a_comment_of_the_sql_a_value_is_not_written() -> None:
    """An identifier there could end the comment."""
    assert render("1 -- {{column(c, 'a')}} {{String(s)}}", {"c": "a*/", "s": "x"}).text == "1 --  "
    assert sql("/* {{Int8(n, 1)}} */ {{Int8(n, 1)}}") == "/*  */ {n:Int8}"


def test_a_template_of_only_text_has_no_parameters() -> None:
    assert parse("SELECT 1").parameters == ()
