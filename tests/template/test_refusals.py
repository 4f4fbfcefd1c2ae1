"""What a request is told: Tinybird's wording, and the place in the datafile."""

from __future__ import annotations

import pytest

from tests.template.rendering import parse, refusal, render, sql
from tinylite import template
from tinylite.diagnostics import DiagnosticError, Source


def test_a_missing_parameter_is_named_at_its_place() -> None:
    source = Source("top.pipe", "NODE a\nSQL >\n    %\n    SELECT 1 LIMIT {{Int32(limit)}}")
    with pytest.raises(DiagnosticError) as caught:
        template.render(template.parse(source.span(13)), {}, template.Binder())
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "TL304"
    assert diagnostic.message == (
        "Required parameter is not defined. Check the parameters limit. "
        "Please provide a value or set a default value in the pipe code."
    )
    assert str(diagnostic.span) == "top.pipe:4:22"


def test_all_missing_parameters_are_told_at_once() -> None:
    text = "{{Int32(a)}} {{String(b, 'x')}} {{String(c)}} {{Int32(a)}} {% if Date(d) > '2' %}{% end %}"
    assert "Check the parameters a, c and d. " in refusal(text).message
    assert "Check the parameters a and c. " in refusal(text, d="2024-01-01").message


def test_a_missing_parameter_in_a_branch_not_taken_is_not_missing() -> None:
    assert sql("1{% if defined(x) %}{{Int32(x)}}{% end %}") == "1"


@pytest.mark.parametrize(
    ("text", "value", "message"),
    [
        ("{{Int32(x)}}", "abc", "Error validating 'abc' to type Int32"),
        ("{{Int32(x)}}", "", "Error validating '' to type Int32"),
        ("{{Int32(x)}}", "5.0", "Error validating '5.0' to type Int32"),
        ("{{Int8(x)}}", "300", "Error validating '300' to type Int8"),
        ("{{UInt8(x)}}", "-1", "Error validating '-1' to type UInt8"),
        ("{{Integer(x)}}", "9" * 12, f"Error validating '{'9' * 12}' to type Int32"),
        ("{{Int32(x)}}", ["1", "2"], "Error validating '['1', '2']' to type Int32"),
        ("{{Float64(x)}}", "1,5", "Error validating '1,5' to type Float64"),
        ("{{Date(x)}}", "bad", "Error validating 'bad' to type Date"),
        ("{{DateTime(x)}}", "2024-01-01", "Error validating '2024-01-01' to type DateTime"),
        ("{{DateTime64(x)}}", "2024-01-01 00:00:00", "Error validating '2024-01-01 00:00:00' to type DateTime64"),
        ("{{Array(x, 'Int32')}}", "1,2,a", "Error validating [1,2,a][2] (a) to type Int32"),
        ("{{Array(x, 'Int32')}}", "", "Error validating [][0] (empty string) to type Int32"),
        ("{{Array(x, 'Int32')}}", "1, 2", "Error validating [1, 2][1] ( 2) to type Int32"),
        ("{{JSON(x).get('a')}}", "bad", "Error parsing JSON: 'bad' - Expecting value: line 1 column 1 (char 0)"),
        ("{{JSON(x).get('a')}}", '{"a": NaN}', "Error parsing JSON: '{\"a\": NaN}' - NaN is not JSON"),
        ("{{column(x, 'a')}}", "", "'' is not an identifier"),
        ("{{columns(x, 'a')}}", "a,,b", "'' is not an identifier"),
        ("{{columns('a', fn=x)}}", "sum(1), b", "'sum(1), b' is not the name of a function"),
    ],
)
def test_a_bad_value_is_refused(text: str, value: object, message: str) -> None:
    diagnostic = refusal(text, x=value)
    assert (diagnostic.code, diagnostic.message) == ("TL305", message)
    assert diagnostic.span is not None


def test_a_bad_default_is_told_when_it_is_needed() -> None:
    assert refusal("{{Int32(x, 'abc')}}").message == "Error validating 'abc' to type Int32"
    assert sql("{{Int32(x, 'abc')}}", x="1") == "{x:Int32}"


def test_an_undefined_value_is_not_written() -> None:
    assert refusal("{{x}}").message == 'expression "x" evaluated to null'
    assert refusal("{{ Int64(x, defined=False) }}").message == 'expression "Int64(x, defined=Fal..." evaluated to null'
    assert refusal("-- {{x}}").message == 'expression "x" evaluated to null'


@pytest.mark.parametrize("function", ["column", "columns"])
def test_a_column_needs_a_default(function: str) -> None:
    diagnostic = refusal(f"{{{{{function}(x)}}}}")
    assert diagnostic.code == "TL304"
    assert diagnostic.message.startswith(f"Missing {function}() default value, use `{function}(")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("y > 5", "> can't compare a text with a number"),
        ("y.get('a')", "a text has no .get"),
        ("y.split('')", ".split: empty separator"),
        ("','.join([1])", ".join: .join needs a list of texts"),
        ("y[5]", "a text has no item [5]"),
        ("JSON(z)['b']", "Missing key 'b' while rendering the template. "
                         "Ensure every object accessed in the template has this key."),
        ("y + 1", "+ does not fit a text and a number"),
        ("y % 1", "% does not fit a text and a number"),
        ("1 / 0", "/: division by zero"),
        ("-y", "- does not fit a text"),
        ("len(5)", "len: a number has no length"),
        ("max(1, 'a')", "max: '>' not supported between instances of 'str' and 'int'"),
        ("{[]: 1}", "the keys of an object are texts or numbers"),
        ("JSON(z)", "an object can't be a value in SQL"),
        ("[1, 'a']", "the items of a list must be all texts or all numbers"),
        ("JSON(z).get('n')", "the number is too large for SQL"),
        ("day_diff('bad', '2024-01-01')", "invalid date format in function `day_diff`, it must be ISO format date "
                                          "YYYY-MM-DD, e.g. 2018-09-26"),
        ("date_diff_in_hours('2024', y)", "invalid date_format in function `date_diff_in_hours`: the dates are not "
                                          "written %Y-%m-%d %H:%M:%S"),
        ("tb_secret('s')", "Cannot access secret 's'. Check the secret exists in the Workspace and the token has the "
                           "required scope."),
        ("cache_ttl('7m')", "Invalid TTL cache expression, valid expressions are ('5s', '1m', '5m', '30m', '1h')"),
        ("max_threads(y)", "max_threads takes a number, not 'text'"),
        ("activate('magic')", "'magic' is not a valid 'activate' argument"),
        ("custom_error('no', 200)", "the status of custom_error is a number from 400 to 599"),
    ],
)  # fmt: skip
def test_what_can_not_be_evaluated_is_told(expression: str, message: str) -> None:
    diagnostic = refusal(f"{{{{ {expression} }}}}", y="text", z='{"n": 1' + "0" * 90 + "}")
    assert (diagnostic.code, diagnostic.message) == ("TL307", message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{% if x > 5 %}{% end %}", "> can't compare an undefined value with a number"),
        ("{% if 'a' in x %}{% end %}", "in can't compare a text with an undefined value"),
        ("{% for a in x %}{% end %}", "an undefined value has no items to go through"),
        ("{{ x.split(',') }}", "an undefined value has no .split"),
        ("{{ len(x) }}", "len: an undefined value has no length"),
        (
            "{{ day_diff(x, '2024-01-01') }}",
            "invalid date format in function `day_diff`, it must be ISO format date YYYY-MM-DD, e.g. 2018-09-26",
        ),
    ],
)
def test_undefined_values_are_the_fault_of_the_request(text: str, message: str) -> None:
    diagnostic = refusal(text)
    assert (diagnostic.code, diagnostic.message) == ("TL304", message)
    assert diagnostic.hint == "test it with defined(…) first"


def test_a_template_can_raise_an_error() -> None:
    diagnostic = refusal("{% if not defined(x) %}{{ error('pass ' + 'x') }}{% end %}")
    assert (diagnostic.code, diagnostic.message) == ("TL306", "pass x")


def test_a_custom_error_brings_body_and_status() -> None:
    text = "{{ custom_error({'error_id': Int8(n), 'error': 'not yours'}, 403) }}"
    with pytest.raises(template.CustomError) as caught:
        render(text, {"n": "7"})
    assert (caught.value.body, caught.value.status) == ({"error_id": 7, "error": "not yours"}, 403)
    assert caught.value.diagnostics[0].message == "not yours"


def test_custom_errors_are_400_if_they_say_nothing_else() -> None:
    with pytest.raises(template.CustomError) as caught:
        render("{{ custom_error('no') }}")
    assert (caught.value.body, caught.value.status) == ("no", 400)


def test_a_missing_parameter_before_an_error_wins() -> None:
    assert refusal("{{Int32(a)}} {{error('later')}}").code == "TL304"
    assert refusal("{{error('first')}} {{Int32(a)}}").code == "TL306"


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in JSON(x) %}{% for b in JSON(x) %}{% end %}{% end %}",
        "{% for a in JSON(x) %}" + "text " * 1000 + "{% end %}",
        "{{column(y)}}" * 1500,
        "{{ y * 1000000 }}",
        "{{ (y * 10000).replace('a', y) }}",
        "{{ (y * 10000).join(y.split('-')) }}",
        "{% set n = 2 %}{% for a in JSON(x) %}{% set n = n * n %}{% end %}",
        "{% set s = y %}{% for a in JSON(x) %}{% set s = s + s %}{% end %}",
        "{% set s = JSON(x) %}{% for a in JSON(x) %}{% set s = s + s %}{% end %}",
    ],
)
def test_what_would_grow_without_end_is_stopped(text: str) -> None:
    arguments = {"x": str(list(range(300))), "y": "a-" * 450}
    assert refusal(text, **arguments).code == "TL308"


def test_a_long_value_is_not_repeated_whole() -> None:
    assert len(refusal("{{Int32(x)}}", x="9" * 1_000_000).message) < 300
    assert len(refusal("{{Array(x, 'Int8')}}", x="a" * 1_000_000).message) < 600


def test_many_different_values_of_a_loop_are_bound_in_time() -> None:
    result = render("{% for a in JSON(x) %}{{a}},{% end %}", {"x": str(list(range(9_000)))})
    assert len(result.values) == 9_000


def test_a_parameter_can_be_demanded() -> None:
    known = parse(
        "{{Int32(a, required=True)}} {{Int32(b, 5, required=True)}} {{Int32(c)}} {{x}}"
        "{% if defined(d) %}{{String(d, required=True)}}{% end %}"
    ).parameters
    assert template.missing_required(known, {"c": "1"}) == ["a", "d"]
    assert template.missing_required(known, {"a": "", "d": "x"}) == []
    assert "Check the parameters a and d. " in template.not_defined(["a", "d"])
