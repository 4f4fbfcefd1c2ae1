"""Parameters of endpoints: where they come from, and what is said when they are wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.server.client import Client, endpoint, served

REQUIRED = (
    "Required parameter is not defined. Check the parameters {}. Please provide a value or set a default value in the "
    "pipe code."
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    files = {
        "number.pipe": endpoint("SELECT {{Int32(x, 7)}} AS x"),
        "needed.pipe": endpoint("SELECT {{Int32(x)}} AS x, {{String(y)}} AS y"),
        "required.pipe": endpoint("SELECT {{Int32(x, 1)}} AS x, {{String(y, required=True)}} AS y, {{z}} AS z"),
        "texts.pipe": endpoint("SELECT {{String(s, '')}} AS s, {{Array(a, 'String', '')}} AS a"),
        "bare.pipe": endpoint("SELECT {{x}} AS x"),
        "date.pipe": endpoint("SELECT {{Date(d)}} AS d, {{Array(a, 'Int32', '1')}} AS a"),
        "flag.pipe": endpoint("SELECT {{Boolean(b)}} AS b"),
        "stop.pipe": endpoint("{% if not defined(x) %}{{error('say x')}}{% end %} SELECT {{Int32(y)}}"),
        "own_error.pipe": endpoint("{{custom_error({'code': 7, 'why': [x, 1e400, 10**60]}, 418)}} SELECT 1"),
        "plain_error.pipe": endpoint("{{custom_error('no', 403)}} SELECT 1"),
        "twice.pipe": endpoint("SELECT {{Int32(x, 1)}} AS a, {{String(x, '2')}} AS b, {{Int32(x_2, 3)}} AS c"),
        "slots.pipe": endpoint(
            "SELECT toStartOfInterval(toDateTime('2024-01-01 10:07:00'), INTERVAL {{Int32(n)}} MINUTE)"
        ),
        "limited.pipe": endpoint("SELECT number FROM numbers(10) ORDER BY number LIMIT {{Int32(n, 2)}}"),
    }
    files["own_error.pipe"] = files["own_error.pipe"].replace(", 10**60", "")
    with served(tmp_path_factory.mktemp("parameters"), files) as client:
        yield client


def test_a_default_stands_for_what_is_not_passed(client: Client) -> None:
    assert client.get("/v0/pipes/number.json").data == [{"x": 7}]


@pytest.mark.parametrize("minutes", [0, -5])
def test_an_interval_that_is_none_is_refused_in_clickhouses_words(client: Client, minutes: int) -> None:
    assert list(client.get("/v0/pipes/slots.json", n=5).json()["data"][0].values()) == ["2024-01-01 10:05:00"]
    refused = client.get("/v0/pipes/slots.json", n=minutes)
    assert refused.status == 400
    assert "Value for 2nd argument of function toStartOfInterval must be positive" in refused.error


def test_the_query_string_passes_parameters(client: Client) -> None:
    assert client.get("/v0/pipes/number.json", x="5").data == [{"x": 5}]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"x=5", "application/x-www-form-urlencoded"),
        (b'{"x": 5}', "application/json"),
        (b'{"x": "5"}', "application/json; charset=utf-8"),
        (b' {"x": 5}', "application/x-www-form-urlencoded"),
        (b'{"x": 5}', ""),
    ],
)
def test_a_body_passes_parameters(client: Client, body: bytes, content_type: str) -> None:
    response = client.post("/v0/pipes/number.json", body, {"Content-Type": content_type})
    assert response.data == [{"x": 5}]


def test_the_query_string_wins_over_the_body(client: Client) -> None:
    assert client.post("/v0/pipes/number.json", b"x=5", x="6").data == [{"x": 6}]


def test_values_of_json_are_as_those_of_a_query_string(client: Client) -> None:
    body = json.dumps({"s": "a'b", "a": ["1", 2]}).encode()
    response = client.post("/v0/pipes/texts.json", body, {"Content-Type": "application/json"})
    assert response.data == [{"s": "a'b", "a": ["1", "2"]}]


def test_null_in_json_is_not_passed(client: Client) -> None:
    headers = {"Content-Type": "application/json"}
    assert client.post("/v0/pipes/number.json", b'{"x": null}', headers).data == [{"x": 7}]


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"a"', b'{"x": "\\ud800"}', b"\xff{"])
def test_a_body_that_is_no_json_object_is_400(client: Client, body: bytes) -> None:
    response = client.post("/v0/pipes/number.json", body, {"Content-Type": "application/json"})
    assert response.status == 400
    assert set(response.json()) == {"error", "documentation"}


def test_a_form_that_is_not_utf8_is_400(client: Client) -> None:
    assert client.post("/v0/pipes/texts.json", b"s=\xff").status == 400
    assert client.post("/v0/pipes/texts.json", b"s=%ff").status == 400


@pytest.mark.parametrize("query", ["s=%ff", "s=%ed%a0%80", "a&" * 2000, "&".join(f"p{i}=1" for i in range(1001))])
def test_a_query_string_that_can_not_be_read_is_400_or_harmless(client: Client, query: str) -> None:
    response = client.ask("GET", "/v0/pipes/texts.json", query)
    assert response.status == 400
    assert "parameters" in response.error


def test_a_missing_parameter_is_400_in_tinybirds_words(client: Client) -> None:
    assert client.get("/v0/pipes/needed.json", x="1").error == REQUIRED.format("y")


def test_all_missing_parameters_are_told_at_once(client: Client) -> None:
    response = client.get("/v0/pipes/needed.json")
    assert (response.status, response.error) == (400, REQUIRED.format("x and y"))


def test_required_parameters_are_refused_before_anything_is_rendered(client: Client) -> None:
    response = client.get("/v0/pipes/required.json", x="bad")
    assert (response.status, response.error) == (400, REQUIRED.format("y"))


@pytest.mark.parametrize(
    ("path", "arguments", "message"),
    [
        ("number", {"x": "abc"}, "Error validating 'abc' to type Int32"),
        ("number", {"x": "99999999999"}, "Error validating '99999999999' to type Int32"),
        ("number", {"x": ""}, "Error validating '' to type Int32"),
        ("date", {"d": "bad"}, "Error validating 'bad' to type Date"),
        ("date", {"d": "2020-01-01", "a": "1,2,a"}, "Error validating [1,2,a][2] (a) to type Int32"),
        ("bare", {}, 'expression "x" evaluated to null'),
        ("stop", {}, "say x"),
    ],
)
def test_errors_have_tinybirds_words(client: Client, path: str, arguments: dict[str, str], message: str) -> None:
    response = client.get(f"/v0/pipes/{path}.json", **arguments)
    assert (response.status, response.error) == (400, message)


def test_custom_error_answers_its_body_and_status(client: Client) -> None:
    response = client.get("/v0/pipes/plain_error.json")
    assert (response.status, response.json()) == (403, {"error": "no"})


def test_custom_error_may_hold_any_value(client: Client) -> None:
    response = client.get("/v0/pipes/own_error.json", x="é\n")
    assert response.status == 418
    assert response.json()["code"] == 7


@pytest.mark.parametrize(("value", "read"), [("true", 1), ("false", 0), ("0", 0), ("", 0), ("anything", 1)])
def test_booleans_are_0_or_1(client: Client, value: str, read: int) -> None:
    assert client.get("/v0/pipes/flag.json", b=value).data == [{"b": read}]


def test_unknown_parameters_are_ignored(client: Client) -> None:
    assert client.get("/v0/pipes/number.json", y="1", __tb__client="x", cli_version="5").data == [{"x": 7}]


def test_a_parameter_may_have_two_types_and_a_neighbour_with_a_similar_name(client: Client) -> None:
    assert client.get("/v0/pipes/twice.json", x="5", x_2="9").data == [{"a": 5, "b": "5", "c": 9}]


def test_a_parameter_limits_rows(client: Client) -> None:
    response = client.get("/v0/pipes/limited.json", n="3").json()
    assert response["data"] == [{"number": 0}, {"number": 1}, {"number": 2}]
    assert response["rows"] == 3


def test_many_items_may_be_passed_by_repeating_a_name(client: Client) -> None:
    assert client.ask("GET", "/v0/pipes/texts.json", "a=1&a=2").data == [{"s": "", "a": ["1", "2"]}]
