"""Our own: what `tinylite client ts` makes is compiled by TypeScript's compiler, and used."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from clients import installed
from clients.conftest import HERE
from tests.cli.process import Dev
from tests.server.test_typed_clients import FILES
from tinylite.server.typed.typescript import typescript


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """With analytics.ts and the server's address in server.json, where the compiler finds Node's types."""
    project = tmp_path_factory.mktemp("typescript")
    for name, text in FILES.items():
        (project / name).write_text(text, encoding="utf-8")
    dev = Dev(project)
    folder = installed.node() / "typed"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    document = dev.get("/v0/pipes/openapi.json").json()
    (folder / "analytics.ts").write_text(typescript(document), encoding="utf-8")
    (folder / "server.json").write_text(json.dumps({"url": dev.url, "token": dev.token}))
    yield folder
    dev.close()


def compiled(folder: Path, name: str, program: str) -> str:
    """What the compiler says of a program beside the client, at its strictest."""
    head = "import { readFileSync } from 'node:fs';\nimport { Client, RequestError } from './analytics.js';\n"
    head += "const client = new Client(JSON.parse(readFileSync('server.json', 'utf-8')));\nvoid RequestError;\n"
    (folder / f"{name}.ts").write_text(head + program)
    tsc = folder.parent / "node_modules" / "typescript" / "bin" / "tsc"
    options = ["--strict", "--target", "es2022", "--module", "nodenext", "--exactOptionalPropertyTypes"]
    options += ["--noUncheckedIndexedAccess", "--noUnusedLocals", "--noUnusedParameters", "--types", "node"]
    done = subprocess.run(["node", str(tsc), *options, f"{name}.ts"], cwd=folder, capture_output=True, text=True)
    return done.stdout


def test_it_is_compiled_and_used(folder: Path) -> None:
    program = (HERE / "typescript" / "used.ts").read_text(encoding="utf-8")
    assert compiled(folder, "used", program) == ""
    done = subprocess.run(["node", "used.js"], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_compiler_refuses_what_the_server_would(folder: Path) -> None:
    refused = {
        "client.all_kinds({ number: 5 });": "'{ number: number; }' is not assignable",
        "client.all_kinds({ needed: 'x', number: '5' });": "Type 'string' is not assignable to type 'number",
        "client.all_kinds({ needed: 'x', choice: 'three' });": "Type '\"three\"' is not assignable",
        "client.all_kinds({ needed: 'x', other: 1 });": "'other' does not exist",
        "client.other();": "Property 'other' does not exist",
    }
    said = [line for line in compiled(folder, "refused", "\n".join(refused)).splitlines() if ": error TS" in line]
    assert len(said) == len(refused), said
    assert all(reason in line for reason, line in zip(refused.values(), said, strict=True)), said
