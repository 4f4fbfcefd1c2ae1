"""`.datasource`: a table and how rows come into it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tinylite.datafile.instructions import ENGINES
from tinylite.datafile.model import Column, Datasource, Engine, Index, Join, Text
from tinylite.datafile.schema import parse_indexes, parse_schema
from tinylite.datafile.section import Section, one_of
from tinylite.diagnostics import Span, did_you_mean
from tinylite.types import parse_type

# Which instructions only some engines heed, and what those engines can't do without.
_OWNERS = {
    "ENGINE_VER": ("ReplacingMergeTree",),
    "ENGINE_IS_DELETED": ("ReplacingMergeTree",),
    "ENGINE_SIGN": ("CollapsingMergeTree", "VersionedCollapsingMergeTree"),
    "ENGINE_VERSION": ("VersionedCollapsingMergeTree", "ReplacingMergeTree"),
    "ENGINE_COLUMNS": ("SummingMergeTree",),
    "ENGINE_JOIN_STRICTNESS": ("Join",),
    "ENGINE_JOIN_TYPE": ("Join",),
    "ENGINE_KEY_COLUMNS": ("Join",),
}
_NEEDS = {
    "CollapsingMergeTree": ("ENGINE_SIGN",),
    "VersionedCollapsingMergeTree": ("ENGINE_SIGN", "ENGINE_VERSION"),
    "Join": ("ENGINE_JOIN_STRICTNESS", "ENGINE_JOIN_TYPE", "ENGINE_KEY_COLUMNS"),
}
# What a Kafka data source has besides its SCHEMA, as the vendor's Kafka connector documents it. Rows that come in
# another way have none of this, hence the defaults.
_KAFKA_COLUMNS = {
    "__value": ("String", "''"),
    "__topic": ("LowCardinality(String)", "''"),
    "__partition": ("Int16", "0"),
    "__offset": ("Int64", "0"),
    "__timestamp": ("DateTime", "now()"),
    "__key": ("String", "''"),
}
_KAFKA_HEADERS = {"__headers": ("Map(String, String)", "map()")}
KAFKA_COLUMNS = (*_KAFKA_COLUMNS, *_KAFKA_HEADERS)


def datasource(name: str, section: Section, whole: Span) -> Datasource | None:
    columns: tuple[Column, ...] = ()
    indexes: tuple[Index, ...] = ()
    if section.require("a data source", "SCHEMA", hint="SCHEMA > and a column a line, as in `id` String `json:$.id`"):
        columns, faults = parse_schema(section.values["SCHEMA"])
        section.faults.extend(faults)
    if "INDEXES" in section.values:
        indexes, faults = parse_indexes(section.values["INDEXES"])
        section.faults.extend(faults)
    engine = _engine(section)
    imports, kafka = section.group("IMPORT_"), section.group("KAFKA_")
    uri = imports.get("IMPORT_BUCKET_URI")
    if not (uri and uri.value.startswith("file://")):
        _check_connector(section, imports, "IMPORT_CONNECTION_NAME")
    _check_connector(section, kafka, "KAFKA_CONNECTION_NAME", "KAFKA_TOPIC")
    if not columns:
        return None
    return Datasource(
        name=name,
        description=section.text("DESCRIPTION"),
        tags=section.words("TAGS"),
        grants=tuple(section.grants),
        columns=(*columns, *_kafka_columns(columns, kafka)),
        engine=engine,
        indexes=indexes,
        forward_query=section.expression("FORWARD_QUERY"),
        backfill_skip=section.text("BACKFILL").lower() == "skip",
        shared_with=section.words("SHARED_WITH"),
        imports=imports,
        kafka=kafka,
        span=whole,
    )


def _check_connector(section: Section, settings: Mapping[str, Text], *needed: str) -> None:
    """All or nothing: one setting of a connector calls for those that it can't do without."""
    if settings and "IMPORT_SERVICE" not in settings:
        name = next(iter(settings))
        for need in needed:
            section.require(name, need, at=section.spans[name])


def _kafka_columns(declared: tuple[Column, ...], kafka: Mapping[str, Text]) -> Iterator[Column]:
    if not kafka:
        return
    names = {column.name for column in declared}
    headers = kafka.get("KAFKA_STORE_HEADERS")
    wanted = _KAFKA_COLUMNS | (_KAFKA_HEADERS if headers and headers.value.lower() == "true" else {})
    place = next(iter(kafka.values())).span
    for name, (type_, default) in wanted.items():
        if name not in names:
            yield Column(name, parse_type(type_), Text(default, place), None, None, place)


def _engine(section: Section) -> Engine:
    written = section.values.get("ENGINE")
    name = _engine_name(section, written)
    for instruction, owners in _OWNERS.items():
        if instruction in section.values and name not in owners:
            hint = f"it belongs to {' and '.join(owners)}"
            section.warn(f"{instruction} has no effect on a {name}", section.spans[instruction], hint)
    for instruction in _NEEDS.get(name, ()):
        section.require(name, instruction, at=written.span if written else None)
    return Engine(
        name=name,
        sorting_key=section.expressions("ENGINE_SORTING_KEY"),
        partition_key=section.expression("ENGINE_PARTITION_KEY"),
        primary_key=section.expressions("ENGINE_PRIMARY_KEY"),
        sampling_key=section.expression("ENGINE_SAMPLING_KEY"),
        ttl=section.expression("ENGINE_TTL"),
        settings=section.expression("ENGINE_SETTINGS"),
        version=section.expression("ENGINE_VER") or section.expression("ENGINE_VERSION"),
        is_deleted=section.expression("ENGINE_IS_DELETED"),
        sign=section.expression("ENGINE_SIGN"),
        summed=section.expressions("ENGINE_COLUMNS"),
        join=_join(section) if name == "Join" else None,
        span=written.span if written else section.heading,
    )


def _join(section: Section) -> Join:
    """ClickHouse has no ANY FULL, and of SEMI and ANTI only LEFT and RIGHT."""
    strictness, kind = section.text("ENGINE_JOIN_STRICTNESS").upper(), section.text("ENGINE_JOIN_TYPE").upper()
    fitting = {"ANY": ("LEFT", "INNER", "RIGHT"), "SEMI": ("LEFT", "RIGHT"), "ANTI": ("LEFT", "RIGHT")}.get(strictness)
    if fitting and kind in ("INNER", "FULL") and kind not in fitting:
        message = f"a Join can't be {strictness} {kind}"
        section.fault("TL107", message, section.values["ENGINE_JOIN_TYPE"].span, one_of(fitting))
    if "ENGINE_KEY_COLUMNS" in section.spans and not section.expressions("ENGINE_KEY_COLUMNS"):
        section.fault("TL106", "a Join needs key columns", section.spans["ENGINE_KEY_COLUMNS"])
    return Join(strictness or "ANY", kind or "LEFT", section.expressions("ENGINE_KEY_COLUMNS"))


def _engine_name(section: Section, written: Text | None) -> str:
    if written is None:
        return "MergeTree"
    name = written.value.removesuffix("()")
    known = {engine.lower(): engine for engine in ENGINES}.get(name.lower())
    if known is None:
        section.fault("TL110", f"unknown engine {name}", written.span, did_you_mean(name, ENGINES) or one_of(ENGINES))
    return known or "MergeTree"
