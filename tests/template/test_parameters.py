"""Parameters are read off a template without running it."""

from __future__ import annotations

import pytest

from tests.template.rendering import parse, render
from tinylite.template import Parameter, merge, sample_arguments


def parameters(text: str) -> dict[str, Parameter]:
    return {parameter.name: parameter for parameter in parse(text).parameters}


def test_a_call_says_all_about_its_parameter() -> None:
    text = (
        "{{Int32(limit, 10, description='How many', required=True, example='5', format='int', title='Limit', "
        "enum=[5, 10])}}"
    )
    assert parse(text).parameters == (
        Parameter("limit", "Int32", 10, True, True, "How many", (5, 10), "5", "int", "Limit"),
    )


@pytest.mark.parametrize(
    ("call", "type_", "element", "default"),
    [
        ("Int(x, -1)", "Int32", "", -1),
        ("String(x)", "String", "", None),
        ("Boolean(x, False)", "Boolean", "", False),
        ("Array(x, 'Int32', '1,2')", "Array", "Int32", "1,2"),
        ("Array(x, default=['a'])", "Array", "String", ["a"]),
        ("split_to_array(x, 'a')", "Array", "String", "a"),
        ("JSON(x, '{}')", "JSON", "", "{}"),
        ("column(x, 'a')", "column", "", "a"),
        ("columns(x)", "columns", "", None),
        ("x", "String", "", None),
        ("len(x)", "String", "", None),
    ],
)
def test_the_call_gives_the_type(call: str, type_: str, element: str, default: object) -> None:
    found = parameters(f"{{{{ {call} }}}}")["x"]
    assert (found.type, found.element, found.default) == (type_, element, default)
    assert found.has_default == (default is not None)


def test_parameters_stand_everywhere_in_a_template() -> None:
    text = """
        {% if defined(a) and Int8(b, 1) > 2 %}{{String(c)}}{% elif d == 'x' %}{{e}}{% else %}{{ Date(f) }}{% end %}
        {% for g in Array(h) %}{{ String(g) }}{% end %}
        {% set i = Int16(j, 5) %}{{ Int8(i) }} {{ sql_and(k__in=Array(l, 'Int8', defined=False), m=m) }}
        {{ Int32(n) * Int32(o, p) }} {{ String(JSON(q).get('r')) }} {{ max_threads(s) }} {# {{ t }} #}
        {% set u = u or 'x' %}{{ u }} -- {{ v }}
    """
    assert list(parameters(text)) == list("abcdefhjlmnopqsuv")


def test_uses_of_one_name_are_one_parameter() -> None:
    text = "{% if defined(n) %}{{Int32(n, description='N')}} {{Int32(n, 5)}} {{String(n, required=True)}}{% end %}"
    (found,) = parse(text).parameters
    assert (found.type, found.default, found.required, found.description) == ("Int32", 5, True, "N")


def test_nodes_are_merged_in_the_order_of_use() -> None:
    first, second = parse("{{x}} {{String(y)}}").parameters, parse("{{Int8(y, 3)}} {{Int8(x, 2)}}").parameters
    merged = merge([*first, *second])
    assert [(p.name, p.type, p.default, p.typed) for p in merged] == [("x", "Int8", 2, True), ("y", "String", 3, True)]


def test_a_default_that_must_be_evaluated_is_only_known_to_exist() -> None:
    found = parameters("{{Int32(x, y)}}")["x"]
    assert (found.default, found.has_default) == (None, True)


@pytest.mark.parametrize(
    ("call", "sample"),
    [
        ("Int32(x)", "1"),
        ("Int32(x, 10)", "10"),
        ("Int32(x, 'bad')", "1"),
        ("Float32(x)", "1.5"),
        ("String(x, '')", "a"),
        ("String(x, enum=['p', 'q'])", "p"),
        ("Date(x, '')", "2024-01-01"),
        ("DateTime(x)", "2024-01-01 00:00:00"),
        ("DateTime64(x)", "2024-01-01 00:00:00.000"),
        ("DateTime(x, example='2020-02-02 00:00:00')", "2020-02-02 00:00:00"),
        ("Boolean(x)", "1"),
        ("Array(x, 'Int32')", "1"),
        ("Array(x, 'Int32', default=[3, 4])", "3,4"),
        ("Array(x, 'Date', '2024-01-01,x')", "2024-01-01"),
        ("JSON(x).get('a', 1)", "{}"),
        ("column(x, 'timestamp')", "timestamp"),
    ],
)
def test_a_sample_is_valid(call: str, sample: str) -> None:
    text = f"{{{{ {call} }}}}"
    arguments = sample_arguments(parse(text).parameters)
    assert arguments == {"x": sample}
    assert render(text, arguments).text
