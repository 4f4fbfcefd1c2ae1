"""Whatever a value holds: it is refused with 400, or it is plain data. It never changes the query that is run."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

import pytest

from tests.server.client import Client, Response, endpoint, served
from tinylite.sql import Compiled
from tinylite.workspace import queries

MEGABYTE = "x" * 1_000_000
HOSTILE = {
    "quote": "'", "two quotes": "''", "double quote": '"', "backtick": "`", "backslash": "\\", "escaped quote": "\\'",
    "escaped backtick": "\\`", "drop": "'; DROP TABLE hits; --", "union": "' UNION ALL SELECT name FROM hits --",
    "or": "1 OR 1=1", "closing": "1) OR (1=1", "line comment": "a -- b", "block comment": "/* a */",
    "open comment": "/*",
    "output": "{{x}}", "statement": "{% if x %}", "closed": "}}", "parameter": "{x:Int32}", "named": "$1",
    "bound": "$x",
    "mark": "?", "colon": ":x", "nul": "\0", "nul inside": "a\0b", "emoji": "🦆", "combining": "é",
    "other script": "１２",
    "control": "\x01\x1f\x7f", "line break": "a\nb", "tab": "\t", "percent": "100%", "huge": MEGABYTE,
    "huge number": "9" * 100_000, "negative": "-1", "wide": str(2**256 - 1), "widest": str(-(2**255)),
    "uint64": str(2**64 - 1),
    "nan": "nan", "infinite": "inf", "exponent": "1e400", "hex": "0x10", "spaces": " 1 ", "empty": "", "null": "NULL",
    "comma": "1,2", "list": "[1,2]", "object": '{"a": "\'"}', "deep": "[" * 100_000, "date": "0000-00-00",
    "late": "9999-12-31",
    "call": "sleep(3)", "column": "name", "columns": "name,id", "table": "hits", "other table": "secret",
    "dots": "a.b.c.d",
    "subquery": "(SELECT 1)", "backslashes": "\\" * 51, "format": "1 FORMAT CSV",
    "settings": "1 SETTINGS max_threads=1",
}  # fmt: skip
SCALARS = [
    *(f"{sign}{bits}" for sign in ("Int", "UInt") for bits in (8, 16, 32, 64, 128, 256)),
    "Int", "Integer", "Float32", "Float64", "String", "Date", "DateTime", "DateTime64", "Boolean",
]  # fmt: skip
BENIGN = {"Date": "2024-01-01", "DateTime": "2024-01-01 00:00:00", "DateTime64": "2024-01-01 00:00:00.000"}
PIPES = {
    **{name: f"SELECT {{{{{name}(x)}}}} AS x, 'end' AS y" for name in SCALARS},
    **{
        f"Array_{name}": f"SELECT {{{{Array(x, '{name}')}}}} AS x, 'end' AS y"
        for name in ("String", "Int32", "Float64", "Date")
    },
    "bare": "SELECT {{x}} AS x, 'end' AS y",
    "JSON": "SELECT {{JSON(x).get('a', 'none')}} AS x, 'end' AS y",
    "split": "SELECT {{split_to_array(x)}} AS x, 'end' AS y",
    "filter": "SELECT count() AS x, 'end' AS y FROM hits WHERE name = {{String(x)}} AND {{sql_and(name__in=Array(x))}}",
    "limit": "SELECT name AS x, 'end' AS y FROM hits LIMIT {{Int32(x, 1)}}",
}
NAMES = {
    "column": "SELECT {{column(x, 'name')}} AS x FROM hits",
    "columns": "SELECT {{columns(x, 'name')}} FROM hits",
    "symbol": "SELECT name AS {{symbol(x, 'n')}} FROM hits",
    "table": "SELECT name FROM {{table(x, 'hits')}}",
    "order": "SELECT name FROM hits ORDER BY {{column(x, 'id')}}",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    files = {f"p_{name}.pipe": endpoint(sql) for name, sql in {**PIPES, **NAMES}.items()}
    files["hits.datasource"] = "SCHEMA >\n    `id` Int32 `json:$.id`,\n    `name` String `json:$.name`\n"
    with served(tmp_path_factory.mktemp("hostile"), files) as client:
        client.post("/v0/events", b'{"id":1,"name":"first"}\n{"id":2,"name":"second"}', name="hits")
        yield client


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The text of every statement that is compiled."""
    seen: list[str] = []
    compile_query = queries.compile_query

    def recording(*arguments: object) -> Compiled:
        compiled = compile_query(*arguments)  # type: ignore[arg-type]
        seen.append(compiled.sql)
        return compiled

    monkeypatch.setattr(queries, "compile_query", recording)
    return seen


def ask(client: Client, name: str, value: str) -> Response:
    response = client.get(f"/v0/pipes/p_{name}.json", x=value)
    assert response.status in (200, 400), (response.status, response.text[:300])
    if response.status == 400:
        assert len(response.error) < 2000
    return response


def is_same(sent: str, read: object) -> bool:
    """Numbers and dates are read in their own way; texts must come back as they were."""
    if isinstance(read, str):
        return read == sent
    return read is None or math.isclose(float(str(read)), float(sent), rel_tol=1e-6)


@pytest.mark.parametrize("type_", SCALARS)
def test_a_scalar_is_refused_or_comes_back(client: Client, type_: str, statements: list[str]) -> None:
    ask(client, type_, BENIGN.get(type_, "1"))
    for title, value in HOSTILE.items():
        response = ask(client, type_, value)
        if response.status == 200 and type_ != "Boolean":
            ((x, y),) = [row.values() for row in response.data]  # type: ignore[attr-defined]
            assert y == "end"
            assert is_same(value, x), title
    assert len(set(statements)) <= 1


@pytest.mark.parametrize("name", [name for name in PIPES if name not in SCALARS])
def test_any_other_value_never_makes_another_query(client: Client, name: str, statements: list[str]) -> None:
    for value in HOSTILE.values():
        response = ask(client, name, value)
        if response.status == 200:
            assert {row["y"] for row in response.data} <= {"end"}  # type: ignore[attr-defined]
    assert len(set(statements)) <= (2 if name == "JSON" else 1)


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_a_text_comes_back_as_it_was(client: Client, value: str) -> None:
    for name in ("String", "bare"):
        assert ask(client, name, value).data == [{"x": value, "y": "end"}]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_a_name(client: Client, name: str) -> None:
    """It finds a column or table of that very name, or nothing."""
    for value in HOSTILE.values():
        response = ask(client, name, value)
        if response.status == 200 and name != "symbol":
            parts = {part.strip() for part in value.split(",")}
            assert parts <= {"name", "id", "hits", "hits.name", ""}, value
    assert client.get("/v0/sql", q="SELECT count() FROM hits").text == "2\n"


def test_a_body_holds_hostile_values_as_well_as_a_query_string(client: Client) -> None:
    for value in HOSTILE.values():
        body = json.dumps({"x": value}).encode()
        response = client.post("/v0/pipes/p_String.json", body, {"Content-Type": "application/json"})
        assert response.data == [{"x": value, "y": "end"}]


@pytest.mark.parametrize("open_close", [("[", "]"), ('{"a":', "}")])
def test_a_body_nested_too_deep_is_refused(client: Client, open_close: tuple[str, str]) -> None:
    for depth in (1000, 1020, 100_000):
        nested = open_close[0] * depth + "1" + open_close[1] * depth
        response = client.post("/v0/pipes/p_String.json", f'{{"x":{nested}}}'.encode())
        assert response.status == 400


@pytest.mark.parametrize("value", ["\ud800", "a\udfff", "\udc80"])
def test_half_a_character_is_refused(client: Client, value: str) -> None:
    escaped = json.dumps({"x": value}).encode()
    assert client.post("/v0/pipes/p_String.json", escaped, {"Content-Type": "application/json"}).status == 400
    raw = "x=" + "".join(f"%{byte:02x}" for byte in value.encode("utf-8", "surrogatepass"))
    assert client.ask("GET", "/v0/pipes/p_String.json", raw).status == 400


def test_hostile_names_of_resources_find_nothing(client: Client) -> None:
    for value in HOSTILE.values():
        if value and "/" not in value and value != "hits":
            assert client.get(f"/v0/pipes/{value}.json").status == 404
            assert client.get(f"/v0/datasources/{value}").status == 404
            assert client.post("/v0/events", b"{}", name=value).status == 404


def test_hostile_sql_is_400_or_an_answer(client: Client) -> None:
    for value in HOSTILE.values():
        for query in (
            value,
            f"SELECT {value}",
            f"SELECT -{value}",
            f"SELECT '{value}'",
            f"SELECT 1 AS `{value}`",
            f"% SELECT {{{{{value}}}}}",
        ):
            response = client.get("/v0/sql", q=query)
            assert response.status in (200, 400), (response.text[:300], query[:200])
    assert client.get("/v0/sql", q="SELECT count() FROM hits").text == "2\n"


MONSTERS = {
    "terms": "1" + "+1" * 20_000, "negations": "NOT " * 20_000 + "1", "brackets": "(" * 20_000,
    "arrays": "[" * 99 + "]" * 99,
    "conditions": "if(1," * 3000 + "1" + ",2)" * 3000, "functions": "x -> " * 3000 + "1", "dots": "a." * 5000 + "b",
    "cases": "CASE WHEN 1 THEN " * 3000 + "1" + " END" * 3000, "text": "'" + "a" * 900_000 + "'",
    "unions": "1 UNION ALL SELECT " * 3000 + "1", "subqueries": "1 IN (SELECT " * 3000 + "1" + ")" * 3000,
}  # fmt: skip


@pytest.mark.parametrize("monster", MONSTERS)
def test_a_monstrous_query_is_400(client: Client, monster: str) -> None:
    assert client.post("/v0/sql", f"SELECT {MONSTERS[monster]}".encode()).status == 400
