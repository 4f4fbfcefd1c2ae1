"""What is registered, with which types."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from struct import Struct
from typing import Any

import duckdb
import xxhash
from clickhouse_cityhash.cityhash import CityHash64

from tinylite.engine.duckdb.functions import city, farm, json_text, metro, moments, murmur, polynomial, sip, wy

_two_words = Struct("<2Q").pack


def _half_md5(data: bytes) -> int:
    return int.from_bytes(hashlib.md5(data, usedforsecurity=False).digest()[:8], "big")


_Value = int | bytes | str
_BYTES: dict[str, tuple[Callable[[bytes], _Value], str]] = {
    "city_hash64": (CityHash64, "UBIGINT"),
    "farm_hash64": (farm.farm_hash64, "UBIGINT"),
    "farm_fingerprint64": (farm.farm_fingerprint64, "UBIGINT"),
    "metro_hash64": (metro.metro_hash64, "UBIGINT"),
    "sip_hash64": (sip.sip_hash64, "UBIGINT"),
    "sip_hash128": (sip.sip_hash128, "BLOB"),
    "sip_hash128_reference": (sip.sip_hash128_reference, "BLOB"),
    "xx_hash32": (xxhash.xxh32_intdigest, "UINTEGER"),
    "xx_hash64": (xxhash.xxh64_intdigest, "UBIGINT"),
    "xxh3": (xxhash.xxh3_64_intdigest, "UBIGINT"),
    "wy_hash64": (wy.wy_hash64, "UBIGINT"),
    "murmur2_32": (murmur.murmur2_32, "UINTEGER"),
    "murmur2_64": (murmur.murmur2_64, "UBIGINT"),
    "gcc_murmur": (murmur.gcc_murmur, "UBIGINT"),
    "kafka_murmur": (murmur.kafka_murmur, "UINTEGER"),
    "murmur3_32": (murmur.murmur3_32, "UINTEGER"),
    "murmur3_64": (murmur.murmur3_64, "UBIGINT"),
    "murmur3_128": (murmur.murmur3_128, "BLOB"),
    "sha224": (lambda data: hashlib.sha224(data).digest(), "BLOB"),
    "sha384": (lambda data: hashlib.sha384(data).digest(), "BLOB"),
    "sha512": (lambda data: hashlib.sha512(data).digest(), "BLOB"),
    "half_md5": (_half_md5, "UBIGINT"),
    "crc32": (zlib.crc32, "UINTEGER"),
    "crc32_ieee": (polynomial.crc32_ieee, "UINTEGER"),
    "crc64": (polynomial.crc64, "UBIGINT"),
    "java_hash": (polynomial.java_hash, "INTEGER"),
    "hive_hash": (polynomial.hive_hash, "INTEGER"),
    "text": (lambda data: data.decode(errors="replace"), "VARCHAR"),
    "reverse": (lambda data: data[::-1], "BLOB"),
}
_TEXT_TO_TEXT: dict[str, Callable[[str], str]] = {"json_text": json_text.json_text}
_NUMBERS: dict[str, tuple[Callable[..., _Value], tuple[str, ...], str]] = {
    "int_hash64": (murmur.int_hash64, ("UBIGINT",), "UBIGINT"),
    "int_hash32": (murmur.int_hash32, ("UBIGINT",), "UINTEGER"),
    "city_mix": (city.mix, ("UBIGINT", "UBIGINT"), "UBIGINT"),
    "sip_mix": (lambda a, b: sip.sip_hash64(_two_words(a, b)), ("UBIGINT", "UBIGINT"), "UBIGINT"),
    "md5_mix": (lambda a, b: _half_md5(_two_words(a, b)), ("UBIGINT", "UBIGINT"), "UBIGINT"),
    "wy_mix": (lambda a, b: wy.wy_hash64(_two_words(a, b)), ("UBIGINT", "UBIGINT"), "UBIGINT"),
    "int_mix": (lambda a, b: murmur.int_hash64(a) ^ b, ("UBIGINT", "UBIGINT"), "UBIGINT"),
    "sip_hash64_keyed": (sip.sip_hash64, ("BLOB", "UBIGINT", "UBIGINT"), "UBIGINT"),
    "sip_hash128_keyed": (sip.sip_hash128, ("BLOB", "UBIGINT", "UBIGINT"), "BLOB"),
}
# Of texts, which may be NULL and need not be what they are read as.
_TEXTS: dict[str, tuple[Callable[..., int | None], tuple[str, ...], str]] = {
    "moment": (moments.moment, ("VARCHAR", "BOOLEAN"), "BIGINT"),
    "instant": (moments.instant, ("VARCHAR", "BOOLEAN"), "BIGINT"),
    "wall": (moments.wall, ("VARCHAR", "BOOLEAN"), "BIGINT"),
    "day": (moments.day, ("VARCHAR",), "INTEGER"),
}


def _exactly(function: Callable[..., _Value], count: int) -> Callable[..., _Value]:
    """DuckDB counts the parameters of a function, those with defaults too."""
    if count == 1:
        return lambda a: function(a)
    if count == 2:
        return lambda a, b: function(a, b)
    return lambda a, b, c: function(a, b, c)


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """For all connections to the same database."""
    functions = {name: (function, ("BLOB",), result) for name, (function, result) in _BYTES.items()}
    for name, (function, parameters, result) in (functions | _NUMBERS).items():
        called = _exactly(function, len(parameters))
        types: list[Any] = [duckdb.sqltype(parameter) for parameter in parameters]
        connection.create_function(f"tl_{name}", called, types, duckdb.sqltype(result))
    for name, written in _TEXT_TO_TEXT.items():
        connection.create_function(f"tl_{name}", written, [duckdb.sqltype("VARCHAR")], duckdb.sqltype("VARCHAR"))
    for name, (reader, parameters, result) in _TEXTS.items():
        types = [duckdb.sqltype(parameter) for parameter in parameters]
        untyped: Any = connection
        untyped.create_function(f"tl_{name}", reader, types, duckdb.sqltype(result), null_handling="special")
