"""ClickHouse itself, in process (chDB), with the data set loaded. Needs `tinylite[truth]`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.sql.fixture import Fixture
from tests.sql.load import clickhouse_statements
from tests.sql.tables import FIXTURES

# What the vendor's server sets, then what makes answers comparable: one thread keeps the order of rows, quoted
# denormals tell NaN from NULL, and quoted decimals keep all their digits. The last one avoids a defect of this version:
# count(nullable) OVER (…) fails.
_SETTINGS = {
    "session_timezone": "'UTC'",
    "output_format_json_quote_64bit_integers": "0",
    "join_use_nulls": "0",
    "max_threads": "1",
    "output_format_json_quote_denormals": "1",
    "output_format_json_quote_decimals": "1",
    "optimize_functions_to_subcolumns": "0",
}
_ERROR = re.compile(r"\(([A-Z][A-Z0-9_]+)\)\s*$")


class ClickHouse:
    """A session of its own in a temporary folder."""

    def __init__(self) -> None:
        from chdb import session

        untyped: Any = session
        self._session = untyped.Session()
        for name, value in _SETTINGS.items():
            self._session.query(f"SET {name} = {value}")
        for fixture in FIXTURES:
            self.add(fixture)

    def add(self, fixture: Fixture) -> None:
        for statement in clickhouse_statements(fixture):
            self._session.query(statement)

    @property
    def version(self) -> str:
        return str(self._session.query("SELECT version()", "TSV")).strip()

    def answer(self, sql: str, parameters: Mapping[str, object] | None = None) -> dict[str, Any]:
        """{"meta": [[name, type], …], "data": [[…], …]}, or {"error": ClickHouse's name of it}."""
        # The line break: a statement may end in a comment.
        statement = f"{sql.rstrip().rstrip(';')}\n"
        try:
            values = {name: _parameter(value) for name, value in (parameters or {}).items()}
            result = self._session.query(statement, "JSONCompact", params=values)
        except UnicodeDecodeError:  # a message that quotes bytes
            self._session.query("SELECT 1")
            return {"error": "UNREADABLE"}
        except RuntimeError as error:
            self._session.query("SELECT 1")  # takes away what the failed statement had already written
            found = _ERROR.search(str(error).strip())
            return {"error": found.group(1) if found else str(error)[:200]}
        body = json.loads(result.bytes().decode("utf-8", "replace"), parse_int=_integer)
        answer = {"meta": [[column["name"], column["type"]] for column in body["meta"]], "data": body["data"]}
        if "totals" in body:
            answer["totals"] = body["totals"]
        return answer

    def close(self) -> None:
        self._session.close()


def _integer(text: str) -> int | float:
    return -0.0 if text == "-0" else int(text)


def _parameter(value: object) -> object:
    """A parameter as text is read like a field of TSV; an array is a literal."""
    if isinstance(value, str):
        return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
    if isinstance(value, list):
        items = (repr(item) if not isinstance(item, str) else _quoted(item) for item in value)
        return f"[{','.join(items)}]"
    return value


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
