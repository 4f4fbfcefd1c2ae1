"""What is registered, with which types, when a statement first needs it.

Registering one takes DuckDB over a millisecond and the first one loads numpy: a session that hashes nothing never pays.
"""

from __future__ import annotations

import hashlib
import hmac
import zlib
from collections.abc import Callable, Iterable
from ipaddress import IPv6Address
from struct import Struct
from typing import Any

import duckdb
import xxhash
from clickhouse_cityhash.cityhash import CityHash64

from tinylite.engine.duckdb.functions import (
    addresses,
    bases,
    city,
    distance,
    farm,
    json_text,
    jump,
    letters,
    markup,
    metro,
    moments,
    murmur,
    polynomial,
    primes,
    sip,
    suffixes,
    utf8,
    wy,
)

_two_words = Struct("<2Q").pack


def _half_md5(data: bytes) -> int:
    return int.from_bytes(hashlib.md5(data, usedforsecurity=False).digest()[:8], "big")


_Value = int | float | bytes | str
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
    "sha512_256": (lambda data: hashlib.new("sha512_256", data).digest(), "BLOB"),
    "half_md5": (_half_md5, "UBIGINT"),
    "crc32": (zlib.crc32, "UINTEGER"),
    "crc32_ieee": (polynomial.crc32_ieee, "UINTEGER"),
    "crc64": (polynomial.crc64, "UBIGINT"),
    "java_hash": (polynomial.java_hash, "INTEGER"),
    "hive_hash": (polynomial.hive_hash, "INTEGER"),
    "text": (utf8.mended, "VARCHAR"),
    "reverse": (lambda data: data[::-1], "BLOB"),
    "base32_encode": (bases.base32_encode, "VARCHAR"),
    "base58_encode": (bases.base58_encode, "VARCHAR"),
}
_TEXTS: dict[str, tuple[Callable[[str], _Value], str]] = {
    "upper": (str.upper, "VARCHAR"),
    "lower": (str.lower, "VARCHAR"),
    "initcap": (letters.initcap, "VARCHAR"),
    "nfc": (letters.normalized("NFC"), "VARCHAR"),
    "nfd": (letters.normalized("NFD"), "VARCHAR"),
    "nfkc": (letters.normalized("NFKC"), "VARCHAR"),
    "nfkd": (letters.normalized("NFKD"), "VARCHAR"),
    "nfkc_casefold": (letters.folded, "VARCHAR"),
    "soundex": (letters.soundex, "VARCHAR"),
    "decode_xml": (markup.decode_xml, "VARCHAR"),
    "decode_html": (markup.decode_html, "VARCHAR"),
    "html_text": (markup.html_text, "VARCHAR"),
    "ipv6": (lambda text: IPv6Address(text).packed, "BLOB"),
    "registered": (suffixes.registered, "VARCHAR"),
    "json_text": (json_text.json_text, "VARCHAR"),
    "unhex": (bases.unhex, "BLOB"),
    "base32_decode": (bases.base32_decode, "BLOB"),
    "base58_decode": (bases.base58_decode, "BLOB"),
}
_SEVERAL: dict[str, tuple[Callable[..., _Value], tuple[str, ...], str]] = {
    "int_hash64": (murmur.int_hash64, ("UBIGINT",), "UBIGINT"),
    "int_hash32": (murmur.int_hash32, ("UBIGINT",), "UINTEGER"),
    "city_mix": (city.mix, ("UBIGINT", "UBIGINT"), "UBIGINT"),
    "sip_mix": (lambda a, b: sip.sip_hash64(_two_words(a, b)), ("UBIGINT", "UBIGINT"), "UBIGINT"),
    "md5_mix": (lambda a, b: _half_md5(_two_words(a, b)), ("UBIGINT", "UBIGINT"), "UBIGINT"),
    "wy_mix": (lambda a, b: wy.wy_hash64(_two_words(a, b)), ("UBIGINT", "UBIGINT"), "UBIGINT"),
    "int_mix": (lambda a, b: murmur.int_hash64(a) ^ b, ("UBIGINT", "UBIGINT"), "UBIGINT"),
    "is_prime": (primes.is_prime, ("UBIGINT",), "BOOLEAN"),
    "sip_hash64_keyed": (sip.sip_hash64, ("BLOB", "UBIGINT", "UBIGINT"), "UBIGINT"),
    "jump_hash": (jump.jump_consistent_hash, ("UBIGINT", "BIGINT"), "INTEGER"),
    "levenshtein": (distance.levenshtein, ("BLOB", "BLOB"), "UBIGINT"),
    "levenshtein_utf8": (distance.levenshtein, ("VARCHAR", "VARCHAR"), "UBIGINT"),
    "jaro": (distance.jaro, ("BLOB", "BLOB"), "DOUBLE"),
    "jaro_winkler": (distance.jaro_winkler, ("BLOB", "BLOB"), "DOUBLE"),
    "damerau_levenshtein": (distance.damerau_levenshtein, ("BLOB", "BLOB"), "UBIGINT"),
    "hmac": (lambda name, message, key: hmac.digest(key, message, name), ("VARCHAR", "BLOB", "BLOB"), "BLOB"),
    "sip_hash128_keyed": (sip.sip_hash128, ("BLOB", "UBIGINT", "UBIGINT"), "BLOB"),
}
# Of texts, which may be NULL and need not be what they are read as.
_READERS: dict[str, tuple[Callable[..., _Value | None], tuple[str, ...], str]] = {
    "moment": (moments.moment, ("VARCHAR", "BOOLEAN"), "BIGINT"),
    "instant": (moments.instant, ("VARCHAR", "BOOLEAN"), "BIGINT"),
    "wall": (moments.wall, ("VARCHAR", "BOOLEAN"), "BIGINT"),
    "day": (moments.day, ("VARCHAR",), "INTEGER"),
    "ipv6_text": (addresses.ipv6_text, ("VARCHAR",), "VARCHAR"),
}


_LONGEST = {"base58_encode": 1 << 16, "base58_decode": 1 << 16}
"""Bytes or characters that one call takes: a call can't be stopped. These take time by the square of them."""
_LONGEST_OTHERS = 1 << 24
Watch = Callable[[], bool]
"""Whether a query of this database should have ended already."""


class Stopped(Exception):
    """A query that is past its time still calls functions."""


def _exactly(function: Callable[..., _Value | None], count: int, longest: int, is_late: Watch) -> Callable[..., object]:
    """DuckDB counts the parameters of a function, those with defaults too. It interrupts between vectors only, which
    thousands of slow calls make too late; so each call looks by itself.
    """

    def checked(value: Any) -> Any:
        if is_late():
            raise Stopped
        if value.__class__ is not int and value is not None and len(value) > longest:
            raise ValueError(f"A value is too long for this function, which takes {longest} bytes")
        return value

    if count == 1:
        return lambda a: function(checked(a))
    if count == 2:
        return lambda a, b: function(checked(a), b)
    return lambda a, b, c: function(checked(a), b, c)


_FUNCTIONS: dict[str, tuple[Callable[..., _Value | None], tuple[str, ...], str]] = {
    **{name: (function, ("BLOB",), result) for name, (function, result) in _BYTES.items()},
    **{name: (function, ("VARCHAR",), result) for name, (function, result) in _TEXTS.items()},
    **_SEVERAL,
    **_READERS,
}


def register(connection: duckdb.DuckDBPyConnection, names: Iterable[str], is_late: Watch) -> None:
    """For all connections to the same database. Names that are none of these are passed over."""
    for name in names:
        if name not in _FUNCTIONS:
            continue
        function, parameters, result = _FUNCTIONS[name]
        types: list[Any] = [duckdb.sqltype(parameter) for parameter in parameters]
        nulls: Any = "special" if name in _READERS else "default"
        bounded = _exactly(function, len(parameters), _LONGEST.get(name, _LONGEST_OTHERS), is_late)
        connection.create_function(f"tl_{name}", bounded, types, duckdb.sqltype(result), null_handling=nulls)
