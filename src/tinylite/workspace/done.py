"""What jobs have written, kept with the rows: written in the transaction that does their work, so that a job which is
begun again sees that it is done.
"""

from __future__ import annotations

from tinylite.engine.duckdb.ddl import DONE_JOBS
from tinylite.engine.duckdb.writer import Writer


def mark_done(writer: Writer, id: str, rows: int) -> None:
    writer.execute(f"INSERT INTO {DONE_JOBS} VALUES (?, ?)", [id, rows])


def rows_done(writer: Writer, id: str) -> int | None:
    """The rows that a job wrote, or took away; None when it is not done."""
    found = writer.execute(f"SELECT row_count FROM {DONE_JOBS} WHERE id = ?", [id]).fetchall()
    return int(found[0][0]) if found else None
