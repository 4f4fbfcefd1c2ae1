"""What changes between two versions of a data source: column by column, and in its engine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tinylite.datafile.model import Column, Datasource, Text
from tinylite.diagnostics import Span
from tinylite.project.plan.casting import conversion, keeps_values
from tinylite.project.plan.model import ColumnChange, SchemaChange, SettingChange

# Of these nothing but the table's layout depends; the others change what is kept of its rows.
_LAYOUT = ("ENGINE", "ENGINE_SORTING_KEY", "ENGINE_PARTITION_KEY", "ENGINE_VER", "ENGINE_IS_DELETED", "ENGINE_SIGN",
           "ENGINE_COLUMNS", "ENGINE_JOIN_STRICTNESS", "ENGINE_JOIN_TYPE", "ENGINE_KEY_COLUMNS")  # fmt: skip
_MERGES = ("ReplacingMergeTree", "SummingMergeTree", "AggregatingMergeTree", "CollapsingMergeTree",
           "VersionedCollapsingMergeTree")  # fmt: skip
_OF_JOIN = ("ENGINE", "ENGINE_JOIN_STRICTNESS", "ENGINE_JOIN_TYPE", "ENGINE_KEY_COLUMNS")
_INTERVAL = re.compile(
    r"(.*?)\b(?:INTERVAL\s+(\d+)\s+(\w+?)S?|toInterval(\w+)\((\d+)\))\s*(?:DELETE)?\s*$", re.I | re.S
)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2629746,
            "quarter": 7889238, "year": 31556952}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evolution:
    """`rewrites`: the rows need another table. `unsure` are columns whose values no cast keeps."""

    before: Datasource
    after: Datasource
    change: SchemaChange
    rewrites: bool
    unsure: tuple[tuple[Column, Column], ...]
    """As they were, and as they are to be."""

    @property
    def is_nothing(self) -> bool:
        return not (self.change.columns or self.change.settings)

    @property
    def hint(self) -> str:
        """A FORWARD_QUERY to begin with."""
        items = []
        for column in self.after.columns:
            old = self.before.column(column.name)
            if old is not None:
                items.append(conversion(column.name, old.type, column.type) if _differs(old, column) else column.name)
        return f"write FORWARD_QUERY > SELECT {', '.join(items)}"

    def losses(self) -> Iterator[tuple[str, Span]]:
        """What of the rows that are there is lost, with the place that says so."""
        whole = self.after.engine.span
        query = self.after.forward_query
        carried = set(re.findall(r"\w+", query.value)) if query else set()
        for column in self.change.columns:
            if column.change == "removed" and column.name not in carried:
                yield f"the column {column.name} is dropped", self.after.columns[0].span
        settings = {setting.name: setting for setting in self.change.settings}
        engine = settings.get("ENGINE")
        if engine is not None and engine.after in _MERGES:
            yield f"as a {engine.after} it makes one row of those with one sorting key", whole
        elif self.after.engine.name in _MERGES and "ENGINE_SORTING_KEY" in settings:
            yield "rows with one key become one, and the key changes", whole
        join = self.after.engine.join
        if join and join.keeps_first and any(name in settings for name in _OF_JOIN):
            yield "of the rows with one key the first stays", whole
        if "ENGINE_TTL" in settings and _shortens(settings["ENGINE_TTL"]):
            ttl = settings["ENGINE_TTL"]
            place = self.after.engine.ttl.span if self.after.engine.ttl else whole
            yield f"rows are removed by the TTL {ttl.after}, and do not come back with a rollback", place
        if engine is not None and engine.after == "Null":
            yield "a Null engine keeps no rows", whole


def evolution(before: Datasource, after: Datasource) -> Evolution:
    by_query = after.forward_query is not None
    changes: list[ColumnChange] = []
    unsure: list[tuple[Column, Column]] = []
    rewrites = False
    for column in after.columns:
        old = before.column(column.name)
        if old is None:
            changes.append(ColumnChange(column.name, "added", "", _shown(column), _filling(column, by_query)))
            rewrites = True
            continue
        if old.type != column.type:
            rewrites = True
            if not keeps_values(old.type, column.type):
                unsure.append((old, column))
        if _differs(old, column):
            how = _how(old, column, by_query)
            changes.append(ColumnChange(column.name, "changed", _shown(old), _shown(column), how))
    for column in before.columns:
        if after.column(column.name) is None:
            changes.append(ColumnChange(column.name, "removed", _shown(column), "", ""))
            rewrites = True
    settings = tuple(_settings(before, after))
    rewrites = rewrites or any(setting.name in _LAYOUT for setting in settings)
    return Evolution(before, after, SchemaChange(after.name, tuple(changes), settings), rewrites, tuple(unsure))


def _differs(old: Column, new: Column) -> bool:
    before, after = ((str(c.type), c.default, c.jsonpath, c.codec) for c in (old, new))
    return before != after


def _shown(column: Column) -> str:
    parts = [str(column.type)]
    if column.default is not None:
        parts.append(f"DEFAULT {column.default.value}")
    if column.codec is not None:
        parts.append(column.codec.value)
    if column.jsonpath is not None:
        parts.append(f"json:{column.jsonpath.text}")
    return " ".join(parts)


def _filling(column: Column, by_query: bool) -> str:
    if by_query:
        return "by FORWARD_QUERY"
    if column.default is not None:
        return f"{column.default.value} in the rows that are there"
    return "NULL in the rows that are there" if column.type.nullable else "empty in the rows that are there"


def _how(old: Column, new: Column, by_query: bool) -> str:
    if old.type == new.type:
        return "for new rows" if str(old.type) == str(new.type) else "in merges from now on"
    if by_query:
        return "by FORWARD_QUERY"
    return "cast, with all values kept" if keeps_values(old.type, new.type) else "needs a FORWARD_QUERY"


def _settings(before: Datasource, after: Datasource) -> Iterator[SettingChange]:
    old, new = _engine(before), _engine(after)
    for name in new:
        if old[name] != new[name]:
            yield SettingChange(name, old[name], new[name])


def _engine(datasource: Datasource) -> dict[str, str]:
    engine, join = datasource.engine, datasource.engine.join
    return {
        "ENGINE": engine.name,
        "ENGINE_SORTING_KEY": ", ".join(text.value for text in engine.sorting_key),
        "ENGINE_PARTITION_KEY": _text(engine.partition_key),
        "ENGINE_PRIMARY_KEY": ", ".join(text.value for text in engine.primary_key),
        "ENGINE_SAMPLING_KEY": _text(engine.sampling_key),
        "ENGINE_TTL": _text(engine.ttl),
        "ENGINE_SETTINGS": _text(engine.settings),
        "ENGINE_VER": _text(engine.version),
        "ENGINE_IS_DELETED": _text(engine.is_deleted),
        "ENGINE_SIGN": _text(engine.sign),
        "ENGINE_COLUMNS": ", ".join(text.value for text in engine.summed),
        "ENGINE_JOIN_STRICTNESS": join.strictness if join else "",
        "ENGINE_JOIN_TYPE": join.kind if join else "",
        "ENGINE_KEY_COLUMNS": ", ".join(text.value for text in join.keys) if join else "",
        "INDEXES": ", ".join(f"{index.name} {index.expression} {index.type}" for index in datasource.indexes),
    }


def _text(text: Text | None) -> str:
    return "" if text is None else " ".join(text.value.split())


def _shortens(ttl: SettingChange) -> bool:
    """Unless it is surely longer: then rows may go that would have stayed."""
    if not ttl.after:
        return False
    old, new = _lifetime(ttl.before), _lifetime(ttl.after)
    return old is None or new is None or old[0] != new[0] or new[1] < old[1]


def _lifetime(text: str) -> tuple[str, int] | None:
    """What is added to, and the seconds that are."""
    match = _INTERVAL.match(text)
    if match is None:
        return None
    count, unit = (match[2], match[3]) if match[2] else (match[5], match[4])
    seconds = _SECONDS.get(unit.lower())
    return ("".join(match[1].split()), int(count) * seconds) if seconds else None
