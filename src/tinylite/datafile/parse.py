"""A datafile's text as a resource, with every fault that it has."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tinylite.datafile.include import Reader, no_includes, spliced
from tinylite.datafile.instructions import CONNECTION_TYPES, ENGINES, INSTRUCTIONS, NODE_TYPES, Place, Value
from tinylite.datafile.lines import Line, read_lines
from tinylite.datafile.model import (
    Column,
    Connection,
    Datasource,
    Engine,
    Grant,
    Index,
    Node,
    NodeKind,
    Pipe,
    Resource,
    Text,
)  # fmt: skip
from tinylite.datafile.schema import parse_indexes, parse_schema, split_at_commas
from tinylite.diagnostics import Diagnostic, Source, Span, did_you_mean

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def parse(source: Source, *, read: Reader = no_includes) -> tuple[Resource | None, list[Diagnostic]]:
    """The resource of a `.datasource`, `.pipe` or `.connection` file; None when too little of it can be read.

    `read` gives the text of an included file, or None when there is none.
    """
    stem, _, suffix = source.path.rsplit("/", 1)[-1].rpartition(".")
    lines, faults = read_lines(source)
    lines = spliced(lines, faults, read)
    file = _File(stem, source, faults)
    if NAME.fullmatch(stem) is None:
        hint = "letters, digits and _, no digit first"
        file.fault("TL113", f"'{stem}' can't be the name of a resource", source.span(0, 0), hint)
    return _KINDS[suffix](file, lines), faults


@dataclass(slots=True)
class _File:
    name: str
    source: Source
    faults: list[Diagnostic]

    def fault(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        self.faults.append(Diagnostic(code, message, span, hint))


@dataclass(slots=True)
class _Section:
    """The instructions of a file, or of one node, by name."""

    file: _File
    place: Place
    heading: Span
    values: dict[str, Text] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)

    def add(self, line: Line) -> None:
        instruction = INSTRUCTIONS[line.name]
        if self.place not in instruction.places:
            where = " or ".join(sorted(f".{place.value}" for place in instruction.places if place is not Place.NODE))
            where = where or "a node of a .pipe"
            self.file.fault("TL105", f"{line.name} does not belong here", line.span, f"it belongs in {where}")
            return
        if line.name == "TOKEN":
            self._grant(line)
            return
        if line.name in self.lines:
            self.file.fault("TL104", f"{line.name} is there twice", line.span, "keep one of them")
            return
        if line.value is None or (line.value.value == "" and instruction.value is not Value.TEXT):
            if line.name not in ("DESCRIPTION", "TAGS", "SHARED_WITH"):
                self.file.fault("TL107", f"{line.name} needs a value", line.span)
            return
        if instruction.value is Value.BLOCK and not line.is_block and line.name != "SQL":
            self.file.fault("TL107", f"{line.name} needs a block", line.value.span, f"write {line.name} > and indent")
            return
        self.lines[line.name] = line
        self.values[line.name] = line.value

    def _grant(self, line: Line) -> None:
        words = line.value.value.replace('"', " ").replace("'", " ").split() if line.value else []
        scope = words[1].upper() if len(words) > 1 else "READ"
        if not words or len(words) > 2 or scope not in ("READ", "APPEND"):
            place = line.value.span if line.value else line.span
            self.file.fault("TL107", "bad TOKEN", place, 'as in TOKEN "name" READ')
            return
        self.grants.append(Grant(words[0], "APPEND" if scope == "APPEND" else "READ", line.span))

    def text(self, name: str) -> str:
        return self.values[name].value.strip() if name in self.values else ""

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(word.strip().strip("\"'") for word in re.split(r"[,\n]", self.text(name)) if word.strip())

    def group(self, *prefixes: str) -> Mapping[str, Text]:
        return MappingProxyType({n: v for n, v in self.values.items() if n.startswith(prefixes)})

    def require(self, name: str, what: str) -> bool:
        if name in self.values:
            return True
        if name not in self.lines:
            self.file.fault("TL106", f"{what} needs {name}", self.heading)
        return False


def _sections(file: _File, lines: list[Line], place: Place) -> tuple[_Section, list[tuple[Line, _Section]]]:
    """What stands before the first NODE, and each node."""
    head = _Section(file, place, file.source.span(0, 0))
    nodes: list[tuple[Line, _Section]] = []
    current = head
    for line in lines:
        if line.name == "NODE" and place is Place.PIPE:
            current = _Section(file, Place.NODE, line.span)
            nodes.append((line, current))
        else:
            current.add(line)
    return head, nodes


# -- .datasource ----------------------------------------------------------------------------------------------------


def _datasource(file: _File, lines: list[Line]) -> Datasource | None:
    head, _ = _sections(file, lines, Place.DATASOURCE)
    columns: tuple[Column, ...] = ()
    indexes: tuple[Index, ...] = ()
    if head.require("SCHEMA", "a data source"):
        columns, faults = parse_schema(head.values["SCHEMA"])
        file.faults.extend(faults)
    if "INDEXES" in head.values:
        indexes, faults = parse_indexes(head.values["INDEXES"])
        file.faults.extend(faults)
    engine = _engine(file, head)
    backfill = head.text("BACKFILL").lower()
    if backfill not in ("", "skip"):
        file.fault("TL107", f"BACKFILL can't be {backfill}", head.values["BACKFILL"].span, "BACKFILL skip")
    for group, name in (("IMPORT_", "IMPORT_CONNECTION_NAME"), ("KAFKA_", "KAFKA_CONNECTION_NAME")):
        first = next((line for n, line in head.lines.items() if n.startswith(group)), None)
        if first and name not in head.lines and "IMPORT_SERVICE" not in head.lines:
            file.fault("TL106", f"{first.name} needs {name}", first.span)
    if not columns:
        return None
    return Datasource(
        file.name,
        head.text("DESCRIPTION"),
        head.words("TAGS"),
        tuple(head.grants),
        columns,
        engine,
        indexes,
        head.values.get("FORWARD_QUERY"),
        backfill == "skip",
        head.words("SHARED_WITH"),
        head.group("IMPORT_"),
        head.group("KAFKA_"),
        file.source.span(),
    )


# Which instructions only some engines have, and what those engines can't do without.
_ENGINE_OWN = {
    "ENGINE_VER": ("ReplacingMergeTree",),
    "ENGINE_IS_DELETED": ("ReplacingMergeTree",),
    "ENGINE_SIGN": ("CollapsingMergeTree", "VersionedCollapsingMergeTree"),
    "ENGINE_VERSION": ("VersionedCollapsingMergeTree", "ReplacingMergeTree"),
    "ENGINE_COLUMNS": ("SummingMergeTree",),
}
_ENGINE_NEEDS = {
    "CollapsingMergeTree": ("ENGINE_SIGN",),
    "VersionedCollapsingMergeTree": ("ENGINE_SIGN", "ENGINE_VERSION"),
}


def _engine(file: _File, head: _Section) -> Engine:
    written = head.values.get("ENGINE")
    name = written.value.strip().removesuffix("()") if written else "MergeTree"
    by_fold = {engine.lower(): engine for engine in ENGINES}
    if name.lower() not in by_fold and written:
        file.fault("TL110", f"unknown engine {name}", written.span, did_you_mean(name, ENGINES))
    name = by_fold.get(name.lower(), "MergeTree")
    for instruction, owners in _ENGINE_OWN.items():
        if instruction in head.values and name not in owners:
            file.fault("TL105", f"{instruction} has no meaning for {name}", head.lines[instruction].span,
                       f"it belongs to {' and '.join(owners)}")  # fmt: skip
    for instruction in _ENGINE_NEEDS.get(name, ()):
        if instruction not in head.values:
            place = written.span if written else head.heading
            file.fault("TL106", f"{name} needs {instruction}", place)
    value = head.values.get
    return Engine(
        name,
        _key(value("ENGINE_SORTING_KEY")),
        _expression(value("ENGINE_PARTITION_KEY")),
        _key(value("ENGINE_PRIMARY_KEY")),
        _expression(value("ENGINE_SAMPLING_KEY")),
        _expression(value("ENGINE_TTL")),
        _expression(value("ENGINE_SETTINGS")),
        _expression(value("ENGINE_VER")) or _expression(value("ENGINE_VERSION")),
        _expression(value("ENGINE_IS_DELETED")),
        _expression(value("ENGINE_SIGN")),
        _key(value("ENGINE_COLUMNS")),
        written.span if written else head.heading,
    )


def _expression(text: Text | None) -> Text | None:
    return text if text and text.value.strip() and text.value.strip() != "tuple()" else None


def _key(text: Text | None) -> tuple[Text, ...]:
    """`a, b`, `(a, b)`, `tuple(a, b)`, `tuple()`."""
    if text is None:
        return ()
    span = text.span
    inner = re.fullmatch(r"\s*(?:tuple)?\((.*)\)\s*", text.value, re.S)
    if inner and _balanced(inner.group(1)):
        span = span.within(inner.start(1), inner.end(1))
    return tuple(Text(part.text, part) for part in split_at_commas(span))


def _balanced(text: str) -> bool:
    """False for `a), (b`, whose outer brackets do not belong together."""
    depth = 0
    for char in text:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth < 0:
            return False
    return depth == 0


# -- .pipe ----------------------------------------------------------------------------------------------------------


def _pipe(file: _File, lines: list[Line]) -> Pipe | None:
    head, sections = _sections(file, lines, Place.PIPE)
    nodes: list[Node] = []
    for line, section in sections:
        node = _node(file, line, section)
        if any(node.name == known.name for known in nodes):
            file.fault("TL201", f"there are two nodes {node.name} in this pipe", node.span)
        nodes.append(node)
    typed = [node for node in nodes if node.kind != "standard"]
    for node in typed[1:]:
        file.fault("TL105", "a pipe has at most one node with a TYPE", node.span, f"{typed[0].name} has one already")
    if not nodes:
        file.fault("TL106", "a pipe needs a NODE", file.source.span(0, 0), "NODE name, then SQL >")
        return None
    return Pipe(file.name, head.text("DESCRIPTION"), head.words("TAGS"),
                (*head.grants, *(grant for _, section in sections for grant in section.grants)), tuple(nodes),
                file.source.span())  # fmt: skip


_NODE_NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "materialized": (("DATASOURCE",),),
    "copy": (("TARGET_DATASOURCE",),),
    "sink": (("EXPORT_CONNECTION_NAME", "EXPORT_SERVICE"), ("EXPORT_BUCKET_URI", "EXPORT_KAFKA_TOPIC")),
}
_CHOICES = {
    "COPY_MODE": ("append", "replace"),
    "EXPORT_FORMAT": ("csv", "ndjson", "parquet"),
    "EXPORT_STRATEGY": ("new", "truncate", "@new", "@replace", "append", "replace"),
    "DEPLOYMENT_METHOD": ("alter",),
}


def _node(file: _File, line: Line, section: _Section) -> Node:
    name = line.value or Text("", line.span)
    if NAME.fullmatch(name.value) is None:
        file.fault("TL113", f"'{name.value}' can't be the name of a node", name.span if line.value else line.span,
                   "letters, digits and _, no digit first")  # fmt: skip
    section.require("SQL", f"the node {name.value}")
    kind = _kind(file, section)
    place = section.lines["TYPE"].span if "TYPE" in section.lines else line.span
    for choices in _NODE_NEEDS.get(kind, ()):
        if not any(choice in section.values for choice in choices):
            file.fault("TL106", f"TYPE {kind} needs {' or '.join(choices)}", place)
    for instruction, allowed in _CHOICES.items():
        value = section.values.get(instruction)
        if value and value.value.lower() not in allowed:
            file.fault("TL107", f"{instruction} can't be {value.value}", value.span, did_you_mean(value.value, allowed)
                       or f"one of {', '.join(allowed)}")  # fmt: skip
    settings = {n: v for n, v in section.values.items() if n not in ("SQL", "TYPE", "DESCRIPTION")}
    target = section.values.get("DATASOURCE") or section.values.get("TARGET_DATASOURCE")
    sql = section.values.get("SQL", Text("", line.span))
    return Node(name.value, section.text("DESCRIPTION"), sql, kind, target, MappingProxyType(settings), name.span)


def _kind(file: _File, section: _Section) -> NodeKind:
    written = section.values.get("TYPE")
    if written is None:
        return "standard"
    kind = written.value.strip().lower()
    if kind not in NODE_TYPES:
        file.fault("TL107", f"unknown TYPE {written.value}", written.span, did_you_mean(kind, NODE_TYPES))
        return "standard"
    return kind  # type: ignore[return-value]


# -- .connection ----------------------------------------------------------------------------------------------------


def _connection(file: _File, lines: list[Line]) -> Connection | None:
    head, _ = _sections(file, lines, Place.CONNECTION)
    if not head.require("TYPE", "a connection"):
        return None
    written = head.values["TYPE"]
    kind = written.value.strip().lower()
    if kind not in CONNECTION_TYPES:
        hint = did_you_mean(kind, CONNECTION_TYPES) or f"one of {', '.join(CONNECTION_TYPES)}"
        file.fault("TL107", f"unknown TYPE {written.value}", written.span, hint)
        return None
    settings = {n: v for n, v in head.values.items() if n not in ("TYPE", "DESCRIPTION")}
    for name, line in head.lines.items():
        if name in settings and not name.startswith(kind.upper()):
            file.fault("TL105", f"{name} has no meaning for a {kind} connection", line.span)
    return Connection(file.name, kind, MappingProxyType(settings), file.source.span())


_KINDS: dict[str, Callable[[_File, list[Line]], Resource | None]] = {
    "datasource": _datasource,
    "pipe": _pipe,
    "connection": _connection,
}
