"""ClickHouse as an engine: its tables, rows as NDJSON, rendered SQL with its `{name:Type}` parameters."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tinylite.datafile.model import Datasource
from tinylite.engine.clickhouse.clients import Client, Embedded, Server, Values, known_settings
from tinylite.engine.clickhouse.ddl import LENIENT, create_quarantine, create_table, create_view
from tinylite.engine.clickhouse.errors import unusable
from tinylite.engine.clickhouse.statement import statement
from tinylite.project import View
from tinylite.sql import Query
from tinylite.types.model import backquoted

OLDEST = (24, 8)
"""The first version that has what tables and queries here use."""
# What projects count on, then what makes answers comparable.
SETTINGS = {
    "session_timezone": "UTC",
    "output_format_json_quote_64bit_integers": "0",
    "join_use_nulls": "0",
    "date_time_input_format": "best_effort",
    "allow_suspicious_low_cardinality_types": "1",
    "allow_suspicious_types_in_group_by": "1",
    "allow_suspicious_types_in_order_by": "1",
    "joined_subquery_requires_alias": "0",
    "max_partitions_per_insert_block": "0",
    # One thread keeps the order of rows, which groupArray, any and LIMIT show.
    "max_threads": "1",
}
_BLOCK_ROWS = 250_000


@dataclass(frozen=True, slots=True)
class Told:
    """An answer. `columns` are (name, type); values are as JSON has them; `seconds` are the asker's."""

    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[object]]
    totals: Sequence[object] | None
    seconds: float


class ClickHouse:
    """A database of its own, which is gone when it is closed: nothing else of the server is touched."""

    def __init__(self, client: Client, database: str = "", others: Client | None = None) -> None:
        self._client = client
        self._database = database
        self._others = others
        self.version = self._client.ask("SELECT version()", {}, "TSV").decode().strip()
        names = ", ".join(f"'{name}'" for name in LENIENT)
        known = self._client.ask(f"SELECT name FROM system.merge_tree_settings WHERE name IN ({names})", {}, "TSV")
        self._lenient = frozenset(known.decode().split())

    @classmethod
    def open(cls, url: str, settings: Mapping[str, str] = SETTINGS) -> ClickHouse:
        """`chdb://`, or `http(s)://[user:password@]host[:port][/database]`. Raises DiagnosticError: TL517 when it
        can't be had, TL501 with ClickHouse's words when it refuses.
        """
        scheme = urlsplit(url).scheme
        if scheme == "chdb":
            found = cls(Embedded(settings))
        elif scheme in ("http", "https") and urlsplit(url).hostname:
            others = Server(url, {})
            check_version(others.ask("SELECT version()", {}, "TSV").decode().strip())
            settings = known_settings(others, settings)
            database = f"tinylite_parity_{uuid.uuid4().hex[:12]}"
            others.ask(f"CREATE DATABASE {backquoted(database)}", {}, "")
            try:
                found = cls(Server(url, settings, database), database, others)
            except BaseException:
                others.ask(f"DROP DATABASE IF EXISTS {backquoted(database)}", {}, "")
                raise
        else:
            shown = f"{scheme}://…" if scheme else "an address without a scheme"
            raise unusable(f"{shown} is no ClickHouse", "chdb://, or http://user:password@host:8123/database")
        return found

    def __enter__(self) -> ClickHouse:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()
        if self._others is not None:
            self._others.ask(f"DROP DATABASE IF EXISTS {backquoted(self._database)}", {}, "")
            self._others.close()

    # -- tables and rows --------------------------------------------------------------------------------------------

    def create(self, datasource: Datasource) -> None:
        """With its quarantine."""
        self._client.ask(create_table(datasource, self._lenient), {}, "")
        self._client.ask(create_quarantine(datasource), {}, "")

    def create_view(self, view: View) -> None:
        values = {name: value.value for name, value in view.prepared.values.items()}
        self._client.ask(create_view(view), values, "")

    def insert(self, table: str, lines: Iterable[str]) -> None:
        """Rows by the columns' names, each a line of JSON, in blocks."""
        block: list[str] = []
        for line in lines:
            block.append(line)
            if len(block) == _BLOCK_ROWS:
                self._send(table, block)
        if block:
            self._send(table, block)

    def _send(self, table: str, block: list[str]) -> None:
        self._client.insert(backquoted(table), ("\n".join(block) + "\n").encode())
        block.clear()

    def merge(self, datasource: Datasource) -> None:
        """Lets its engine make of the rows what it makes over time."""
        if datasource.engine.name.endswith("MergeTree"):
            self._client.ask(f"OPTIMIZE TABLE {backquoted(datasource.name)} FINAL", {}, "")

    # -- asking -----------------------------------------------------------------------------------------------------

    def ask(self, query: Query | str, values: Values | None = None, format: str = "JSONCompact") -> bytes:
        """The answer to rendered SQL in one of ClickHouse's formats. Raises DiagnosticError (TL501)."""
        text = query if isinstance(query, str) else statement(query)
        return self._client.ask(text, values or {}, format)

    def answer(self, query: Query | str, values: Values | None = None) -> Told:
        """As values. Raises DiagnosticError (TL501)."""
        started = time.perf_counter()
        content = self.ask(query, values)
        took = time.perf_counter() - started
        body: dict[str, Any] = json.loads(content.decode("utf-8", "replace"))
        columns = [(str(column["name"]), str(column["type"])) for column in body["meta"]]
        return Told(columns, body["data"], body.get("totals"), took)


def check_version(version: str) -> None:
    """Raises DiagnosticError (TL517)."""
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if numbers < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise unusable(f"ClickHouse {version} is too old", f"tinylite knows ClickHouse from {oldest} on")
