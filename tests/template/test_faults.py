"""Faults of a template itself, found when it is read."""

from __future__ import annotations

import pytest

from tests.template.rendering import faults, parse, sql


@pytest.mark.parametrize(
    ("text", "code", "message", "hint"),
    [
        ("{{ Strin(x) }}", "TL302", "unknown template function Strin", "did you mean String?"),
        ("{{ toDateOrNull(x) }}", "TL302", "unknown template function toDateOrNull", None),
        ("{{ xyz(x) }}", "TL302", "unknown template function xyz", "functions of SQL stand outside of the tag"),
        ("{{ x.splt(',') }}", "TL302", "there is no .splt here", "did you mean split?"),
        ("{{ x.__class__ }}", "TL302", "there is no .__class__ here", None),
        ("{{ x.lower }}", "TL302", "there is no .lower here", None),
        ("{{ x.split(1, 2, 3) }}", "TL303", "wrong arguments of .split", "`.split(separator)`: the parts of a text"),
        ("{{ Int32() }}", "TL303", "Int32 needs the argument name", "Int32(name, [default], [description])"),
        ("{{ Int32(x, 1, 'd', 4) }}", "TL303", "too many arguments of Int32", "Int32(name, [default], [description])"),
        ("{{ Int32(x, defalt=1) }}", "TL303", "Int32 has no argument defalt", "did you mean default?"),
        ("{{ Int32(x, 1, default=1) }}", "TL303", "the argument default of Int32 is given twice", None),
        ("{{ sql_and(a__like=a) }}", "TL303", "operand like not supported", None),
        ("{{ sql_and(a) }}", "TL303", "the arguments of sql_and have names", "sql_and(column__operator=value, …)"),
        ("{{ max() }}", "TL303", "wrong arguments of max", "max(value, …)"),
        ("{{ }}", "TL301", "an expression is missing", None),
        ("{{ Int32(x }}", "TL301", "expected ',', found the end of the tag", None),
        ("{{ 1 + }}", "TL301", "the expression is not complete", None),
        ("{{ x y }}", "TL301", "unexpected 'y'", None),
        ("{{ x ** 2 }}", "TL301", "unexpected '**'", None),
        ("{{ x ? 1 : 2 }}", "TL301", "unexpected '?'", None),
        ("{{ [a for a in x] }}", "TL301", "expected ',', found 'for'", None),
        ("{{ lambda: 1 }}", "TL301", "unexpected 'lambda'", None),
        ("{{ x is 'a' }}", "TL301", "'is' is for None, True and False", "compare with == or !="),
        ("{{ Int32(x, default=1, 2) }}", "TL301", "expected a named argument, found '2'", None),
        ("{{ " + "9" * 200 + " }}", "TL301", "the number is too long", None),
        ("{% %}", "TL301", "the tag is empty", None),
        ("{% iff x %}", "TL301", "unknown tag {% iff %}", "did you mean if?"),
        ("{% end %}", "TL301", "{% end %} without a block to close", None),
        ("{% else %}", "TL301", "{% else %} outside of an {% if %}", None),
        ("{% for a in x %}{% elif y %}{% end %}", "TL301", "{% elif %} outside of an {% if %}", None),
        ("{% if x %}{% else %}{% else %}{% end %}", "TL301", "{% else %} after {% else %}", None),
        ("{% if x %}{% else if y %}{% end %}", "TL301", "{% else %} takes no condition", "write {% elif condition %}"),
        ("{% set 5 = x %}", "TL301", "expected a name, as in {% set x = 5 %}, found '5'", None),
        ("{% set a.b = x %}", "TL301", "expected '=', found '.'", None),
        (
            "{% for in x %}{% end %}",
            "TL301",
            "expected the name of an item, as in {% for x in list %}, found 'in'",
            None,
        ),
        ("a {% if x %} b", "TL301", "{% if %} is not closed", "close it with {% end %}"),
        ("{% if x", "TL301", "{% is not closed", "end the tag with %}"),
        ("{# x", "TL301", "{# is not closed", "end the tag with #}"),
    ],
)
def test_a_fault_is_told_with_the_way_out(text: str, code: str, message: str, hint: str | None) -> None:
    (fault,) = faults(text)
    assert (fault.code, fault.message) == (code, message)
    assert hint is None or fault.hint == hint


@pytest.mark.parametrize(
    "tag", ["import os", "from a import b", "raw x", "module x", "include 'a'", "extends 'a'", "while x"]
)
def test_what_could_harm_is_refused(tag: str) -> None:
    (fault,) = faults(f"{{% {tag} %}}")
    assert fault.message == f"{{% {tag.split()[0]} %}} is not allowed"


def test_all_faults_are_told_in_one_go() -> None:
    found = faults("{{ Strin(a) }}\n{% if x + %}\n{{ '{{y}}' + }}\n{% for a in b %}\n{% endfor %}")
    assert [(fault.code, fault.span.line if fault.span else 0) for fault in found] == [
        ("TL302", 1),
        ("TL301", 2),
        ("TL301", 3),
        ("TL301", 5),
        ("TL301", 2),
        ("TL301", 4),
    ]


def test_the_span_of_a_fault_is_the_word() -> None:
    (fault,) = faults("SELECT 1\n  LIMIT {{ Itn32(limit, 10) }}")
    assert fault.span is not None
    assert (fault.span.text, fault.span.line, fault.span.column) == ("Itn32", 2, 12)


def test_an_unclosed_block_is_told_at_its_opening() -> None:
    (fault,) = faults("{% if a %}x{% end %}\n{% for b in c %}\n{% if d %}{% end %}")
    assert fault.span is not None
    assert (fault.message, fault.span.line, fault.span.text) == ("{% for %} is not closed", 2, "{% for b in c %}")


@pytest.mark.parametrize(
    "expression",
    ["(" * 200 + "x" + ")" * 200, "-" * 2000 + "x", "not " * 2000 + "x", "x" + "+x" * 2000, "x" + "[0]" * 2000,
     "[" * 2000, "len(" * 100 + "x" + ")" * 100],
)  # fmt: skip
def test_an_expression_is_bounded(expression: str) -> None:
    assert {fault.code for fault in faults(f"{{{{ {expression} }}}}")} == {"TL308"}


def test_blocks_are_bounded() -> None:
    assert "TL308" in {fault.code for fault in faults("{% if x %}" * 200 + "{% end %}" * 200)}


def test_what_is_allowed_is_deep_enough() -> None:
    assert sql("{% if " + " or ".join(f"defined(a{n})" for n in range(100)) + " %}a{% end %}", a99="") == "a"
    assert sql("{{ " + "(" * 40 + "1" + ")" * 40 + " }}") == "{p:Int64}"
    assert sql("{{ " + "+".join("1" * 250) + " }}") == "{p:Int64}"


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("{{Boolean(x, true)}}", ["true is an undefined name here, and thus false"]),
        ("{% if defined('x') %}{% end %}", ["defined('x') asks for a text and is always true"]),
        ("{{Array(x, 'a,b')}}", ["'a,b' is not a type: the items are read as String"]),
        ("{{Int32(x, 'ten')}}", ["the default 'ten' does not fit Int32: a request without a value will fail"]),
        ("{{DateTime(x, '')}}", ["the default '' does not fit DateTime: a request without a value will fail"]),
        ("{{Array(x, 'Int8', '1,a')}}", ["the default '1,a' does not fit Array: a request without a value will fail"]),
        ("{% if not loop.first %}{% end %}", ["there is no .first here: it will fail"]),
        ("{{Boolean(x, false)}}", []),
        ("{{Array(x, 'Int8', '1,2')}} {{Int32(y, 5)}} {{String(z, '')}} {% if defined(x) %}{% end %}", []),
    ],
)
def test_what_is_hardly_meant_is_a_warning(text: str, messages: list[str]) -> None:
    warnings = parse(text).warnings
    assert [warning.message for warning in warnings] == messages
    assert not any(warning.is_error for warning in warnings)
