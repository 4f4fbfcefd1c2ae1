"""Data sources as the tables that queries read."""

from __future__ import annotations

from tinylite.datafile.model import Datasource, Text
from tinylite.sql import Column, Table
from tinylite.types.model import DATETIME, STRING, array

QUARANTINE_SUFFIX = "_quarantine"


def table(datasource: Datasource, physical: str) -> Table:
    engine, join = datasource.engine, datasource.engine.join
    return Table(
        name=datasource.name,
        columns=tuple(Column(column.name, column.type) for column in datasource.columns),
        physical=physical,
        engine=engine.name,
        sorting_key=tuple(key.value for key in engine.sorting_key),
        version=_name(engine.version),
        is_deleted=_name(engine.is_deleted),
        sign=_name(engine.sign),
        summed=tuple(column.value for column in engine.summed),
        join_keys=tuple(key.value.strip('`" ') for key in join.keys) if join else (),
        first_of_key=join is not None and join.keeps_first,
        looks_up=join is not None and (join.strictness, join.kind) == ("ANY", "LEFT"),
    )


def quarantine_table(datasource: Datasource, physical: str) -> Table:
    """Rows that did not fit: every column as text, then why, as far as these names are free."""
    text = STRING.as_nullable()
    reasons = {
        "c__error_column": array(STRING),
        "c__error": array(STRING),
        "c__import_id": text,
        "insertion_date": DATETIME,
    }
    taken = {column.name.lower() for column in datasource.columns}
    columns = (
        *(Column(column.name, text) for column in datasource.columns),
        *(Column(name, type_) for name, type_ in reasons.items() if name not in taken),
    )
    return Table(datasource.name + QUARANTINE_SUFFIX, columns, physical + QUARANTINE_SUFFIX, is_quarantine=True)


def _name(text: Text | None) -> str | None:
    return text.value.strip("` ") if text else None
