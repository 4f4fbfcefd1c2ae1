"""A query and all that it reads as one statement, which ClickHouse can be sent as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tinylite.sql import Query, Table, table_places
from tinylite.types.model import backquoted

_LEADING_COMMENT = re.compile(r"\s+|--[^\n]*(?:\n|$)|/\*.*?\*/", re.DOTALL)
_WITH = re.compile(r"WITH\b(\s+RECURSIVE\b)?", re.IGNORECASE)


def statement(query: Query, database: str = "") -> str:
    """Nodes become common tables. Parameters stay `{name:Type}`, with the values that go beside the text.

    With a `database` tables are named as they are called there, in full where a node has the same name.
    """
    return _statement(query, database, frozenset(_nodes(query)) if database else frozenset())


def _statement(query: Query, database: str, nodes: frozenset[str]) -> str:
    text = _placed(query, database, nodes) if database else query.source.text
    text = _without_leading_comments(text.strip().rstrip(";").rstrip())
    tables = []
    for name, found in query.reads.items():
        if isinstance(found, Query):
            tables.append(f"`{name}` AS (\n{_statement(found, database, nodes)}\n)")
        elif not database and found.name != name and "." not in name:
            tables.append(f"`{name}` AS (\nSELECT * FROM `{found.name}`\n)")
    if not tables:
        return text
    own = _WITH.match(text)
    recursive = " RECURSIVE" if own and own[1] else ""
    return f"WITH{recursive} " + ",\n".join(tables) + (f",\n{text[own.end() :].lstrip()}" if own else f"\n{text}")


def _nodes(query: Query) -> Iterator[str]:
    for name, found in query.reads.items():
        if isinstance(found, Query):
            yield name
            yield from _nodes(found)


def _placed(query: Query, database: str, nodes: frozenset[str]) -> str:
    text = query.source.text
    tables = {n: t for n, t in query.reads.items() if isinstance(t, Table) and (t.physical != n or n in nodes)}
    if not tables:
        return text
    for place in sorted(table_places(text), key=lambda place: place.start, reverse=True):
        found = tables.get(place.name)
        if found is not None and "." not in place.name:
            alias = f" AS {backquoted(place.name)}" if place.stands_alone else ""
            text = f"{text[: place.start]}{backquoted(database)}.{backquoted(found.physical)}{alias}{text[place.end :]}"
    return text


def literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _without_leading_comments(text: str) -> str:
    place = 0
    while found := _LEADING_COMMENT.match(text, place):
        place = found.end()
    return text[place:]
