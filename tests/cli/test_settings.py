"""A setting's sources: a flag wins over a variable, that over the file, that over the default."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from tests.cli.command import tinylite
from tinylite.cli.settings import settings_options


@click.command()
@settings_options()
def shown(values: dict[str, Any]) -> None:
    click.echo(json.dumps(values))


def read(*words: str, variables: dict[str, str] | None = None) -> dict[str, Any]:
    done = CliRunner().invoke(shown, words, env=variables, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.output))


def test_the_nearest_word_counts(tmp_path: Path) -> None:
    file = tmp_path / "server.yaml"
    file.write_text("port: 1\nqueries: 8\nmerges: no\ntrusted_proxies: [10.0.0.1, 10.0.0.2]\n")
    from_file = read("--config", str(file))
    assert (from_file["port"], from_file["queries"], from_file["merges"]) == (1, 8, False)
    assert (from_file["trusted_proxies"], from_file["host"]) == ("10.0.0.1,10.0.0.2", "127.0.0.1")
    variables = {"TINYLITE_PORT": "2", "TINYLITE_QUERIES": "16", "TINYLITE_CONFIG": str(file)}
    from_environment = read(variables=variables)
    assert (from_environment["port"], from_environment["queries"], from_environment["merges"]) == (2, 16, False)
    flags = read("--port", "3", "--merges", variables=variables)
    assert (flags["port"], flags["queries"], flags["merges"]) == (3, 16, True)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("port: 7181\nprot: 1\n", 2, "there is no setting prot"),
        ("port: many\n", 1, "port: 'many' is not a valid integer"),
        ("port: 70000\n", 1, "port: 70000 is not in the range"),
        ("port: [1]\n", 1, "port: port is one value"),
        ("port: {a: 1}\n", 1, "port: port is one value"),
        ("- port\n", 1, "this file is a list of settings"),
        ("port: [\n", 1, "bad YAML"),
        ("trusted_proxies: [[1]]\n", 1, "trusted_proxies is one value, or a list"),
    ],
)
def test_a_faulty_file_is_told_at_its_place(tmp_path: Path, text: str, line: int, said: str) -> None:
    file = tmp_path / "server.yaml"
    file.write_text(text)
    answer = tinylite("serve", "--data", str(tmp_path / "data"), "--config", str(file))
    assert answer.status == 1 and "TL526" in answer.err and said in answer.err
    assert f"{file}:{line}:" in answer.err
    assert not (tmp_path / "data").exists()


def test_a_faulty_variable_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYLITE_PORT", "many")
    answer = tinylite("serve", "--data", str(tmp_path / "data"))
    assert answer.status == 2 and "TINYLITE_PORT" in answer.err and "Traceback" not in answer.err
