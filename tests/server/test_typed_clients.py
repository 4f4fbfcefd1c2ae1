"""Clients that are made of an API's description: checked by mypy, and used against a server.

The one in TypeScript is compiled and used in `clients/`, where there is a compiler.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from mypy import api as mypy

from tests.cli.process import Dev
from tests.server.client import endpoint
from tinylite.server.typed.python import python
from tinylite.server.typed.typescript import typescript

FILES = {
    "all_kinds.pipe": 'DESCRIPTION All """kinds""" \\ of */ values\n'
    + endpoint(
        """SELECT {{Int64(number, 5)}} AS number, {{String(text, 'a,b')}} AS text,
    {{Boolean(flag, True)}} AS flag, {{Array(ids, 'String', 'a,b')}} AS ids, map('k', 0.5) AS shares, NULL AS nothing,
    {{String(choice, 'one', enum=['one', 'two'])}} AS choice, 18446744073709551615 AS long, 1 AS `class`, 2 AS `a "b"`,
    tuple(1, 'x') AS pair, [[toDate('2026-01-01')]] AS days
WHERE 'x' = {{String(needed, required=True)}} AND 1 = {{Int8(from, 1)}}"""
    ),
    "lists.pipe": endpoint(
        """SELECT {{Array(ids, 'String', 'a,b')}} AS ids, map('k', 0.1 + 0.2) AS shares,
    'long "12345678901234567890"' AS text, {{Int64(number, 1)}} AS number"""
    ),
    "class.pipe": endpoint("SELECT 1 AS x"),
    "refused.pipe": endpoint("SELECT 1 AS x WHERE {{error('not \"today\"')}}"),
}


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    folder = tmp_path_factory.mktemp("typed")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    dev = Dev(folder)
    yield dev
    dev.close()


@pytest.fixture(scope="module")
def made(dev: Dev, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("made") / "analytics.py"
    file.write_text(python(dev.get("/v0/pipes/openapi.json").json()), encoding="utf-8")
    return file


def loaded(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def client(dev: Dev, made: Path) -> Any:
    return loaded(made).Client(dev.url, dev.token)


def checked(file: Path, program: str) -> str:
    """What mypy says of a program beside the client."""
    beside = file.parent / "program.py"
    beside.write_text("from analytics import *\nclient = Client('http://x', 'y')\n" + program, encoding="utf-8")
    options = ["--strict", "--no-error-summary", "--hide-error-context", "--config-file=", f"--cache-dir={file.parent}"]
    return mypy.run([*options, str(file), str(beside)])[0]


@pytest.mark.server
def test_mypy_knows_what_is_taken_and_given(made: Path) -> None:
    said = checked(made, """
answer = client.all_kinds(needed="x", number=5, ids=["a"], choice="two", flag=False)
others: AllKindsParameters = {"needed": "x", "from": 1}
client.all_kinds(**others)
first: int = answer["data"][0]["number"]
client.class_()
reveal_type(answer["data"][0]["shares"])
""")  # fmt: skip
    assert [line.partition("note: ")[2] for line in said.splitlines()] == [
        'Revealed type is "dict[str, float | None]"'
    ], said


@pytest.mark.server
def test_mypy_refuses_what_the_server_would(made: Path) -> None:
    refused = {
        "client.all_kinds(number=5)": 'Missing named argument "needed"',
        "client.all_kinds(needed='x', number='5')": 'incompatible type "str"; expected "int"',
        "client.all_kinds(needed='x', choice='three')": "Literal['one', 'two']",
        "client.all_kinds(needed='x', other=1)": 'Unexpected keyword argument "other"',
        "client.other()": 'has no attribute "other"',
        "client.all_kinds(needed='x')['data'][0]['numbers']": 'has no key "numbers"',
    }
    said = [line for line in checked(made, "\n".join(refused)).splitlines() if ": error: " in line]
    assert len(said) == len(refused)
    assert all(reason in line for reason, line in zip(refused.values(), said, strict=True)), said


@pytest.mark.server
def test_every_kind_of_value_arrives(client: Any) -> None:
    text = 'it\'s & é, "b"'
    answer = client.all_kinds(needed="x", number=-7, text=text, flag=False, choice="two")
    (row,) = answer["data"]
    assert row == {
        "number": -7, "text": text, "flag": 0, "ids": ["a", "b"], "shares": {"k": 0.5}, "nothing": None,
        "choice": "two", "long": 18446744073709551615, "class": 1, 'a "b"': 2, "pair": [1, "x"],
        "days": [["2026-01-01"]],
    }  # fmt: skip


@pytest.mark.server
@pytest.mark.parametrize("ids", [["a"], ["a", "b"], ["a,b"], [], [""], ['"', "é"]])
def test_a_list_arrives_as_it_is(client: Any, ids: list[str]) -> None:
    assert client.all_kinds(needed="x", ids=ids)["data"][0]["ids"] == ids


@pytest.mark.server
def test_a_refusal_is_an_error_with_the_servers_words(client: Any, dev: Dev, made: Path) -> None:
    with pytest.raises(Exception, match='not "today"') as problem:
        client.refused()
    assert problem.value.status == 400
    with pytest.raises(Exception, match="token") as problem:
        loaded(made).Client(dev.url, "p.wrong").class_()
    assert problem.value.status == 403


# -- names --------------------------------------------------------------------------------------------------------


def described(*names: str) -> dict[str, Any]:
    answer = {"properties": {"data": {"items": {}}}}
    response = {"200": {"content": {"application/json": {"schema": answer}}}}
    return {"paths": {name: {"get": {"operationId": name, "responses": response}} for name in names}}


def test_names_never_clash() -> None:
    names = ("a_b", "aB", "import", "import_", "_ask", "then", "constructor", "9", "__init__", "$METHODS")
    text = python(described(*names))
    compile(text, "made", "exec")
    methods = [line for line in text.splitlines() if line.startswith("    def ")]
    assert len(methods) == len(set(methods)) == len(names) + 3
    rows = [line.split()[2] for line in typescript(described(*names)).splitlines() if "Row = " in line]
    assert len(rows) == len(set(rows)) == len(names)


def test_without_endpoints_there_is_a_client() -> None:
    compile(python(described()), "made", "exec")
