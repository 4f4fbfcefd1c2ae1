"""Rows of a query as events, to be appended to a data source."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from tinylite.engine.base import Result


def result_lines(result: Result) -> bytes:
    names = [column.name for column in result.columns]
    rows = (dict(zip(names, row, strict=True)) for row in result.rows)
    return "\n".join(json.dumps(row, default=_plain, ensure_ascii=False) for row in rows).encode()


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"a {type(value).__name__} can't be an event's value")
