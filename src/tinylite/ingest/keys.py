"""Idempotency keys: what was answered to a request that its client may send again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tinylite.engine.duckdb.ddl import REQUESTS
from tinylite.engine.duckdb.writer import Writer

KEPT_HOURS = 24
"""So long a repeated request is known again."""
LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Answered:
    """The first answer to a key. `digest` is of the events: another body under the same key is a mistake."""

    key: str
    receipt: str
    digest: str
    good: int
    quarantined: int

    @classmethod
    def of(cls, key: str, receipt: str, lines: bytes, good: int, quarantined: int) -> Answered:
        return cls(key, receipt, digest_of(lines), good, quarantined)


def digest_of(lines: bytes) -> str:
    return hashlib.blake2b(lines, digest_size=16).hexdigest()


def keep(writer: Writer, source: str, answered: Sequence[Answered]) -> None:
    """In the transaction that writes the rows: a key is known exactly as long as they are there."""
    if not answered:
        return
    writer.execute(
        f"INSERT OR REPLACE INTO {REQUESTS} SELECT $source, unnest($keys), unnest($receipts), unnest($digests), "
        "unnest($good), unnest($quarantined), CAST(timezone('UTC', now()) AS TIMESTAMP)",
        {
            "source": source,
            "keys": [each.key for each in answered],
            "receipts": [each.receipt for each in answered],
            "digests": [each.digest for each in answered],
            "good": [each.good for each in answered],
            "quarantined": [each.quarantined for each in answered],
        },
    )


def known(reader: Writer, source: str, keys: Collection[str]) -> dict[str, Answered]:
    rows = reader.execute(
        f"SELECT key, receipt, digest, good, quarantined FROM {REQUESTS} WHERE source = $source "
        f"AND key IN (SELECT unnest($keys)) AND answered_at > {_OLDEST}",
        {"source": source, "keys": list(keys)},
    ).fetchall()
    return {row[0]: Answered(*row) for row in rows}


def forget_old(writer: Writer) -> None:
    writer.execute(f"DELETE FROM {REQUESTS} WHERE answered_at <= {_OLDEST}")


_OLDEST = f"CAST(timezone('UTC', now()) AS TIMESTAMP) - INTERVAL {KEPT_HOURS} HOUR"
