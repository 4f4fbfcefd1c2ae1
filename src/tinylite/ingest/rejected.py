"""What is no row at all, and goes to quarantine with what is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tinylite.engine.duckdb.ddl import QUARANTINE_SUFFIX
from tinylite.engine.duckdb.writer import Writer
from tinylite.sql.physical import quoted


@dataclass(frozen=True, slots=True)
class Rejected:
    """`values` are texts by column of the data source."""

    reason: str
    values: Mapping[str, str]


def set_aside_all(writer: Writer, table: str, import_id: str, rejected: Sequence[Rejected]) -> None:
    """Into the quarantine of a table. Raises duckdb.Error."""
    if not rejected:
        return
    names = list(dict.fromkeys(name for each in rejected for name in each.values))
    columns = "".join(f", unnest($v{number}) AS {quoted(name)}" for number, name in enumerate(names))
    values = {f"v{number}": [each.values.get(name) for each in rejected] for number, name in enumerate(names)}
    writer.execute(
        f"INSERT INTO {quoted(table + QUARANTINE_SUFFIX)} BY NAME SELECT [unnest($reasons)] AS c__error, "
        "CAST([] AS VARCHAR[]) AS c__error_column, $import_id AS c__import_id, "
        f"CAST(date_trunc('second', timezone('UTC', now())) AS TIMESTAMP) AS insertion_date{columns}",
        {"reasons": [each.reason for each in rejected], "import_id": import_id, **values},
    )
