"""ClickHouse's own tables and views from data sources and pipes. Text only: nothing is run here."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tinylite.datafile.model import Column, Datasource, Index, Text
from tinylite.engine.clickhouse.statement import statement
from tinylite.project import View
from tinylite.project.tables import quarantine_table
from tinylite.project.views import over_block
from tinylite.sql import names_in
from tinylite.types.model import backquoted

LENIENT = ("allow_nullable_key", "allow_dimensions_outside_sorting_key")
"""Settings of tables that a datafile does not need to give, and ClickHouse asks for. Not every version knows both."""


def create_table(
    datasource: Datasource,
    lenient: Collection[str] = LENIENT,
    *,
    place: str = "",
    window: str = "",
    replicated: str = "",
) -> str:
    """`lenient` are those of LENIENT that the server knows: they are set where the table needs them. `place` is what
    stands for the name, if it is not the data source's; `window` is one more setting of tables that keep rows.

    Replicated engines are made without replicas, the table being one server's, unless `replicated` is "Replicated".
    """
    engine = datasource.engine
    cells = [*map(_column, datasource.columns), *map(_index, datasource.indexes)]
    made = (
        f"CREATE TABLE {'IF NOT EXISTS ' if place else ''}{place or backquoted(datasource.name)} (\n    "
        + ",\n    ".join(cells)
        + f"\n)\nENGINE = {replicated}{_engine(datasource)}"
    )
    if not engine.name.endswith("MergeTree"):
        return made
    clauses = [
        f"PARTITION BY {engine.partition_key}" if engine.partition_key else "",
        f"PRIMARY KEY {_tuple(engine.primary_key)}" if engine.primary_key else "",
        f"ORDER BY {_tuple(engine.sorting_key)}",
        f"SAMPLE BY {engine.sampling_key}" if engine.sampling_key else "",
        f"TTL {engine.ttl}" if engine.ttl else "",
        _settings(datasource, lenient, window),
    ]
    return "\n".join([made, *filter(None, clauses)])


def create_quarantine(datasource: Datasource) -> str:
    """Of the rows that do not fit: every column as text, with the reasons."""
    table = quarantine_table(datasource, datasource.name)
    cells = ",\n    ".join(f"{backquoted(column.name)} {column.type}" for column in table.columns)
    return f"CREATE TABLE {backquoted(table.name)} (\n    {cells}\n)\nENGINE = MergeTree\nORDER BY tuple()"


def create_view(view: View) -> str:
    """Parameters of its template are `{name:Type}`, with the values that go beside the text."""
    made = f"CREATE MATERIALIZED VIEW {backquoted(view.name)} TO {backquoted(view.target.name)} AS"
    return f"{made}\n{statement(view.prepared.query)}"


def view_select(view: View, database: str, source: str) -> str:
    """Of a view of a database whose source is the table of that name; all other names are as `View` has them."""
    return statement(over_block(view.prepared.query, view.source.name, source), database)


def _column(column: Column) -> str:
    default = f" DEFAULT {column.default}" if column.default else ""
    codec = f" {_codec(column.codec)}" if column.codec else ""
    return f"{backquoted(column.name)} {column.type}{default}{codec}"


def _codec(codec: Text) -> str:
    text = codec.value.strip()
    return text if text.upper().startswith("CODEC") else f"CODEC({text})"


def _index(index: Index) -> str:
    return f"INDEX {backquoted(index.name)} {index.expression} TYPE {index.type} GRANULARITY {index.granularity}"


def _engine(datasource: Datasource) -> str:
    engine = datasource.engine
    arguments = [str(text) for text in (engine.sign, engine.version, engine.is_deleted) if text]
    if engine.summed:
        arguments.append(_tuple(engine.summed))
    if engine.join:
        arguments = [engine.join.strictness, engine.join.kind, *map(str, engine.join.keys)]
    name = engine.name.removeprefix("Replicated")
    return f"{name}({', '.join(arguments)})" if arguments else name


def _tuple(parts: tuple[Text, ...]) -> str:
    return f"({', '.join(map(str, parts))})" if parts else "tuple()"


def _settings(datasource: Datasource, lenient: Collection[str], window: str) -> str:
    own = datasource.engine.settings.value.strip() if datasource.engine.settings else ""
    added = [f"{name} = 1" for name in _needed(datasource) if name in lenient and name not in own]
    given = [window] if window and window.partition(" ")[0] not in own else []
    settings = [*([own] if own else []), *added, *given]
    return f"SETTINGS {', '.join(settings)}" if settings else ""


def _needed(datasource: Datasource) -> Iterator[str]:
    engine = datasource.engine
    keys = [*engine.sorting_key, *([engine.partition_key] if engine.partition_key else ())]
    named = {name for key in keys for name in names_in(key.value)}
    if any(column.type.nullable for column in datasource.columns if column.name in named):
        yield "allow_nullable_key"
    if engine.name.endswith("AggregatingMergeTree"):
        yield "allow_dimensions_outside_sorting_key"
