"""The two ways to ClickHouse: chDB in this process, and a server by its HTTP interface."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from tinylite.engine.clickhouse.errors import refused, unusable

_INSTALL = "pip install 'tinylite[clickhouse]'"
_PORTS = {"http": 8123, "https": 8443}
_REASON = re.compile(r"\[Errno -?\d+\][^'\")]*|timed out|certificate verify failed")
Values = Mapping[str, object]


class Client(Protocol):
    """Both raise DiagnosticError with ClickHouse's words. `settings` are given once, when a client is made."""

    def ask(self, sql: str, values: Values, format: str) -> bytes: ...

    def insert(self, table: str, lines: bytes) -> None:
        """One block of NDJSON. `table` is quoted already."""

    def close(self) -> None: ...


class Embedded:
    """chDB, with a database that is gone when it is closed. There is one of them in a process at a time."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        try:
            from chdb import session
        except ImportError:
            raise unusable("the package chdb is not installed", _INSTALL) from None
        untyped: Any = session
        self._session = untyped.Session()
        for name, value in settings.items():
            self.ask(f"SET {name} = '{value}'", {}, "TSV")

    def ask(self, sql: str, values: Values, format: str) -> bytes:
        params = {name: _parameter(value) for name, value in values.items()}
        try:
            # The line break: a statement may end in a comment.
            answer: bytes = self._session.query(f"{sql}\n", format, params=params or None).bytes()
            return answer
        except (RuntimeError, UnicodeDecodeError) as problem:
            self._session.query("SELECT 1")  # takes away what the failed statement had already written
            said = "an error that quotes bytes" if isinstance(problem, UnicodeDecodeError) else str(problem)
            raise refused(said) from None

    def insert(self, table: str, lines: bytes) -> None:
        self.ask(f"INSERT INTO {table} FORMAT JSONEachRow\n{lines.decode()}", {}, "TSV")

    def close(self) -> None:
        self._session.close()


class Server:
    """A server, by its own driver."""

    def __init__(self, url: str, settings: Mapping[str, str], database: str = "") -> None:
        try:
            from clickhouse_connect import get_client
            from clickhouse_connect.driver.exceptions import ClickHouseError, OperationalError
        except ImportError:
            raise unusable("the package clickhouse-connect is not installed", _INSTALL) from None
        logging.getLogger("clickhouse_connect").addHandler(logging.NullHandler())  # the fault is told once
        parts = urlsplit(url)
        shown = f"{parts.scheme}://{parts.hostname}"
        try:
            port = parts.port or _PORTS[parts.scheme]
        except ValueError:
            raise unusable(f"the address {shown} has a port that is none", "http://host:8123") from None
        self._fault: type[Exception] = ClickHouseError
        self._unreachable: type[Exception] = OperationalError
        self._shown = f"{shown}:{port}"
        try:
            self._client: Any = get_client(
                interface=parts.scheme,
                host=parts.hostname,
                port=port,
                username=unquote(parts.username or "default"),
                password=unquote(parts.password or ""),
                database=database or unquote(parts.path.strip("/")) or "default",
                settings=dict(settings),
                autogenerate_session_id=False,
            )
        except ClickHouseError as problem:
            raise self._told(problem) from None

    def ask(self, sql: str, values: Values, format: str) -> bytes:
        try:
            answer: bytes = self._client.raw_query(f"{sql}\n", parameters=dict(values) or None, fmt=format or None)
            return answer
        except self._fault as problem:
            raise self._told(problem) from None

    def insert(self, table: str, lines: bytes) -> None:
        try:
            self._client.raw_insert(table, insert_block=lines, fmt="JSONEachRow")
        except self._fault as problem:
            raise self._told(problem) from None

    def close(self) -> None:
        self._client.close()

    def _told(self, problem: Exception) -> Exception:
        text = str(problem)
        if isinstance(problem, self._unreachable) and "Code: " not in text:
            reason = _REASON.search(text)
            message = f"ClickHouse at {self._shown} does not answer: {reason[0] if reason else text}"
            return unusable(message, "is it the port of its HTTP interface?")
        return refused(text)


def _parameter(value: object) -> object:
    """chDB reads a parameter that is a text like a field of TSV; an array is a literal."""
    if isinstance(value, str):
        return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
    if isinstance(value, list):
        return f"[{','.join(_quoted(item) if isinstance(item, str) else repr(item) for item in value)}]"
    return value


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
