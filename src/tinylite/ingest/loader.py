"""Records of the log into the database: rows, quarantined rows and the log's position in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import POSITIONS, QUARANTINE_SUFFIX
from tinylite.ingest.block import COUNTS, SEPARATOR, BlockPlan
from tinylite.ingest.log.segment import Record
from tinylite.sql.physical import quoted

Materialize = Callable[[duckdb.DuckDBPyConnection, str], Sequence[str]]
"""Called inside the transaction with the temporary table of the new block; gives the tables that it wrote."""


@dataclass(frozen=True, slots=True)
class Counts:
    good: int
    quarantined: int


@dataclass(slots=True)
class Loader:
    engine: DuckDBEngine

    def load(self, source: str, plan: BlockPlan, records: Sequence[Record]) -> Mapping[int, Counts]:
        """What became of each record, by position. A record that breaks the batch is narrowed down to its lines, and
        those go to quarantine with the reason. Raises duckdb.Error only when not even that can be written.
        """
        try:
            return self._load(source, plan, records)
        except (duckdb.FatalException, duckdb.InternalException, duckdb.IOException):
            raise
        except duckdb.Error as error:
            if len(records) > 1:
                middle = len(records) // 2
                first = self.load(source, plan, records[:middle])
                return {**first, **self.load(source, plan, records[middle:])}
            return {records[0].position: self._line_by_line(source, plan, records[0], error)}

    def _load(self, source: str, plan: BlockPlan, records: Sequence[Record]) -> dict[int, Counts]:
        staged = self.engine.staging / f"{source}.lines"
        text = b"".join(_lines(index, record.payload) for index, record in enumerate(records))
        staged.write_bytes(text)
        statement = plan.read(staged, _longest_line(text))
        try:
            with self.engine.transaction(plan.table, plan.table + QUARANTINE_SUFFIX) as writer:
                counts = self._block(writer, plan, statement, records[-1].position)
                _move(writer, source, records[-1].position)
        finally:
            staged.unlink(missing_ok=True)
        return {record.position: counts.get(index, Counts(0, 0)) for index, record in enumerate(records)}

    def _block(
        self, writer: duckdb.DuckDBPyConnection, plan: BlockPlan, statement: str, position: int
    ) -> dict[int, Counts]:
        writer.execute(statement)
        counts = {r: Counts(good, bad) for r, good, bad in writer.execute(COUNTS).fetchall()}
        if any(count.good for count in counts.values()):
            writer.execute(plan.insert)
        if any(count.quarantined for count in counts.values()):
            writer.execute(plan.quarantine, {"import_id": str(position)})
        return counts

    def _line_by_line(self, source: str, plan: BlockPlan, record: Record, error: duckdb.Error) -> Counts:
        lines = record.payload.split(b"\n")
        if len(lines) == 1:
            return self._set_aside(source, plan, record, error)
        good = bad = 0
        for number, line in enumerate(lines, start=1):
            # The position moves with the last line only: a crash in between loads the record again from its start.
            one = Record(record.position if number == len(lines) else record.position - 1, line)
            counts = self.load(source, plan, [one])[one.position]
            good, bad = good + counts.good, bad + counts.quarantined
        return Counts(good, bad)

    def _set_aside(self, source: str, plan: BlockPlan, record: Record, error: duckdb.Error) -> Counts:
        """The last resort for a line that DuckDB can't take in: its text and the reason."""
        reason = f"{str(error).splitlines()[0]}: {_text(record.payload)}"
        quarantine = plan.table + QUARANTINE_SUFFIX
        with self.engine.transaction(quarantine) as writer:
            writer.execute(
                f"INSERT INTO {quoted(quarantine)} BY NAME SELECT [$reason] AS c__error, [] AS c__error_column, "
                "$import_id AS c__import_id, CAST(timezone('UTC', now()) AS TIMESTAMP) AS insertion_date",
                {"reason": reason, "import_id": str(record.position)},
            )
            _move(writer, source, record.position)
        return Counts(0, 1)


def _move(writer: duckdb.DuckDBPyConnection, source: str, position: int) -> None:
    writer.execute(f"INSERT OR REPLACE INTO {POSITIONS} VALUES (?, ?)", [source, position])


def _lines(index: int, payload: bytes) -> bytes:
    """Each line with the number of its record before it.

    Bytes that no JSON text has (invalid UTF-8, NUL) are made visible: such a line stays invalid, and can be kept.
    """
    if SEPARATOR in payload or b"\0" in payload:
        payload = payload.replace(SEPARATOR, b"\x1e").replace(b"\0", b"\x1e")
    payload = _text(payload).encode()
    prefix = str(index).encode() + SEPARATOR
    return prefix + payload.replace(b"\n", b"\n" + prefix) + b"\n"


def _longest_line(text: bytes) -> int:
    return len(text) if len(text) < 1_000_000 else max(map(len, text.split(b"\n")))


def _text(payload: bytes) -> str:
    return payload.decode("utf-8", "backslashreplace")
