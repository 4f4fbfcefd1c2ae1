"""UUIDs: making them, and their 16 bytes."""

from __future__ import annotations

from tinylite.sql.blobs import blob_of, bytes_typed
from tinylite.sql.functions.catalog import Call, Function, own, simple
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import STRING


def _digits(text: str) -> str:
    return f"replace(CAST(CAST({text} AS UUID) AS VARCHAR), '-', '')"


def _to_bytes(call: Call) -> Typed:
    return bytes_typed(f"unhex({_digits(call.args[0].value)})", call.args, Type("FixedString", params=(16,)))


def _from_bytes(call: Call) -> Typed:
    return combined(f"CAST(CAST(hex({blob_of(call.args[0])}) AS UUID) AS VARCHAR)", STRING, call.args)


def _moment(call: Call) -> Typed:
    """The milliseconds in the first 48 bits."""
    milliseconds = f"CAST('0x' || left({_digits(call.args[0].value)}, 12) AS BIGINT)"
    return combined(f"make_timestamp({milliseconds} * 1000)", Type("DateTime64", params=(3,)), call.args)


FUNCTIONS: list[Function] = [
    simple("generateUUIDv4", "any?", Type("UUID"), "uuid()"),
    simple("generateUUIDv7", "any?", Type("UUID"), "uuidv7()"),
    own("UUIDStringToNum", "string", _to_bytes),
    own("UUIDNumToString", "string", _from_bytes),
    own("UUIDv7ToDateTime", "uuid", _moment),
]
