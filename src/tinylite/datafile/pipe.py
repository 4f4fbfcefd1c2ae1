"""`.pipe`: named SELECTs, and what becomes of one of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from tinylite.datafile.instructions import INSTRUCTIONS, NODE_TYPES
from tinylite.datafile.lines import Line
from tinylite.datafile.model import Node, NodeKind, Pipe, Text
from tinylite.datafile.section import Section, one_of
from tinylite.diagnostics import Span, did_you_mean

_NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "materialized": (("DATASOURCE",),),
    "copy": (("TARGET_DATASOURCE",),),
    "sink": (("EXPORT_BUCKET_URI", "EXPORT_KAFKA_TOPIC"),),
}
# Instructions that only one kind of node heeds, by the beginning of their names.
_OWNERS = {
    "DATASOURCE": "materialized",
    "DEPLOYMENT_METHOD": "materialized",
    "ENGINE": "materialized",
    "TARGET_DATASOURCE": "copy",
    "COPY_": "copy",
    "EXPORT_": "sink",
    "WRITE_STRATEGY": "sink",
}
LOCAL = "file://"
"""How the address of a local folder begins, which needs no connection."""
_TARGETS = {"materialized": "DATASOURCE", "copy": "TARGET_DATASOURCE"}
_INDENTED_TYPE = re.compile(r"^[ \t]+TYPE[ \t]+(?:endpoint|materialized|copy|sink)[ \t]*$", re.I | re.M)


def pipe(name: str, head: Section, nodes: Sequence[tuple[Line, Section]], whole: Span) -> Pipe | None:
    found: dict[str, Node] = {}
    for line, section in nodes:
        node = _node(line, section)
        known = found.setdefault(node.name, node)
        if known is not node:
            hint = f"the first one is in line {known.span.line}"
            section.fault("TL201", f"there are two nodes {node.name} in this pipe", node.span, hint)
    typed = [node for node in found.values() if node.kind != "standard"]
    for node in typed[1:]:
        head.fault("TL105", "a pipe has at most one node with a TYPE", node.span, f"{typed[0].name} has one already")
    if not found:
        head.require("a pipe", "NODE", hint="NODE name, then SQL > and a SELECT")
        return None
    sections = [head, *(section for _, section in nodes)]
    return Pipe(
        name=name,
        description=head.text("DESCRIPTION"),
        tags=tuple(dict.fromkeys(tag for section in sections for tag in section.words("TAGS"))),
        grants=tuple(grant for section in sections for grant in section.grants),
        nodes=tuple(found.values()),
        span=whole,
    )


def _node(line: Line, section: Section) -> Node:
    name = line.value or Text("", line.span)
    section.require(f"the node {name.value}", "SQL", hint="SQL > and a SELECT")
    sql = section.values.get("SQL", Text("", line.span))
    indented = _INDENTED_TYPE.search(sql.value)
    if indented:
        place = sql.span.within(*indented.span())
        section.fault("TL103", "the instruction TYPE is indented", place, "instructions start in column 1")
    kind = _kind(section)
    if kind is not None:
        _check_settings(section, kind)
    return Node(
        name=name.value,
        description=section.text("DESCRIPTION"),
        sql=sql,
        kind=kind or "standard",
        target=section.values.get(_TARGETS.get(kind or "", "")),
        settings=section.others("NODE", "SQL", "TYPE", "DESCRIPTION", "TAGS"),
        span=name.span,
    )


def _kind(section: Section) -> NodeKind | None:
    """None when TYPE names none."""
    written = section.values.get("TYPE")
    if written is None:
        return "standard"
    kind = written.value.lower()
    if kind not in NODE_TYPES:
        hint = did_you_mean(kind, NODE_TYPES) or one_of(NODE_TYPES)
        section.fault("TL107", f"unknown TYPE {written.value}", written.span, hint)
        return None
    return cast(NodeKind, kind)


def _check_settings(section: Section, kind: NodeKind) -> None:
    uri = section.values.get("EXPORT_BUCKET_URI")
    if kind == "sink" and not (uri and uri.value.startswith(LOCAL)):
        section.require("TYPE sink", "EXPORT_CONNECTION_NAME", at=section.spans["TYPE"])
    for alternatives in _NEEDS.get(kind, ()):
        section.require(f"TYPE {kind}", *alternatives, at=section.spans["TYPE"])
    for name in section.values:
        owner = next((owner for prefix, owner in _OWNERS.items() if name.startswith(prefix)), kind)
        if owner != kind and not INSTRUCTIONS[name].ignored:
            section.warn(f"{name} has no effect in this node", section.spans[name], f"it belongs to TYPE {owner}")
