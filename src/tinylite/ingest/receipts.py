"""Receipts: the name of a request, out of which what became of it can be told.

A receipt holds the data source, the request's position there and how many events it had. So nothing has to be kept for
a request whose rows all went in; those that did not fit lie in the quarantine under its name.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import LOG_DAMAGE
from tinylite.engine.duckdb.writer import Writer
from tinylite.sql.physical import quoted

_SHOWN = 10
"""Reasons that a receipt tells."""


@dataclass(frozen=True, slots=True)
class Receipt:
    source: str
    position: int
    rows: int

    @property
    def id(self) -> str:
        return receipt_id(self.source, self.position, self.rows)


def receipt_id(source: str, position: int, rows: int) -> str:
    text = f"{position}.{rows}.{source}".encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def receipt_of(id: str) -> Receipt | None:
    """None when it is none."""
    try:
        text = base64.urlsafe_b64decode(id.encode() + b"=" * (-len(id) % 4)).decode()
        position, rows, source = text.split(".", 2)
        found = Receipt(source, int(position), int(rows))
    except (ValueError, binascii.Error):
        return None
    return found if found.id == id and found.position > 0 and found.rows >= 0 else None


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a request. `status` is pending, stored or damaged; `reasons` are of the rows in quarantine, with
    how many rows each has.
    """

    status: str
    successful_rows: int
    quarantined_rows: int
    reasons: tuple[tuple[str, int], ...] = ()


def fate_of(receipt: Receipt, engine: DuckDBEngine, quarantine: str) -> Fate:
    """Of a request that is loaded, unless its record was lost; `quarantine` is the table of its data source."""
    cursor = engine.cursor()
    try:
        if _is_damaged(cursor, receipt):
            return Fate("damaged", 0, 0)
        reasons = _reasons(cursor, quarantine, receipt.id)
    finally:
        cursor.close()
    bad = sum(count for _, count in reasons)
    return Fate("stored", receipt.rows - bad, bad, tuple(reasons[:_SHOWN]))


def _is_damaged(reader: Writer, receipt: Receipt) -> bool:
    sql = (
        f"SELECT 1 FROM {LOG_DAMAGE} WHERE source = ? AND after_position < ? "
        "AND coalesce(before_position > ?, true) LIMIT 1"
    )
    return bool(reader.execute(sql, [receipt.source, receipt.position, receipt.position]).fetchall())


def _reasons(reader: Writer, quarantine: str, import_id: str) -> list[tuple[str, int]]:
    return reader.execute(
        f"SELECT coalesce(c__error[1], ''), count(*) FROM {quoted(quarantine)} WHERE c__import_id = ? "
        "GROUP BY 1 ORDER BY 2 DESC, 1",
        [import_id],
    ).fetchall()
