"""Hashes, with ClickHouse's numbers: of a value's bytes as they lie in its memory, of several values folded into one.

Numbers come first as their own hash (CityHash and its kin) or as bytes; an array is the hash of its length folded with
those of its elements; a tuple and a map are folded as if their parts were arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tinylite.diagnostics import did_you_mean
from tinylite.sql.blobs import big_endian, blob_of, bytes_typed, memory_of
from tinylite.sql.casts import cast
from tinylite.sql.functions.catalog import Call, Function, own, refused
from tinylite.sql.physical import text_literal
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import INT32, INT64, UINT32, UINT64, tuple_of

_NO_ARGUMENTS = "CAST(16324913028386710556 AS UBIGINT)"
_WORDS = frozenset({"Bool", "Enum8", "Enum16", "Date", "Date32", "DateTime", "IPv4"})


@dataclass(frozen=True, slots=True)
class _Hash:
    """A 64-bit hash of bytes, and how two hashes become one."""

    call: Call
    of_bytes: str
    mix: str
    mixes_numbers: bool = False

    def leaf(self, value: Typed) -> str:
        type_ = value.type.plain
        if type_.name == "Nothing":  # of an empty array: never asked
            return "CAST(0 AS UBIGINT)"
        short = (type_.is_integer and type_.bits <= 64) or type_.is_float or type_.name in _WORDS
        if self.mixes_numbers and short:
            return f"tl_int_hash64(CAST(CAST({big_endian(value)} AS BIT) AS UBIGINT))"
        return f"{self.of_bytes}({memory_of(value)})"

    def folded(self, value: Typed, so_far: str | None = None) -> str:
        type_ = value.type
        if type_.name == "Tuple":
            return self._fields(value, so_far)
        if type_.name == "Map":
            pairs = f"map_entries({value.value})"
            return self._elements(pairs, tuple_of(*type_.args), so_far)
        if type_.name == "Array":
            return self._elements(value.value, type_.args[0], so_far)
        return self._joined(so_far, self.leaf(value))

    def _joined(self, so_far: str | None, hashed: str) -> str:
        return f"{self.mix}({so_far}, {hashed})" if so_far else hashed

    def _fields(self, value: Typed, so_far: str | None) -> str:
        for index, type_ in enumerate(value.type.args):
            self._check(type_)
            field = combined(f"struct_extract_at({value.value}, {index + 1})", type_, [value])
            so_far = self.folded(field, so_far)
        return so_far or _NO_ARGUMENTS

    def _elements(self, values: str, type_: Type, so_far: str | None) -> str:
        self._check(type_)
        name, left, right = self.call.unique(), self.call.unique(), self.call.unique()
        hashed = self.folded(Typed(name, type_))
        size = self._joined(so_far, f"tl_int_hash64(CAST(len({values}) AS UBIGINT))")
        hashes = f"list_transform({values}, lambda {name}: {hashed})"
        return f"list_reduce(list_prepend({size}, {hashes}), lambda {left}, {right}: {self.mix}({left}, {right}))"

    def _check(self, type_: Type) -> None:
        if type_.nullable:
            raise self.call.fault(f"values of {type_} inside of others can't be hashed", "use ifNull or assumeNotNull")


def _hash64(name: str, of_bytes: str, mix: str, *, numbers: bool = False, doc: str = "") -> Function:
    def lower(call: Call) -> Typed:
        hash_ = _Hash(call, of_bytes, mix, numbers)
        so_far: str | None = None
        for arg in call.args:
            so_far = hash_.folded(arg, so_far)
        return combined(f"CAST({so_far or _NO_ARGUMENTS} AS UBIGINT)", UINT64, call.args)

    return own(name, "any*", lower, doc=doc)


def _of_one(name: str, function: str, result: Type, doc: str = "", *, mixes_numbers: bool = False) -> Function:
    def lower(call: Call) -> Typed:
        if call.args[0].type.name in ("Array", "Map", "Tuple"):
            raise call.fault(f"values of {call.args[0].type} can't be hashed by it", "cityHash64 can hash them")
        hashed = _Hash(call, function, "", mixes_numbers).leaf(call.args[0])
        return combined(hashed, result, call.args)

    return own(name, "any", lower, doc=doc)


def _digest(name: str, template: str, size: int, kinds: str = "string", case_insensitive: bool = False) -> Function:
    """Bytes as a FixedString."""

    def lower(call: Call) -> Typed:
        arg = call.args[0]
        source = blob_of(arg) if kinds == "string" else memory_of(arg)
        return bytes_typed(template.format(source), call.args, Type("FixedString", params=(size,)))

    return own(name, kinds, lower, case_insensitive=case_insensitive)


def _integer(function: str, result: Type) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        arg = call.args[0]
        if arg.type.name == "DateTime64":
            raise call.fault(f"takes integers and dates, not {arg.type}")
        if (arg.type.is_integer and not arg.type.is_unsigned) or arg.type.name == "Date32":
            arg = cast(arg, INT64)
        word = f"CAST(CAST({big_endian(arg)} AS BIT) AS UBIGINT)"
        return combined(f"{function}({word})", result, call.args)

    return lower


def _java(call: Call) -> Typed:
    """Of numbers as Java has it: a long is the exclusive or of its halves."""
    arg = call.args[0]
    if arg.type.is_string:
        return combined(f"tl_java_hash({blob_of(arg)})", INT32, call.args)
    if not arg.type.is_integer or arg.type.is_unsigned or arg.type.bits > 64:
        raise call.fault(f"takes a String or a signed integer, not {arg.type}")
    if arg.type.bits <= 32:
        return combined(f"CAST({arg.number} AS INTEGER)", INT32, call.args)
    low = f"CAST(CAST(CAST(xor({arg.exact}, {arg.exact} >> 32) AS BIT) AS UBIGINT) & 4294967295 AS BIGINT)"
    return combined(f"CAST((({low} + 2147483648) % 4294967296) - 2147483648 AS INTEGER)", INT32, call.args)


def _jump(call: Call) -> Typed:
    key, buckets = call.args
    word = f"CAST(CAST({big_endian(cast(key, INT64) if not key.type.is_unsigned else key)} AS BIT) AS UBIGINT)"
    return combined(f"tl_jump_hash({word}, CAST({buckets.number} AS BIGINT))", INT32, call.args)


def _url(call: Call) -> Typed:
    text = f"regexp_replace({call.args[0].value}, '[/?#]$', '')"
    return combined(f"tl_city_hash64(encode({text}))", UINT64, call.args)


def _keyed(function: str, wide: bool) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        key, value = call.args
        words = [f"CAST(struct_extract_at({key.value}, {index}) AS UBIGINT)" for index in (1, 2)]
        if key.type.args != (UINT64, UINT64):
            raise call.fault("the key must be a tuple of two UInt64", "(toUInt64(1), toUInt64(2))")
        sql = f"{function}({memory_of(value)}, {', '.join(words)})"
        return bytes_typed(sql, call.args, _BYTES16) if wide else combined(sql, UINT64, call.args)

    return lower


_BYTES16 = Type("FixedString", params=(16,))
_HMACS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")


def _hmac(call: Call) -> Typed:
    """HMAC(algorithm, message, key)."""
    name = str(call.literal(0, str, "the name of a hash")).lower()
    if name not in _HMACS:
        raise call.fault(f"unknown hash '{name}'", did_you_mean(name, _HMACS))
    message, key = (blob_of(arg) for arg in call.args[1:])
    return bytes_typed(f"tl_hmac({text_literal(name)}, {message}, {key})", call.args[1:])


FUNCTIONS: list[Function] = [
    _hash64("cityHash64", "tl_city_hash64", "tl_city_mix", numbers=True, doc="CityHash 1.0.2."),
    _hash64("farmHash64", "tl_farm_hash64", "tl_city_mix", numbers=True),
    _hash64("metroHash64", "tl_metro_hash64", "tl_city_mix", numbers=True),
    _hash64("sipHash64", "tl_sip_hash64", "tl_sip_mix", doc="SipHash-2-4."),
    _hash64("xxHash64", "tl_xx_hash64", "tl_city_mix"),
    _hash64("xxh3", "tl_xxh3", "tl_city_mix"),
    _hash64("wyHash64", "tl_wy_hash64", "tl_wy_mix"),
    _hash64("murmurHash2_64", "tl_murmur2_64", "tl_int_mix"),
    _hash64("murmurHash3_64", "tl_murmur3_64", "tl_int_mix"),
    _hash64("gccMurmurHash", "tl_gcc_murmur", "tl_int_mix"),
    _of_one("farmFingerprint64", "tl_farm_fingerprint64", UINT64, mixes_numbers=True),
    _of_one("xxHash32", "tl_xx_hash32", UINT32),
    _of_one("murmurHash2_32", "tl_murmur2_32", UINT32),
    _of_one("murmurHash3_32", "tl_murmur3_32", UINT32),
    _of_one("kafkaMurmurHash", "tl_kafka_murmur", UINT32),
    _digest("murmurHash3_128", "tl_murmur3_128({})", 16, "any"),
    _digest("sipHash128", "tl_sip_hash128({})", 16, "any"),
    _digest("sipHash128Reference", "tl_sip_hash128_reference({})", 16, "any"),
    own("sipHash64Keyed", "tuple any", _keyed("tl_sip_hash64_keyed", False)),
    own("sipHash128Keyed", "tuple any", _keyed("tl_sip_hash128_keyed", True)),
    _digest("MD5", "unhex(md5({}))", 16, case_insensitive=True),
    _digest("SHA1", "unhex(sha1({}))", 20, case_insensitive=True),
    _digest("SHA224", "tl_sha224({})", 28, case_insensitive=True),
    _digest("SHA256", "unhex(sha256({}))", 32, case_insensitive=True),
    _digest("SHA384", "tl_sha384({})", 48, case_insensitive=True),
    _digest("SHA512", "tl_sha512({})", 64, case_insensitive=True),
    _hash64("halfMD5", "tl_half_md5", "tl_md5_mix", doc="The first 8 bytes of MD5, the highest first."),
    own("CRC32", "string", lambda call: combined(f"tl_crc32({blob_of(call.args[0])})", UINT32, call.args),
        case_insensitive=True),
    own("CRC32IEEE", "string", lambda call: combined(f"tl_crc32_ieee({blob_of(call.args[0])})", UINT32, call.args),
        case_insensitive=True),
    own("CRC64", "string", lambda call: combined(f"tl_crc64({blob_of(call.args[0])})", UINT64, call.args),
        case_insensitive=True),
    own("javaHash", "string|integer", _java),
    own("hiveHash", "string", lambda call: combined(f"tl_hive_hash({blob_of(call.args[0])})", INT32, call.args)),
    own("intHash64", "integer|temporal", _integer("tl_int_hash64", UINT64)),
    own("intHash32", "integer|temporal", _integer("tl_int_hash32", UINT32)),
    _digest("SHA512_256", "tl_sha512_256({})", 32, case_insensitive=True),
    own("HMAC", "string string string", _hmac, case_insensitive=True, doc="Of the hash, the message and the key."),
    own("URLHash", "string", _url, doc="cityHash64 of a URL without a last `/`, `?` or `#`."),
    own("jumpConsistentHash", "integer integer", _jump, doc="Which of so many buckets."),
    refused("kostikConsistentHash", "its algorithm is not published", "use jumpConsistentHash"),
    *(
        refused(f"{kind}{hash_}{form}", "which n-grams it takes is decided by ClickHouse's own code", "use cityHash64")
        for kind in ("ngram", "wordShingle")
        for hash_ in ("SimHash", "MinHash", "MinHashArg")
        for form in ("", "CaseInsensitive", "UTF8", "CaseInsensitiveUTF8")
    ),
    refused("keccak256", "it needs a library of its own", "use SHA256"),
    refused("MD4", "libraries have given it up", "use MD5 or SHA256"),
    refused("RIPEMD160", "libraries have given it up", "use SHA1 or SHA256"),
]  # fmt: skip
