"""A template and arguments to SQL and values."""

from __future__ import annotations

import pytest

from tests.template.rendering import parse, refusal, render, sql
from tinylite import template
from tinylite.diagnostics import Source


@pytest.mark.parametrize(
    ("text", "arguments", "expected", "values"),
    [
        ("{{Int32(n, 100)}}", {}, "{n:Int32}", {"n": 100}),
        ("{{Int32(n, 100)}}", {"n": "5"}, "{n:Int32}", {"n": 5}),
        ("{{Int(n, default=7)}} {{Integer(m, 8)}}", {}, "{n:Int32} {m:Int32}", {"n": 7, "m": 8}),
        ("{{UInt256(n)}}", {"n": "9" * 70}, "{n:UInt256}", {"n": int("9" * 70)}),
        ("{{Float64(x, 1)}}", {}, "{x:Float64}", {"x": 1.0}),
        ("{{String(s, '')}}", {}, "{s:String}", {"s": ""}),
        ("{{String(s, 5)}}", {}, "{s:String}", {"s": "5"}),
        ("{{String('constant')}}", {}, "{p:String}", {"p": "constant"}),
        ("{{Date(d)}}", {"d": "2024-02-29"}, "{d:String}", {"d": "2024-02-29"}),
        ("{{DateTime(t)}}", {"t": "2024-01-01T10:00:00Z"}, "{t:String}", {"t": "2024-01-01T10:00:00Z"}),
        ("{{Boolean(b)}}", {"b": "false"}, "{b:UInt8}", {"b": 0}),
        ("{{Boolean(b, True)}}", {}, "{b:UInt8}", {"b": 1}),
        ("{{Array(a, 'Int32')}}", {"a": "1,2"}, "{a:Array(Int32)}", {"a": [1, 2]}),
        ("{{Array(a, 'Int32', '3')}}", {}, "{a:Array(Int32)}", {"a": [3]}),
        ("{{Array(a)}}", {"a": ["x,y", "z"]}, "{a:Array(String)}", {"a": ["x,y", "z"]}),
        ("{{Array(a, 'Date', default='2024-01-01')}}", {}, "{a:Array(String)}", {"a": ["2024-01-01"]}),
        ("{{Array(a, 'Boolean')}}", {"a": "true,0"}, "{a:Array(UInt8)}", {"a": [1, 0]}),
        ("{{x}}", {"x": "it's"}, "{x:String}", {"x": "it's"}),
        ("{{x}}", {"x": ["a", "b"]}, "{x:Array(String)}", {"x": ["a", "b"]}),
        ("{{split_to_array(x, 'q, r')}}", {}, "{x:Array(String)}", {"x": ["q", "r"]}),
        ("{{split_to_array(x, 'q|r', separator='|')}}", {}, "{x:Array(String)}", {"x": ["q", "r"]}),
        ("interval {{Int32(n, 7)}} day", {}, "interval {n:Int32} day", {"n": 7}),
        ("x IN {{Array(a, 'Int8', '1')}} LIMIT {{Int8(n, 2)}}", {}, "x IN {a:Array(Int8)} LIMIT {n:Int8}",
         {"a": [1], "n": 2}),
    ],
)  # fmt: skip
def test_a_value_is_a_typed_parameter(text: str, arguments: dict[str, object], expected: str, values: object) -> None:
    result = render(text, arguments)
    assert result.text == expected
    assert result.values == values


@pytest.mark.parametrize(
    ("text", "expected", "values"),
    [
        ("{{ Int32(page, 0) * 10 }}", "{page:Int64}", {"page": 20}),
        ("{{ Int32(page) / 4 }}", "{page:Float64}", {"page": 0.5}),
        ("{{ -Int32(page) }}", "{page:Int64}", {"page": -2}),
        ("{{ '%' + name + '%' }}", "{name:String}", {"name": "%a%"}),
        ("{{ 1 + 2 }}", "{p:Int64}", {"p": 3}),
        ("{{ UInt64(page) * 10000000000000000000 }}", "{page:Int256}", {"page": 2 * 10**19}),
        ("{{ Int32(page, 1) if page else 3 }}", "{page:Int32}", {"page": 2}),
        ("{{ (1, 2.5) }}", "{p:Array(Float64)}", {"p": [1.0, 2.5]}),
        ("{{ ['a', name] }}", "{name:Array(String)}", {"name": ["a", "a"]}),
        ("{{ [] }}", "{p:Array(String)}", {"p": []}),
        ("{{ len(name) }}", "{name:Int64}", {"name": 1}),
        ("{{ max(Int8(page), 7) }}", "{page:Int64}", {"page": 7}),
        ("{{ max(Int8(page), 1) }}", "{page:Int64}", {"page": 2}),
        ("{{ name == 'a' }}", "{name:Bool}", {"name": True}),
        ("{{ name.upper().split('A') }}", "{name:Array(String)}", {"name": ["", ""]}),
    ],
)
def test_what_is_computed_is_a_parameter_named_after_its_first_name(text: str, expected: str, values: object) -> None:
    result = render(text, {"page": "2", "name": "a"})
    assert (result.text, result.values) == (expected, values)


def test_a_name_keeps_the_type_that_it_was_set_with() -> None:
    result = render("{% set n = Int32(limit, 5) %}{{n}} {{n + 1}} {% if n == 5 %}five{% end %}")
    assert result.text == "{n:Int32} {n_2:Int64} five"
    assert result.values == {"n": 5, "n_2": 6}


def test_the_same_value_has_one_name_and_another_has_its_own() -> None:
    """An expression in SELECT and again in GROUP BY must stay one expression."""
    result = render("{{Int32(n, 5)}} {{Int32(n, 5)}} {{Int32(n, 6)}} {{String(n, 'a')}} {{Int32(n, 6)}}")
    assert result.text == "{n:Int32} {n:Int32} {n_2:Int32} {n_3:String} {n_2:Int32}"
    assert result.values == {"n": 5, "n_2": 6, "n_3": "a"}


def test_nodes_of_one_request_share_their_parameters() -> None:
    binder = template.Binder()
    for text in ("{{Int32(n, 5)}}", "{{Int32(n, 5)}} {{Int8(n, 5)}}"):
        rendered = template.render(template.parse(Source("a.pipe", text).span()), {"n": "1"}, binder)
    assert rendered.text == "{n:Int32} {n_2:Int8}"
    assert list(binder.values) == ["n", "n_2"]


@pytest.mark.parametrize(
    ("condition", "arguments", "holds"),
    [
        ("x", {}, False),
        ("x", {"x": ""}, False),
        ("x", {"x": "0"}, True),
        ("not x", {}, True),
        ("x is None", {}, True),
        ("x == None", {}, True),
        ("x is not None", {"x": ""}, True),
        ("defined(x)", {}, False),
        ("defined(x)", {"x": ""}, True),
        ("x != 'a'", {}, True),
        ("x in ['a', 'b']", {"x": "b"}, True),
        ("x not in ('a', 'b')", {}, True),
        ("'a' in x", {"x": "cat"}, True),
        ("Int32(x) > 5", {"x": "7"}, True),
        ("Int32(x) == 7", {"x": "07"}, True),
        ("x == 7", {"x": "7"}, False),
        ("1 < Int8(x, 2) <= 2", {}, True),
        ("Boolean(x)", {"x": "FALSE"}, False),
        ("Boolean(x)", {}, False),
        ("Boolean(x) == True", {"x": "yes"}, True),
        ("Date(x, '2024-01-02') > '2024-01-01'", {}, True),
        ("Int64(x, defined=False) is None", {}, True),
        ("3 in Array(x, 'Int8')", {"x": "1,3"}, True),
        ("x and y or not y", {}, True),
        ("(x or 'b') == 'b'", {}, True),
        ("x.startswith('a') and x.split(',')[1] == 'b'", {"x": "a,b"}, True),
        ("JSON(x).get('a', {}).get('b') == 1", {"x": '{"a": {"b": 1}}'}, True),
        ("day_diff(x, '2024-01-05') > 3", {"x": "2024-01-01"}, True),
        ("Array(x)[0] == 'a'", {"x": "a,b"}, True),
        ("true", {}, False),
    ],
)
def test_in_a_condition_calls_are_plain_values(condition: str, arguments: dict[str, object], holds: bool) -> None:
    assert sql(f"{{% if {condition} %}}yes{{% else %}}no{{% end %}}", **arguments) == ("yes" if holds else "no")


def test_only_one_branch_is_written_and_evaluated() -> None:
    text = "{% if a == '1' %}A{{Int8(x)}}{% elif a == '2' %}B{% elif a %}{{error('odd')}}{% else %}D{% end if %}"
    assert sql(text, a="2") == "B"
    assert sql(text) == "D"


def test_an_attribute_in_a_part_never_reached_does_no_harm() -> None:
    text = "a{% if x %}{% for a in x %}{% if loop.first %}{% end %}{% end %}{% end %}"
    assert sql(text) == "a"
    assert [parameter.name for parameter in parse(text).parameters] == ["x"]
    assert refusal(text, x="1").message == "there is no .first here"


def test_a_loop_writes_its_body_for_each_item() -> None:
    text = "{% for last, c in enumerate_with_last(split_to_array(cols, 'a,b')) %}sum({{symbol(c)}}){% if not last %}, {% end %}{% end %}"  # noqa: E501
    assert sql(text) == "sum(`a`), sum(`b`)"
    assert sql(text, cols="x, y,z") == "sum(`x`), sum(`y`), sum(`z`)"


def test_each_item_of_a_loop_is_a_parameter() -> None:
    result = render("{% for i in JSON(f, '[]') %} AND {{column(i['c'])}} = {{i.get('v')}}{% end %}",
                    {"f": '[{"c": "a", "v": "x"}, {"c": "b", "v": 2}]'})  # fmt: skip
    assert result.text == " AND `a` = {i:String} AND `b` = {i_2:Int64}"
    assert result.values == {"i": "x", "i_2": 2}


def test_what_is_set_wins_over_the_argument() -> None:
    assert render("{% set n = 3 %}{{Int32(n, 10)}}", {"n": "99"}).values == {"n": 3}
    assert render("{% set n = n or 'z' %}{{n}}", {}).values == {"n": "z"}
    assert render("{% set a, b = 1, 'x' %}{{b}}{{a}}").values == {"a": 1, "b": "x"}


@pytest.mark.parametrize(
    ("text", "arguments", "expected"),
    [
        ("{{column(x, 'a')}}", {}, "`a`"),
        ("{{column(x, 'a')}}", {"x": "b c"}, "`b c`"),
        ("{{column(x)}}", {"x": "t.c"}, "`t`.`c`"),
        ("{{column(x)}}", {"x": "a`b\\c"}, "`a\\`b\\\\c`"),
        ("{{columns(x, 'a, b')}}", {}, "`a`,`b`"),
        ("{{columns(x, fn='max')}}", {"x": "a"}, "max(`a`) as `a`"),
        ("{{symbol(x)}}", {"x": "t.c"}, "`t.c`"),
        ("{{table('tinybird.pipe_stats')}}", {}, "`tinybird`.`pipe_stats`"),
        ("{{TABLE('events')}}", {}, "`events`"),
        ("{% set c = column(x, 'a') %}{{c}}", {}, "`a`"),
    ],
)
def test_identifiers_are_quoted_text(text: str, arguments: dict[str, object], expected: str) -> None:
    assert render(text, arguments) == (expected, {}, {}, {})


def test_conditions_without_a_value_are_left_out() -> None:
    text = "{{sql_and(a__in=Array(a, 'Int32', defined=False), b=b, c__gt=Int32(c, defined=False), d__not_in=d)}}"
    result = render(text, {"a": "1,2", "b": "z", "d": ["q"]})
    assert result.text == "a in {a:Array(Int32)} and b = {b:String} and d not in {d:Array(String)}"
    assert result.values == {"a": [1, 2], "b": "z", "d": ["q"]}
    assert sql(text) == "1"
    assert sql("{% if sql_and(a=a) %}yes{% else %}no{% end %}") == "no"


def test_a_secret_is_bound_and_never_text() -> None:
    result = render("{{tb_secret('api key')}} {{tb_secret('none', 'd')}}", secrets={"api key": "hush"})
    assert result.text == "{tb_secret_api_key:String} {tb_secret_none:String}"
    assert result.values == {"tb_secret_api_key": "hush", "tb_secret_none": "d"}


def test_hints_write_nothing() -> None:
    result = render(
        "{{max_threads(Int8(n, 4))}}{{cache_ttl('5m')}}{{backend_hint('b')}}{{activate('analyzer')}}SELECT 1"
    )
    assert result.text == "SELECT 1"
    assert result.hints == {"max_threads": 4, "cache_ttl": "5m", "backend_hint": "b", "activate": ("analyzer",)}


def test_the_map_leads_from_the_sql_to_the_tags() -> None:
    source = Source("top.pipe", "%\nSELECT {{column(c, 'a')}}, b{# x #}c\nFROM t LIMIT {{Int32(n, 5)}}")
    rendered = template.render(template.parse(source.span()), {}, template.Binder())
    assert rendered.text == "SELECT `a`, bc\nFROM t LIMIT {n:Int32}"

    def behind(made: str) -> str:
        start = rendered.text.index(made)
        span = rendered.map.span(start, start + len(made))
        assert span is not None
        return span.text

    assert behind("`a`") == "{{column(c, 'a')}}"
    assert behind("FROM t") == "FROM t"
    assert behind("{n:Int32}") == "{{Int32(n, 5)}}"
    assert behind("bc") == "b{# x #}c"
