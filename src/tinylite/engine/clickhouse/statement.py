"""A query and all that it reads as one statement, which ClickHouse can be sent as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tinylite.sql import Query, Table

_LEADING_COMMENT = re.compile(r"\s+|--[^\n]*(?:\n|$)|/\*.*?\*/", re.DOTALL)
_WITH = re.compile(r"WITH\b(\s+RECURSIVE\b)?", re.IGNORECASE)


def statement(query: Query) -> str:
    """Nodes become common tables. Parameters stay `{name:Type}`, with the values that go beside the text."""
    text = _without_leading_comments(query.source.text.strip().rstrip(";").rstrip())
    tables = [
        f"`{name}` AS (\n{statement(meaning) if isinstance(meaning, Query) else f'SELECT * FROM `{meaning.name}`'}\n)"
        for name, meaning in query.reads.items()
        if isinstance(meaning, Query) or (meaning.name != name and "." not in name)
    ]
    if not tables:
        return text
    own = _WITH.match(text)
    recursive = " RECURSIVE" if own and own[1] else ""
    return f"WITH{recursive} " + ",\n".join(tables) + (f",\n{text[own.end() :].lstrip()}" if own else f"\n{text}")


def tables_of(query: Query) -> Iterator[Table]:
    """What it reads, by whatever way; a table may come more than once."""
    for meaning in query.reads.values():
        if isinstance(meaning, Table):
            yield meaning
        else:
            yield from tables_of(meaning)


def texts_of(query: Query) -> Iterator[str]:
    """Its own text and those of the nodes that it reads."""
    yield query.source.text
    for meaning in query.reads.values():
        if isinstance(meaning, Query):
            yield from texts_of(meaning)


def _without_leading_comments(text: str) -> str:
    place = 0
    while found := _LEADING_COMMENT.match(text, place):
        place = found.end()
    return text[place:]
