"""Record ClickHouse's answers to the examples' test files: `python -m tests.examples.truth [--check]`. Needs chDB.

Only answers are recorded: what an error says is written by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from tests.examples import EXAMPLES
from tinylite.datafile.model import Pipe
from tinylite.engine.clickhouse import ClickHouse as Engine
from tinylite.project import Library, Program, Project, load
from tinylite.project.model import Case
from tinylite.server.http import parameters


class ClickHouse:
    """ClickHouse in process (chDB) with a project's data sources and fixtures."""

    def __init__(self, project: Project) -> None:
        self._programs = _programs(project)
        self._secrets = project.secrets.get
        self._engine = Engine.open("chdb://")
        for datasource in project.datasources.values():
            self._engine.create(datasource)
            lines = project.fixtures[datasource.name].read_text(encoding="utf-8").splitlines()
            self._engine.insert(datasource.name, lines)

    def answer(self, pipe: Pipe, case: Case) -> str:
        """NDJSON."""
        prepared = self._programs[pipe.name].prepare(parameters(case.parameters), self._secrets)
        values = {name: value.value for name, value in prepared.values.items()}
        return self._engine.ask(prepared.query, values, "JSONEachRow").decode()

    def close(self) -> None:
        self._engine.close()


def _programs(project: Project) -> dict[str, Program]:
    library = Library(project)
    units = {pipe.name: library.unit(pipe, pipe.output) for pipe in project.pipes.values()}
    return {name: Program(library, unit) for name, unit in units.items() if unit is not None}


def record(folder: Path, *, check: bool) -> int:
    """Writes the answers into the test files, or with `check` says which of them differ. Gives their number."""
    project = load(folder)
    clickhouse = ClickHouse(project)
    changed = 0
    for name, cases in project.tests.items():
        file = folder / "tests" / f"{name}.yaml"
        entries: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
        for entry, case in zip(entries, cases, strict=True):
            if case.expected_http_status != 200:
                continue
            entry["expected_result"] = clickhouse.answer(project.pipes[name], case)
            if entry["expected_result"] != case.expected_result:
                changed += 1
                print(f"{file.name} {case.name}: {'differs' if check else 'recorded'}")
        if not check:
            file.write_text(_as_yaml(entries), encoding="utf-8")
    clickhouse.close()
    return changed


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, so that an answer reads as rows."""

    def represent_text(self, text: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _Dumper.represent_text)


def _as_yaml(entries: list[dict[str, Any]]) -> str:
    return yaml.dump(entries, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100_000)


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    changed = sum(record(folder, check=check) for folder in EXAMPLES)
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
