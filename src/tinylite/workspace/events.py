"""Rows as events: values put where the jsonpaths of a data source find them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from tinylite.datafile.model import Datasource
from tinylite.engine.base import Result

Event = dict[str, object]


def result_lines(result: Result, datasource: Datasource) -> bytes:
    """The rows of a query. Raises TypeError for values that no event has."""
    names = [column.name for column in result.columns]
    return event_lines(event(dict(zip(names, row, strict=True)), datasource) for row in result.rows)


def event_lines(events: Iterable[Event]) -> bytes:
    return "\n".join(json.dumps(event, default=_plain, ensure_ascii=False) for event in events).encode()


def event(values: Mapping[str, object], datasource: Datasource) -> Event:
    """Of values by column."""
    made: Event = {}
    for name, value in values.items():
        column = datasource.column(name)
        if value is not None:
            _put(made, column.jsonpath.steps if column and column.jsonpath else (name,), value)
    return made


def _put(target: Event, steps: tuple[str | None, ...], value: object) -> None:
    """A step None goes through the items of an array, which the value is then a list of."""
    if not steps:
        target.update(value if isinstance(value, dict) else json.loads(str(value)))
        return
    name, rest = str(steps[0]), steps[1:]
    if not rest:
        target[name] = value
    elif rest[0] is not None:
        inner = target.setdefault(name, {})
        _put(inner if isinstance(inner, dict) else {}, rest, value)
    else:
        items = value if isinstance(value, list) else json.loads(str(value))
        if len(rest) == 1:
            target[name] = items
            return
        known = target.setdefault(name, [{} for _ in items])
        for inner, item in zip(known if isinstance(known, list) else [], items, strict=False):
            _put(inner, rest[1:], item)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"a {type(value).__name__} can't be an event's value")
