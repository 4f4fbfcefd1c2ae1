"""Record ClickHouse's answers to the example's test files: `python -m tests.examples.truth [--check]`. Needs chDB.

Only success is recorded: what an error says is written by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.examples.cases import EXAMPLES, Case, read_cases, case_files
from tinylite import datafile, template
from tinylite.datafile.model import Datasource, Pipe
from tinylite.diagnostics import Source

_SETTINGS = {"session_timezone": "'UTC'", "output_format_json_quote_64bit_integers": "0"}


class ClickHouse:
    """ClickHouse in process (chDB) with a project's data sources and fixtures."""

    def __init__(self, project: Path) -> None:
        from chdb.session import Session

        self._project = project
        self._session: Any = Session()
        for name, value in _SETTINGS.items():
            self._session.query(f"SET {name} = {value}")
        for file in sorted((project / "datasources").glob("*.datasource")):
            self._create(read_resource(file))

    def _create(self, datasource: Datasource) -> None:
        columns = ", ".join(f"`{column.name}` {column.type}" for column in datasource.columns)
        key = ", ".join(part.value for part in datasource.engine.sorting_key)
        engine = f"{datasource.engine.name} PARTITION BY {datasource.engine.partition_key} ORDER BY ({key})"
        self._session.query(f"CREATE TABLE {datasource.name} ({columns}) ENGINE = {engine}")
        fixture = self._project / "fixtures" / f"{datasource.name}.ndjson"
        self._session.query(f"INSERT INTO {datasource.name} SELECT * FROM file('{fixture}', 'JSONEachRow')")

    def answer(self, case: Case) -> str:
        """NDJSON, as the endpoint would write it."""
        pipe = read_resource(self._project / "endpoints" / f"{case.pipe}.pipe")
        sql, values = statement(pipe, case.arguments)
        return str(self._session.query(sql, "JSONEachRow", params=dict(values)))

    def close(self) -> None:
        self._session.close()


def read_resource(file: Path) -> Any:
    resource, faults = datafile.parse(Source(file.name, file.read_text(encoding="utf-8")))
    if faults:
        raise ValueError(f"{file}: {faults}")
    return resource


def statement(pipe: Pipe, arguments: Mapping[str, str | list[str]]) -> tuple[str, Mapping[str, object]]:
    """The pipe's nodes as one statement of ClickHouse's, and the values of its parameters."""
    binder = template.Binder()
    texts = {node.name: template.render(template.parse(node.sql.span), arguments, binder).text for node in pipe.nodes}
    output = texts.pop(pipe.output.name)
    tables = ", ".join(f"{name} AS ({text})" for name, text in texts.items())
    values = {name: value.value for name, value in binder.values.items()}
    return (f"WITH {tables} {output}" if tables else output), values


def record(file: Path, clickhouse: ClickHouse, *, check: bool) -> int:
    """Writes the answers into the file, or with `check` says which of them differ. Gives their number."""
    entries: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    changed = 0
    for entry, case in zip(entries, read_cases(file), strict=True):
        if case.expected_http_status != 200:
            continue
        answer = clickhouse.answer(case)
        if answer != case.expected_result:
            changed += 1
            print(f"{file.name} {case.name}: {'differs' if check else 'recorded'}")
        entry["expected_result"] = answer
    if not check:
        file.write_text(_as_yaml(entries), encoding="utf-8")
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
    changed = 0
    for project in sorted(EXAMPLES.iterdir()):
        clickhouse = ClickHouse(project)
        changed += sum(record(file, clickhouse, check=check) for file in case_files(project))
        clickhouse.close()
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
