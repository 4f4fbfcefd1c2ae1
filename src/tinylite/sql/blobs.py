"""Bytes. ClickHouse's String is any bytes, DuckDB's VARCHAR is UTF-8: what looks at bytes is computed on BLOBs.

A function that may cut characters in two, or gives bytes of another kind, keeps its BLOB beside the text, so that what
is around it (hex, length, a hash) sees the bytes. Where such bytes must become text after all, a cut character becomes
U+FFFD, as in the JSON that ClickHouse's clients read; other bytes that are no text are an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tinylite.sql.casts import cast, to_text
from tinylite.sql.errors import Fault
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import INT8, INT16, STRING


def blob_of(value: Typed) -> str:
    """The bytes of a String, or of the text of anything else."""
    return value.blob or f"encode({to_text(value)})"


def mended(blob: str) -> str:
    """The text of bytes, with one U+FFFD for each run of what is none."""
    return f"tl_text({blob})"


def bytes_typed(blob: str, parts: Sequence[Typed], type_: Type = STRING) -> Typed:
    """A value given as its bytes; as text it must be UTF-8."""
    return replace(combined(f"decode({blob})", type_, list(parts)), blob=blob)


def is_ascii(text: str) -> str:
    """A condition under which bytes and characters are the same."""
    return f"strlen({text}) = length({text})"


def memory_of(value: Typed) -> str:
    """The bytes that ClickHouse keeps of a value, least significant first; text as it is."""
    type_ = value.type.plain
    if type_.is_string:
        return blob_of(value)
    if type_.name == "IPv6":
        return f"tl_ipv6({value.sql})"
    return f"tl_reverse({big_endian(value)})"


def big_endian(value: Typed) -> str:
    """The bytes of a number, a date, a UUID, the most significant first."""
    type_ = value.type.plain
    if type_.name == "UUID":
        # Two words, each with its least significant byte first in memory: the halves trade places.
        text = f"replace(CAST({value.sql} AS VARCHAR), '-', '')"
        return f"unhex(substr({text}, 17) || left({text}, 16))"
    return f"CAST(CAST({_number(value)} AS BIT) AS BLOB)"


def _number(value: Typed) -> str:
    """The number behind a value, in a DuckDB type of ClickHouse's width."""
    type_ = value.type.plain
    if type_.name == "Bool" or type_.is_integer or type_.is_float:
        return value.number if type_.name == "Bool" else value.exact
    if type_.is_enum:
        return cast(value, INT8 if type_.name == "Enum8" else INT16).sql
    match type_.name:
        case "IPv4":
            return value.sql
        case "Date":
            return cast(value, Type("UInt16")).sql
        case "Date32":
            return cast(value, Type("Int32")).sql
        case "DateTime":
            return cast(value, Type("UInt32")).sql
        case "DateTime64":
            scale = 10 ** (9 - type_.precision)
            return f"CAST(epoch_ns({value.sql}) // {scale} AS BIGINT)"
        case "Decimal":
            precision, scale = (int(str(p)) for p in type_.params)
            width = "INTEGER" if precision <= 9 else "BIGINT" if precision <= 18 else "HUGEINT"
            return f"CAST(CAST({value.sql} AS DECIMAL(38,{scale})) * {10**scale} AS {width})"
    raise Fault("TL406", f"the bytes of {type_} are not known here")


def same_bytes(left: Typed, right: Typed) -> tuple[str, str] | None:
    """Both as BLOBs when one of them may be no text: `unhex('00ff') = x`."""
    if left.blob is None and right.blob is None:
        return None
    if not (left.type.is_string and right.type.is_string):
        return None
    return blob_of(left), blob_of(right)
