"""Damage of a log, told to everyone whom it concerns."""

from __future__ import annotations

import logging

from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import LOG_DAMAGE
from tinylite.ingest.log.log import Found
from tinylite.ingest.operation import Observer, Operation

logger = logging.getLogger("tinylite.ingest")


def report(engine: DuckDBEngine, observe: Observer, source: str, found: Found) -> None:
    """A torn end was not acknowledged; other damage is kept on record, and receipts tell of it."""
    damage = found.damage
    if damage.is_torn and found.before is None:
        logger.info("%s: the end was not written whole, and is cut off at byte %d", found.path, damage.offset)
        return
    logger.warning("%s at byte %d: %s; set aside in %s", found.path, damage.offset, damage.reason, found.aside.name)
    with engine.transaction() as writer:
        writer.execute(
            f"INSERT INTO {LOG_DAMAGE} VALUES (CAST(timezone('UTC', now()) AS TIMESTAMP), ?, ?, ?, ?, ?)",
            [source, found.after, found.before, damage.reason, found.aside.name],
        )
    message = f"the log is damaged: {damage.reason}; its bytes are in {found.aside.name}"
    observe(Operation("append", source, 0, error=message))
