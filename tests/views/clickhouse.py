"""A project in ClickHouse itself (chDB), with native materialized views. Needs `tinylite[truth]`."""

from __future__ import annotations

import json
import random
from typing import Any

from tests.views.projects import Written, blocks
from tinylite.datafile.model import Datasource, Pipe

_SETTINGS = {
    "session_timezone": "'UTC'",
    "max_threads": "1",
    "output_format_json_quote_64bit_integers": "0",
    "output_format_json_quote_denormals": "1",
    "output_format_json_quote_decimals": "1",
}


class ClickHouse:
    """The project's rows are loaded, in blocks that `seed` decides."""

    def __init__(self, project: Written, seed: int) -> None:
        from chdb import session

        untyped: Any = session
        self._session = untyped.Session()
        for name, value in _SETTINGS.items():
            self._session.query(f"SET {name} = {value}")
        for datasource in project.datasources.values():
            self._session.query(_table(datasource))
        for view in project.views:
            self._session.query(f"CREATE MATERIALIZED VIEW {view.name} TO {view.output.target} AS {_select(view)}")
        chance = random.Random(seed)
        for source in project.sources:
            for block in blocks(project.events(source), chance):
                lines = "\n".join(block)
                self._session.query(f"INSERT INTO {source.name} FORMAT JSONEachRow\n{lines}\n")

    def answer(self, sql: str) -> dict[str, Any]:
        body = json.loads(self._session.query(sql, "JSONCompact").bytes())
        return {"meta": [[column["name"], column["type"]] for column in body["meta"]], "data": body["data"]}

    def close(self) -> None:
        self._session.close()


def _table(datasource: Datasource) -> str:
    columns = ", ".join(
        f"`{c.name}` {c.type}" + (f" DEFAULT {c.default.value}" if c.default else "") for c in datasource.columns
    )
    engine = datasource.engine
    arguments = [str(text) for text in (engine.sign, engine.version, engine.is_deleted) if text]
    if engine.summed:
        arguments.append(f"({', '.join(map(str, engine.summed))})")
    made = f"CREATE TABLE {datasource.name} ({columns}) ENGINE = {engine.name}"
    if engine.name == "Null":
        return made
    return f"{made}({', '.join(arguments)}) ORDER BY ({', '.join(map(str, engine.sorting_key))})"


def _select(view: Pipe) -> str:
    """The nodes before the last as common tables."""
    *before, last = view.nodes
    tables = ", ".join(f"{node.name} AS ({node.sql.value.strip()})" for node in before)
    return f"WITH {tables} {last.sql.value.strip()}" if before else last.sql.value.strip()
