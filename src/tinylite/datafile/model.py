"""What a datafile says, as frozen values. Spans never take part in comparisons: a moved line is no change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from tinylite.diagnostics import Span
from tinylite.types import Type

NodeKind = Literal["standard", "endpoint", "materialized", "copy", "sink"]
NOTHING_SET: Mapping[str, Text] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Text:
    """A value as written, with its place. Of a block, `value` is exactly the characters of `span`."""

    value: str
    span: Span = field(compare=False, repr=False)

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class JsonPath:
    """`$.a.b`, `$.items[:].id`. `steps` are keys; None stands for `[:]`, each element of an array. `$` has no steps."""

    text: str
    steps: tuple[str | None, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: Type
    default: Text | None
    """A ClickHouse expression (DEFAULT)."""
    codec: Text | None
    jsonpath: JsonPath | None
    span: Span = field(compare=False, repr=False)
    """The column's name."""


@dataclass(frozen=True, slots=True)
class Index:
    name: str
    expression: str
    type: str
    granularity: int
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """`TOKEN "name" READ`."""

    token: str
    scope: Literal["READ", "APPEND"]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Join:
    """What makes a table of the engine Join: ANY, ALL, SEMI or ANTI; LEFT, INNER, RIGHT or FULL; columns."""

    strictness: str
    kind: str
    keys: tuple[Text, ...]

    @property
    def keeps_first(self) -> bool:
        """Of the rows with one key the first stays; else all do."""
        return self.strictness != "ALL" and self.kind in ("LEFT", "INNER")


@dataclass(frozen=True, slots=True)
class Engine:
    """ClickHouse's table engine. Keys are ClickHouse expressions, split at their top-level commas, brackets removed."""

    name: str
    sorting_key: tuple[Text, ...]
    partition_key: Text | None
    primary_key: tuple[Text, ...]
    sampling_key: Text | None
    ttl: Text | None
    settings: Text | None
    version: Text | None
    """ENGINE_VER of Replacing, ENGINE_VERSION of VersionedCollapsing: a column."""
    is_deleted: Text | None
    sign: Text | None
    summed: tuple[Text, ...]
    """ENGINE_COLUMNS of SummingMergeTree; empty means every number outside the key."""
    join: Join | None
    """Of the engine Join."""
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Datasource:
    name: str
    description: str
    tags: tuple[str, ...]
    grants: tuple[Grant, ...]
    columns: tuple[Column, ...]
    engine: Engine
    indexes: tuple[Index, ...]
    forward_query: Text | None
    backfill_skip: bool
    shared_with: tuple[str, ...]
    imports: Mapping[str, Text]
    """IMPORT_* settings by full instruction name; empty when the data source imports nothing."""
    kafka: Mapping[str, Text]
    """KAFKA_* settings likewise."""
    span: Span = field(compare=False, repr=False)
    """The whole file."""

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class Node:
    name: str
    description: str
    sql: Text
    kind: NodeKind
    target: Text | None
    """DATASOURCE of a materialized node, TARGET_DATASOURCE of a copy."""
    settings: Mapping[str, Text]
    """What goes with the kind (COPY_MODE, EXPORT_FORMAT, DEPLOYMENT_METHOD, …) by instruction name."""
    span: Span = field(compare=False, repr=False)
    """The node's name."""


@dataclass(frozen=True, slots=True)
class Pipe:
    name: str
    description: str
    tags: tuple[str, ...]
    grants: tuple[Grant, ...]
    nodes: tuple[Node, ...]
    span: Span = field(compare=False, repr=False)

    @property
    def kind(self) -> NodeKind:
        """The kind of the typed node; `standard` when the pipe is only a view."""
        return next((node.kind for node in self.nodes if node.kind != "standard"), "standard")

    @property
    def output(self) -> Node:
        """What reading the pipe by name reads: the typed node, or the last one."""
        return next((node for node in self.nodes if node.kind != "standard"), self.nodes[-1])

    def node(self, name: str) -> Node | None:
        return next((node for node in self.nodes if node.name == name), None)


@dataclass(frozen=True, slots=True)
class Connection:
    name: str
    kind: str
    """kafka, s3 or gcs."""
    settings: Mapping[str, Text]
    span: Span = field(compare=False, repr=False)


Resource = Datasource | Pipe | Connection
