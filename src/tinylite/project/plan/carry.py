"""Rows of one version of a data source as those of another: by its FORWARD_QUERY, or by casts column by column."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tinylite.datafile.datasource import KAFKA_COLUMNS
from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Diagnostic, DiagnosticError, Source, Span
from tinylite.project.tables import table
from tinylite.sql import Column, Query, compile_insert, outline, references, showing_more

_ROW_BY_ROW = "it runs on each block of rows, and so must make its rows one by one"


@dataclass(frozen=True, slots=True)
class Carried:
    """A statement for the engine that gives the columns of the newer version, in their order. Those that are not in
    `given` hold something in their place, until their DEFAULTs are put there.
    """

    sql: str
    given: frozenset[str]
    query: Query
    """The same in ClickHouse's SQL."""


def carried(before: Datasource, after: Datasource, physical: str, *, by_query: bool) -> Carried:
    """Of the rows in `physical`, a table with the columns of `before`. What Kafka knows of a row comes along
    whether or not a FORWARD_QUERY names it.

    Raises DiagnosticError, located in the datafile of `after`.
    """
    text = after.forward_query if by_query else None
    source = _source(before, after, text.value) if text else Source("casts", _casts(before, after))
    found = references(source.text) if text is None else _references(source.text, text.span)
    strange = sorted(set(found) - {before.name})
    if text is not None and strange:
        message = f"FORWARD_QUERY reads the rows of {after.name} as they are live, and can't read {', '.join(strange)}"
        raise DiagnosticError(Diagnostic("TL209", message, text.span, f"leave FROM out, or write FROM {after.name}"))
    query = Query(source.path, source, {before.name: table(before, physical)})
    columns = [Column(column.name, column.type) for column in after.columns]
    try:
        if text is not None:
            _check_clauses(query, text.span)
        compiled = compile_insert(query, {}, columns)
        unnamed = _of_kafka(before, after) - {column.name for column in compiled.columns}
        if unnamed:
            source = Source(source.path, showing_more(source.text, sorted(unnamed)))
            query = replace(query, source=source)
            compiled = compile_insert(query, {}, columns)
    except DiagnosticError as problem:
        raise _located(problem, text.span if text else after.columns[0].span, source) from None
    return Carried(compiled.sql, frozenset(column.name for column in compiled.columns), query)


def _of_kafka(before: Datasource, after: Datasource) -> set[str]:
    """The columns that both have of what comes with a message."""
    if not (before.kafka and after.kafka):
        return set()
    return {name for name in KAFKA_COLUMNS if before.column(name) and after.column(name)}


def _references(text: str, place: Span) -> tuple[str, ...]:
    try:
        return references(text)
    except DiagnosticError as problem:
        raise _located(problem, place, Source("FORWARD_QUERY", text)) from None


def _source(before: Datasource, after: Datasource, text: str) -> Source:
    """With FROM, where the query has none: ClickHouse lets it stand in front."""
    name = f"FORWARD_QUERY of {after.name}"
    try:
        if references(text):
            return Source(name, text)
    except DiagnosticError:
        return Source(name, text)
    if text.lstrip()[:4].upper() == "WITH":
        return Source(name, f"{text.rstrip()}\nFROM {before.name}")
    return Source(name, f"FROM {before.name} {text}")


def _casts(before: Datasource, after: Datasource) -> str:
    common = [column.name for column in after.columns if before.column(column.name) is not None]
    # Without any column in common there are still so many rows.
    names = ", ".join(f"`{name}`" for name in common) or "1 AS `nothing in common`"
    return f"SELECT {names} FROM {before.name}"


def _check_clauses(query: Query, place: Span) -> None:
    shape = outline(query)
    words = [*shape.clauses, *(["UNION"] if shape.is_union else []), *(["aggregation"] if shape.groups else [])]
    if words:
        message = f"FORWARD_QUERY can't have {', '.join(words)}: {_ROW_BY_ROW}"
        hint = "a SELECT list, with WHERE at most; aggregate in a materialized view"
        raise DiagnosticError(Diagnostic("TL209", message, place, hint))


def _located(problem: DiagnosticError, place: Span, source: Source) -> DiagnosticError:
    """At the place in the datafile, whose text stands somewhere in the source."""
    shift = source.text.find(place.text.strip()[:20]) - (len(place.text) - len(place.text.lstrip()))
    return DiagnosticError(*(replace(fault, span=_within(fault.span, place, shift)) for fault in problem.diagnostics))


def _within(span: Span | None, place: Span, shift: int) -> Span:
    if span is None or not span.source.path.startswith("FORWARD_QUERY"):
        return place
    start, end = span.start - shift, span.end - shift
    return place.within(start, end) if 0 <= start <= end <= place.end - place.start else place


def is_filtered(datasource: Datasource) -> bool:
    """Whether its FORWARD_QUERY leaves rows out."""
    text = datasource.forward_query
    return text is not None and outline(Query("query", Source("query", text.value))).filters
