"""Record ClickHouse's answers to the examples' test files: `python -m tests.examples.truth [--check]`. Needs chDB.

Only answers are recorded: what an error says is written by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from tests.examples import EXAMPLES
from tinylite.datafile.model import Datasource, Pipe
from tinylite.project import Project, load
from tinylite.project.model import Case
from tinylite.server.http import parameters
from tinylite.template import Binder, render

_SETTINGS = {"session_timezone": "'UTC'", "output_format_json_quote_64bit_integers": "0"}


class ClickHouse:
    """ClickHouse in process (chDB) with a project's data sources and fixtures."""

    def __init__(self, project: Project) -> None:
        from chdb.session import Session

        self._project = project
        self._session: Any = Session()
        for name, value in _SETTINGS.items():
            self._session.query(f"SET {name} = {value}")
        for datasource in project.datasources.values():
            self._create(datasource)
            file = project.fixtures[datasource.name]
            self._session.query(f"INSERT INTO {datasource.name} SELECT * FROM file('{file}', 'JSONEachRow')")

    def _create(self, datasource: Datasource) -> None:
        columns = ", ".join(f"`{column.name}` {column.type}" for column in datasource.columns)
        key = ", ".join(part.value for part in datasource.engine.sorting_key)
        engine = f"{datasource.engine.name} PARTITION BY {datasource.engine.partition_key} ORDER BY ({key})"
        self._session.query(f"CREATE TABLE {datasource.name} ({columns}) ENGINE = {engine}")

    def answer(self, pipe: Pipe, case: Case) -> str:
        """NDJSON. The nodes go to ClickHouse as common tables of one statement, the values as its parameters."""
        arguments, binder = parameters(case.parameters), Binder()
        texts = {
            node.name: render(template, arguments, binder).text
            for node in pipe.nodes
            if (template := self._project.template(pipe, node.name)) is not None
        }
        output = texts.pop(pipe.output.name)
        tables = ", ".join(f"{name} AS ({text})" for name, text in texts.items())
        values = {name: value.value for name, value in binder.values.items()}
        return str(self._session.query(f"WITH {tables} {output}" if tables else output, "JSONEachRow", params=values))

    def close(self) -> None:
        self._session.close()


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
