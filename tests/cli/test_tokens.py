"""token and secret, on a data folder without a server and on a running one."""

from __future__ import annotations

import json
from pathlib import Path

import jwt
import pytest

from tests.cli.command import Said, tinylite
from tests.cli.process import Dev
from tinylite.cli import server_file

FILES = {
    "hits.datasource": 'TOKEN "writer" APPEND\nSCHEMA >\n    `tenant` String `json:$.tenant`\n',
    "told.pipe": "NODE answer\nSQL >\n    %\n    SELECT {{tb_secret('word')}} AS word, {{String(a, '1')}} AS a\n"
    "TYPE endpoint\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / ".env").write_text("word=from a file\n")
    assert tinylite("build", folder=tmp_path).status == 0
    return tmp_path


def data(said: Said) -> object:
    assert said.status == 0, said.err
    return json.loads(said.out)


def test_a_token_is_made_shown_renewed_and_removed(folder: Path) -> None:
    made = tinylite(
        "token", "create", "static", "mine", "--scope", "DATASOURCES:READ", "--resource", "hits",
        "--filter", "tenant = 'a'", "--scope", "PIPES:READ:told", folder=folder,
    )  # fmt: skip
    assert (made.status, made.out.startswith("p.")) == (0, True)
    assert tinylite("token", "scopes", "mine", folder=folder).out == (
        "DATASOURCES:READ:hits:tenant = 'a'\nPIPES:READ:told\n"
    )
    assert tinylite("token", "copy", "mine", folder=folder).out == made.out
    listed = tinylite("token", "ls", "--match", "m", folder=folder)
    assert "DATASOURCES:READ:hits:tenant = 'a', PIPES:READ:told" in listed.out
    assert made.out.strip() not in listed.out
    renewed = tinylite("token", "refresh", "mine", folder=folder).out
    assert renewed.startswith("p.") and renewed != made.out
    assert tinylite("token", "rm", "mine", folder=folder).out == "mine is removed\n"
    gone = tinylite("token", "rm", "mine", folder=folder)
    assert (gone.status, "no such token" in gone.err) == (1, True)


def test_a_jwt_is_signed_with_the_admin_token(folder: Path) -> None:
    said = tinylite(
        "token", "create", "jwt", "front", "--ttl", "15m", "--scope", "PIPES:READ", "--resource", "told",
        "--fixed-params", "a=2,b=x=y", "--rps", "5", folder=folder,
    )  # fmt: skip
    key = tinylite("token", "copy", "admin token", folder=folder).out.strip()
    claims = jwt.decode(said.out.strip(), key, algorithms=["HS256"])
    assert claims["scopes"] == [{"type": "PIPES:READ", "resource": "told", "fixed_params": {"a": "2", "b": "x=y"}}]
    assert (claims["name"], claims["limits"]) == ("front", {"rps": 5})


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("static", "x"), "--scope"),
        (("static", "x", "--scope", "PIPES:READ"), "PIPES:READ needs a resource"),
        (("static", "x", "--scope", "ALL:READ:x"), "there is no scope ALL:READ"),
        (("static", "x", "--scope", "PIPES:READ:told", "--resource", "told"), "--resource told has no --scope"),
        (("static", "x", "--scope", "PIPES:READ:told", "--filter", "1"), "--filter 1 has no --scope"),
        (("static", "x", "--scope", "DATASOURCES:READ:hits", "--filter", "nothing = 1"), "nothing"),
        (("jwt", "x", "--scope", "PIPES:READ:told"), "--ttl"),
        (("jwt", "x", "--scope", "PIPES:READ:told", "--ttl", "soon"), "--ttl soon is no time"),
        (("jwt", "x", "--scope", "PIPES:READ:told", "--ttl", "1h", "--fixed-params", "a"), "'a' is no parameter"),
        (("jwt", "x", "--scope", "ADMIN", "--ttl", "1h"), "a JWT can't have the scope ADMIN"),
    ],
)
def test_tokens_that_are_none_are_refused(folder: Path, words: tuple[str, ...], reason: str) -> None:
    said = tinylite("token", "create", *words, folder=folder)
    assert said.status != 0
    assert reason in said.err
    assert tinylite("token", "scopes", "x", folder=folder).status == 1


def test_a_secret_is_set_replaced_and_removed(folder: Path) -> None:
    def told() -> str:
        return tinylite("endpoint", "data", "told", "--output", "csv", folder=folder).out.splitlines()[1]

    assert told() == '"from a file","1"'
    for value in ("sesame", "open & shut = 1"):
        assert tinylite("secret", "set", "word", value, folder=folder).out == "word is set\n"
        assert told() == f'"{value}","1"'
    listed = tinylite("secret", "ls", "--output", "json", folder=folder)
    assert [set(secret) for secret in data(listed)] == [  # type: ignore[attr-defined]
        {"name", "created_at", "updated_at", "type"}
    ]
    assert tinylite("secret", "rm", "word", folder=folder).out == "word is removed\n"
    assert told() == '"from a file","1"'
    assert tinylite("secret", "rm", "word", folder=folder).status == 1
    assert tinylite("secret", "set", "1 2", "x", folder=folder).status == 1


@pytest.mark.server
def test_the_admin_token_is_renewed_under_a_running_server(folder: Path) -> None:
    dev = Dev(folder)
    try:
        renewed = tinylite("token", "refresh", "admin token", folder=folder).out.strip()
        assert dev.get("/v0/tokens").status_code == 403
        running = server_file.read(folder / ".tinylite")
        assert running is not None and running.token == renewed
        assert tinylite("token", "copy", "admin token", folder=folder).out.strip() == renewed
        assert renewed not in dev.output
    finally:
        dev.close()
