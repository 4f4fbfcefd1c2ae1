"""UUIDs: making them, and their 16 bytes."""

from __future__ import annotations

from tinylite.sql.blobs import blob_of, bytes_typed
from tinylite.sql.functions.catalog import Call, Function, own, simple
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import STRING

_ZEROS = "CAST('00000000-0000-0000-0000-000000000000' AS UUID)"


def _digits(uuid: str) -> str:
    return f"replace(CAST({uuid} AS VARCHAR), '-', '')"


def _to_bytes(call: Call) -> Typed:
    """Zeros of what is no UUID."""
    text = call.args[0].value
    uuid = f"coalesce(CASE WHEN length({text}) = 36 THEN TRY_CAST({text} AS UUID) END, {_ZEROS})"
    if call.args[0].type.nullable:
        uuid = f"(CASE WHEN {text} IS NOT NULL THEN {uuid} END)"
    return bytes_typed(f"unhex({_digits(uuid)})", call.args, Type("FixedString", params=(16,)))


def _from_bytes(call: Call) -> Typed:
    return combined(f"CAST(CAST(hex({blob_of(call.args[0])}) AS UUID) AS VARCHAR)", STRING, call.args)


def _moment(call: Call) -> Typed:
    """The milliseconds in the first 48 bits; zero of another version."""
    digits = _digits(call.args[0].value)
    milliseconds = f"CAST('0x' || (CASE WHEN {digits}[13] = '7' THEN left({digits}, 12) ELSE '0' END) AS BIGINT)"
    return combined(f"make_timestamp({milliseconds} * 1000)", Type("DateTime64", params=(3,)), call.args)


FUNCTIONS: list[Function] = [
    simple("generateUUIDv4", "any?", Type("UUID"), "uuid()", nulls="own"),
    simple("generateUUIDv7", "any?", Type("UUID"), "uuidv7()", nulls="own"),
    own("UUIDStringToNum", "string", _to_bytes),
    own("UUIDNumToString", "string", _from_bytes),
    own("UUIDv7ToDateTime", "uuid", _moment),
]
