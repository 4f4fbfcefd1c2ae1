"""The two ways to ClickHouse: chDB in this process, and a server by its HTTP interface."""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from tinylite.engine.clickhouse.errors import refused, unusable
from tinylite.engine.clickhouse.statement import literal

_INSTALL = "pip install 'tinylite[clickhouse]'"
_LONGEST = 3600
"""Seconds without a sign of the server after which a statement is given up. Queries have bounds of their own."""
_PORTS = {"http": 8123, "https": 8443}
_REASON = re.compile(r"\[Errno -?\d+\][^'\")]*|timed out|certificate verify failed")
Values = Mapping[str, object]
Settings = Mapping[str, str]
NONE: Settings = {}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer's bytes, and what was read for it."""

    data: bytes
    rows_read: int = 0
    bytes_read: int = 0


class Client(Protocol):
    """All raise DiagnosticError with ClickHouse's words. Any thread may call them, several at once."""

    def reply(self, sql: str, values: Values, format: str, settings: Settings = NONE, mark: str = "") -> Reply:
        """`settings` hold for this statement; `mark` is what `stop` knows it by."""

    def ask(self, sql: str, values: Values, format: str) -> bytes:
        return self.reply(sql, values, format).data

    def insert(
        self,
        table: str,
        data: bytes,
        format: str = "JSONEachRow",
        columns: Sequence[str] = (),
        settings: Settings = NONE,
    ) -> None:
        """One block. `table` and `columns` are quoted already; no columns are all of them."""

    def stop(self, mark: str) -> None:
        """Ends the statement of that mark, if it runs. What becomes of it is for who waits for it to see."""

    def close(self) -> None: ...


class Embedded(Client):
    """chDB: in `folder`, or one that is gone when it is closed. There is one folder in a process at a time.

    A connection does one thing at a time, so there are as many as there is to do at once.
    """

    def __init__(self, settings: Settings, folder: Path | None = None, database: str = "") -> None:
        try:
            from chdb import session
        except ImportError:
            raise unusable("the package chdb is not installed", _INSTALL) from None
        untyped: Any = session
        try:
            self._session = untyped.Session(str(folder)) if folder is not None else untyped.Session()
        except RuntimeError as problem:
            hint = "one process has one folder of chDB, and a folder one process"
            raise unusable(f"chDB can't open {folder}: {_first_line(problem)}", hint) from None
        self._path = str(self._session._path)
        self._settings = dict(settings)
        self._database = database
        self._idle: list[Any] = []
        self._all: list[Any] = [self._session._conn]
        self._lock = threading.Lock()
        self._prepare(self._session._conn)
        self._idle.append(self._session._conn)

    def reply(self, sql: str, values: Values, format: str, settings: Settings = NONE, mark: str = "") -> Reply:
        params = {name: _parameter(value) for name, value in values.items()}
        # The line break: a statement may end in a comment.
        text = f"{sql}\n/* {mark} */" if mark else f"{sql}\n"
        with self._connection() as connection:
            try:
                for name, value in settings.items():
                    connection.query(f"SET {name} = {literal(value)}")
                found = connection.query(text, format, params=params or None)
                return Reply(found.bytes(), found.rows_read(), found.bytes_read())
            except (RuntimeError, UnicodeDecodeError) as problem:
                connection.query("SELECT 1")  # takes away what the failed statement had already written
                said = "an error that quotes bytes" if isinstance(problem, UnicodeDecodeError) else str(problem)
                raise refused(said) from None
            finally:
                for name in settings:
                    with suppress(RuntimeError):
                        connection.query(f"SET {name} = DEFAULT")
                        if name in self._settings:
                            connection.query(f"SET {name} = {literal(self._settings[name])}")

    def insert(
        self,
        table: str,
        data: bytes,
        format: str = "JSONEachRow",
        columns: Sequence[str] = (),
        settings: Settings = NONE,
    ) -> None:
        given = f" SETTINGS {', '.join(f'{n} = {literal(v)}' for n, v in settings.items())}" if settings else ""
        named = f" ({', '.join(columns)})" if columns else ""
        self.ask(f"INSERT INTO {table}{named}{given} FORMAT {format}\n{data.decode()}", {}, "TSV")

    def stop(self, mark: str) -> None:
        self.ask(f"KILL QUERY WHERE endsWith(query, {literal(f'/* {mark} */')}) ASYNC", {}, "TSV")

    def close(self) -> None:
        with self._lock:
            for connection in self._all[1:]:
                connection.close()
            self._session.close()

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            import chdb

            untyped: Any = chdb
            connection = untyped.connect(self._path)
            self._prepare(connection)
            with self._lock:
                self._all.append(connection)
        try:
            yield connection
        finally:
            with self._lock:
                self._idle.append(connection)

    def _prepare(self, connection: Any) -> None:
        try:
            for name, value in self._settings.items():
                connection.query(f"SET {name} = {literal(value)}")
            if self._database:
                connection.query(f"CREATE DATABASE IF NOT EXISTS `{self._database}`")
                connection.query(f"USE `{self._database}`")
        except RuntimeError as problem:
            raise refused(str(problem)) from None


class Server(Client):
    """A server, by its own driver."""

    def __init__(self, url: str, settings: Settings, database: str = "") -> None:
        try:
            from clickhouse_connect import get_client
            from clickhouse_connect.driver.exceptions import ClickHouseError, OperationalError
        except ImportError:
            raise unusable("the package clickhouse-connect is not installed", _INSTALL) from None
        # A fault is told once, and without the address of the request, which has the query's values.
        for name in ("clickhouse_connect", "urllib3.connectionpool"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
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
                # What is read is known only of answers as they are.
                compress=False,
                send_receive_timeout=_LONGEST,
            )
        except ClickHouseError as problem:
            raise self._told(problem) from None

    def reply(self, sql: str, values: Values, format: str, settings: Settings = NONE, mark: str = "") -> Reply:
        given = {**settings, **({"query_id": mark} if mark else {})}
        try:
            # Of all that the driver has this alone tells what was read; the answer is whole when its head comes.
            response = self._client.raw_stream(
                f"{sql}\n", parameters=dict(values) or None, fmt=format or None, settings=given or None
            )
            try:
                data: bytes = response.read()
            finally:
                response.close()
            return Reply(data, *_read(response.headers.get("X-ClickHouse-Summary")))
        except self._fault as problem:
            raise self._told(problem) from None

    def insert(
        self,
        table: str,
        data: bytes,
        format: str = "JSONEachRow",
        columns: Sequence[str] = (),
        settings: Settings = NONE,
    ) -> None:
        into = f"{table} ({', '.join(columns)})" if columns else table
        try:
            self._client.raw_insert(into, insert_block=data, fmt=format, settings=dict(settings) or None)
        except self._fault as problem:
            raise self._told(problem) from None

    def stop(self, mark: str) -> None:
        self.ask("KILL QUERY WHERE query_id = {mark:String} ASYNC", {"mark": mark}, "")

    def close(self) -> None:
        self._client.close()

    def _told(self, problem: Exception) -> Exception:
        text = str(problem)
        if isinstance(problem, self._unreachable) and "Code: " not in text:
            reason = _REASON.search(text)
            message = f"ClickHouse at {self._shown} does not answer: {reason[0] if reason else text}"
            return unusable(message, "is it the port of its HTTP interface?")
        return refused(text)


def known_settings(client: Client, settings: Settings) -> Settings:
    """Those that this version has."""
    names = ", ".join(f"'{name}'" for name in settings)
    known = client.ask(f"SELECT name FROM system.settings WHERE name IN ({names})", {}, "TSV").decode().split()
    return {name: value for name, value in settings.items() if name in known}


def _read(summary: str | None) -> tuple[int, int]:
    try:
        found = json.loads(summary or "{}")
        return int(found.get("read_rows", 0)), int(found.get("read_bytes", 0))
    except (ValueError, AttributeError):
        return 0, 0


def _parameter(value: object) -> object:
    """chDB reads a parameter that is a text like a field of TSV; an array is a literal."""
    if isinstance(value, str):
        return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
    if isinstance(value, list):
        return f"[{','.join(literal(item) if isinstance(item, str) else repr(item) for item in value)}]"
    return value


def _first_line(problem: Exception) -> str:
    return str(problem).strip().partition("\n")[0]
