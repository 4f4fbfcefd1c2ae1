"""Sinks: what a node with TYPE sink says about where its rows go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from tinylite.datafile.file_template import ByColumn, ByNumber, FileTemplate, parse_file_template
from tinylite.datafile.model import Node, Pipe, Text
from tinylite.diagnostics import Diagnostic, DiagnosticError, Severity, Source
from tinylite.project.connections import check_address
from tinylite.project.copies import cron_of
from tinylite.project.library import Library
from tinylite.project.model import Project
from tinylite.project.program import Prepared, Program
from tinylite.sql import Query, compile_query

Format = Literal["csv", "ndjson", "parquet"]
Strategy = Literal["new", "truncate"]
COMPRESSIONS = {
    "none": "", "": "", "gz": "gz", "gzip": "gz", "zst": "zst", "zstd": "zst", "snappy": "snappy",
}  # fmt: skip
"""As they are written, and what they mean."""
_OTHER_COMPRESSIONS = frozenset({"br", "brotli", "xz", "lzma", "lz4", "bz2"})
_STRATEGIES: Mapping[str, Strategy] = {"new": "new", "append": "new", "truncate": "truncate", "replace": "truncate"}
"""As they are written in files, and as modes of a run."""
_STRATEGY_NAMES = ("EXPORT_STRATEGY", "EXPORT_WRITE_STRATEGY", "WRITE_STRATEGY")
FILE = "file of the row"
"""The column with the name of the file that a row goes into."""
_ROWS = "rows"


@dataclass(frozen=True, slots=True)
class SinkPlan:
    """What one node says. Values with templates are settled when the sink runs."""

    pipe: Pipe
    connection: Text | None
    uri: Text | None
    topic: Text | None
    template: FileTemplate
    format: Format
    compression: str
    strategy: Strategy
    schedule: str
    """Cron, in UTC; empty for on demand."""

    @property
    def service(self) -> str:
        return "kafka" if self.topic else self.uri.value.partition("://")[0] if self.uri else ""


def sink_plan(pipe: Pipe) -> SinkPlan:
    """Raises DiagnosticError (TL107) when a value is none of those that there are."""
    settings = pipe.output.settings
    schedule = settings.get("EXPORT_SCHEDULE")
    template = settings.get("EXPORT_FILE_TEMPLATE")
    topic = settings.get("EXPORT_KAFKA_TOPIC")
    format, compression = _format(settings, topic), _compression(settings)
    if compression == "snappy" and format != "parquet":
        place = settings["EXPORT_COMPRESSION"].span
        raise DiagnosticError(Diagnostic("TL107", f"{format} files can't be packed with snappy", place, "gz or zst"))
    return SinkPlan(
        pipe,
        settings.get("EXPORT_CONNECTION_NAME"),
        settings.get("EXPORT_BUCKET_URI"),
        topic,
        parse_file_template(template) if template else FileTemplate((pipe.name,)),
        format,
        compression,
        _strategy(settings),
        (cron_of(schedule) or "") if schedule else "",
    )


def _format(settings: Mapping[str, Text], topic: Text | None) -> Format:
    written = settings.get("EXPORT_FORMAT")
    value = written.value.lower() if written else "csv"
    if topic or value in ("json", "ndjson"):
        return "ndjson"
    return "parquet" if value == "parquet" else "csv"


def _compression(settings: Mapping[str, Text]) -> str:
    written = settings.get("EXPORT_COMPRESSION")
    value = written.value.lower().strip("\"'") if written else ""
    if written and value in _OTHER_COMPRESSIONS:
        message = f"EXPORT_COMPRESSION {written.value} is not supported: nothing is exported"
        raise DiagnosticError(Diagnostic("TL406", message, written.span, "gz or zst"))
    if written and value not in COMPRESSIONS:
        hint = "none, gz, zst, or snappy for parquet"
        message = f"EXPORT_COMPRESSION can't be {written.value}"
        raise DiagnosticError(Diagnostic("TL107", message, written.span, hint))
    return COMPRESSIONS[value]


def _strategy(settings: Mapping[str, Text]) -> Strategy:
    written = next((settings[name] for name in _STRATEGY_NAMES if name in settings), None)
    if written is None:
        return "new"
    found = _STRATEGIES.get(written.value.lower().strip("\"'@ "))
    if found is None:
        message = f"a sink's strategy can't be {written.value}"
        raise DiagnosticError(Diagnostic("TL107", message, written.span, "new or truncate"))
    return found


def check_sinks(project: Project, library: Library) -> Iterator[Diagnostic]:
    for pipe in project.pipes.values():
        node = pipe.output
        if node.kind != "sink":
            continue
        try:
            plan = sink_plan(pipe)
        except DiagnosticError as problem:
            # What the vendor has and this has not costs the sink, and not the project.
            yield from (
                replace(fault, severity=Severity.WARNING) if fault.code == "TL406" else fault
                for fault in problem.diagnostics
            )
            continue
        if plan.uri is not None:
            connection = project.connections.get(plan.connection.value) if plan.connection else None
            yield from check_address(plan.uri, connection.kind if connection else None)
        yield from _check_files(node, plan, library)


def _check_files(node: Node, plan: SinkPlan, library: Library) -> Iterator[Diagnostic]:
    """What the file template names must be columns of the result."""
    unit = library.unit(plan.pipe, node)
    written = node.settings.get("EXPORT_FILE_TEMPLATE")
    if plan.topic is not None:
        if written is not None:
            yield Diagnostic("TL114", "a topic has no files", written.span, severity=Severity.WARNING)
        return
    if unit is None or written is None or plan.template.is_one_file:
        return
    try:
        prepared = Program(library, unit).prepare({}, str)
        compile_query(prepared.query, {name: value.value for name, value in prepared.values.items()})
    except Exception:
        # Another check tells of it, or only real arguments can decide.
        return
    for part in plan.template.parts:
        if isinstance(part, ByColumn):
            alone = FileTemplate((part,))
            try:
                query = with_files(prepared, alone)
                compile_query(query, {name: value.value for name, value in prepared.values.items()})
            except DiagnosticError as problem:
                message = f"the file template can't use {part.name}: {problem.diagnostics[0].message}"
                start = written.value.find(part.name)
                yield Diagnostic("TL205", message, written.span.within(start, start + len(part.name)))


def with_files(prepared: Prepared, template: FileTemplate) -> Query:
    """The query's rows with one column more: the name of the file that each goes into."""
    cells = [_cell(part) for part in template.parts]
    name = f"concat({', '.join(cells)})" if len(cells) > 1 else cells[0]
    text = f"SELECT *, {name} AS `{FILE}` FROM {_ROWS}"
    return Query("files", Source("files", text), {_ROWS: replace(prepared.query, name=_ROWS)})


def _cell(part: str | ByColumn | ByNumber) -> str:
    if isinstance(part, ByNumber):
        return f"toString((row_number() OVER ()) % {part.count})"
    if isinstance(part, str):
        return _literal(part)
    column = "`" + part.name.replace("`", "``") + "`"
    value = f"formatDateTime({column}, {_literal(part.format)})" if part.format else f"toString({column})"
    return f"ifNull({value}, 'NULL')"


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
