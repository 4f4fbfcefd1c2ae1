"""What an answer in one of ClickHouse's formats tells of itself."""

from __future__ import annotations

import json
import re

from tinylite.engine.base import Result
from tinylite.engine.clickhouse.clients import Reply
from tinylite.sql import Column

_SHORT = 600
"""Bytes at the end of a document that tell how many rows it has."""
_COUNT = re.compile(rb'"rows":\s*(\d+)')
_DOCUMENTS = frozenset({"JSON", "JSONCompact", "JSONStrings"})
_LINES = frozenset(
    {"JSONEachRow", "NDJSON", "JSONLines", "JSONStringsEachRow", "JSONCompactEachRow", "TSV", "TabSeparated"}
)


def rows_of(reply: Reply, columns: tuple[Column, ...], elapsed: float) -> Result:
    """Values as JSON has them."""
    body = json.loads(reply.data.decode("utf-8", "replace"))
    rows, totals = [tuple(row) for row in body["data"]], body.get("totals")
    return Result(
        columns, rows, elapsed, reply.rows_read, reply.bytes_read, body.get("rows_before_limit_at_least"),
        totals=tuple(totals) if totals else None,
    )  # fmt: skip


def counted(data: bytes, format: str) -> int:
    """Rows of an answer, as far as its format tells."""
    if format in _DOCUMENTS:
        found = _COUNT.findall(data[-_SHORT:])
        return int(found[-1]) if found else 0
    return data.count(b"\n") if format in _LINES else 0
