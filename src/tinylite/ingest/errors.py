"""What can be wrong with a request to append, by the status it deserves."""

from __future__ import annotations


class IngestError(Exception):
    """`status` is HTTP's."""

    status = 400


class UnknownDatasource(IngestError):
    status = 404


class TooLarge(IngestError):
    status = 413


class Malformed(IngestError):
    status = 400


class Unsupported(IngestError):
    status = 415


class Overloaded(IngestError):
    """Nothing was accepted: try again later."""

    status = 503


class Refused(IngestError):
    """The server may not do that."""

    status = 403


class KeyReused(IngestError):
    """The same idempotency key with other events."""

    status = 422


def too_much() -> Overloaded:
    return Overloaded("too many events are waiting to be written; try again in a moment")


def reused(key: str) -> KeyReused:
    return KeyReused(f"the Idempotency-Key {key!r} was used for other events")
