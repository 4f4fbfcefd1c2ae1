"""IP addresses: an IPv4 is its number, an IPv6 its text."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.blobs import blob_of, bytes_typed
from tinylite.sql.casts import IPV4_TEXT, ipv4_number, to_text
from tinylite.sql.functions.catalog import Call, Function, own, refused, simple, test
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import IPV4, IPV6, STRING, UINT8, UINT32, UINT64, tuple_of

_GROUPS = "([0-9a-fA-F]{1,4}:)*[0-9a-fA-F]{1,4}"


def _text_of_number(call: Call) -> Typed:
    number = combined(f"CAST({call.args[0].number} AS UINTEGER)", IPV4, call.args)
    return combined(to_text(number), STRING, call.args)


def _class_c(call: Call) -> Typed:
    """With `xxx` for the last octet."""
    text = _text_of_number(call)
    return combined(f"regexp_replace({text.sql}, '[0-9]+$', 'xxx')", STRING, call.args)


def _number_of_text(otherwise: str) -> Function:
    suffix = {"error('Invalid IPv4 value')": "", "0": "OrDefault", "NULL": "OrNull"}[otherwise]

    def lower(call: Call) -> Typed:
        type_ = UINT32.as_nullable(otherwise == "NULL")
        return combined(ipv4_number(call.args[0].sql, otherwise), type_, call.args)

    aliases = () if suffix else ("INET_ATON",)
    return own(f"IPv4StringToNum{suffix}", "string", lower, aliases=aliases)


def _bytes_of_text(otherwise: str) -> Function:
    """The 16 bytes of an IPv6 address, or of an IPv4 address inside one."""
    suffix = {"error('Invalid IPv6 value')": "", "repeat('0', 32)": "OrDefault", "NULL": "OrNull"}[otherwise]

    def lower(call: Call) -> Typed:
        text = call.args[0].value
        mapped = f"(CASE WHEN regexp_full_match({text}, '{IPV4_TEXT}') THEN '::ffff:' || {text} ELSE {text} END)"
        found = f"tl_ipv6(tl_ipv6_text({mapped}))"
        instead = "NULL" if otherwise == "NULL" else otherwise if "error" in otherwise else f"unhex({otherwise})"
        known = f"CASE WHEN {text} IS NOT NULL THEN {instead} END"
        type_ = _IPV6_BYTES.as_nullable(otherwise == "NULL")
        return bytes_typed(f"CAST(coalesce({found}, {known}) AS BLOB)", call.args, type_)

    aliases = () if suffix else ("INET6_ATON",)
    return own(f"IPv6StringToNum{suffix}", "string", lower, aliases=aliases)


_IPV6_BYTES = Type("FixedString", params=(16,))


def _ipv6_text(call: Call) -> Typed:
    value = call.args[0]
    if value.type.name == "IPv6":
        return combined(value.sql, STRING, call.args)
    if value.type.plain != _IPV6_BYTES:
        raise call.fault(f"takes an IPv6 or a FixedString(16), not {value.type}")
    digits = f"hex({blob_of(value)})"
    groups = " || ':' || ".join(f"substr({digits}, {place}, 4)" for place in range(1, 32, 4))
    return combined(f"tl_ipv6_text({groups})", STRING, call.args)


def _mac_text(call: Call) -> Typed:
    digits = f"lpad(hex(CAST({call.args[0].number} AS UBIGINT) & 281474976710655), 12, '0')"
    pairs = " || ':' || ".join(f"substr({digits}, {place}, 2)" for place in range(1, 12, 2))
    return combined(f"({pairs})", STRING, call.args)


def _mac_number(octets: int) -> Callable[[Call], Typed]:
    """Of a text that is not as long as a MAC address, or as its first half, 0."""

    def lower(call: Call) -> Typed:
        text = call.args[0].value
        pair, length = "[0-9a-fA-F]{2}", "= 17" if octets == 6 else ">= 8"
        digits = f"left(regexp_replace({text}, '[^0-9a-fA-F]', '', 'g'), {2 * octets})"
        found = f"regexp_matches({text}, '^{pair}(.{pair}){{{octets - 1}}}')"
        sql = (
            f"(CASE WHEN NOT strlen({text}) {length} THEN CAST(0 AS UBIGINT) "
            f"WHEN {found} THEN CAST('0x' || {digits} AS UBIGINT) "
            f"WHEN {text} IS NOT NULL THEN error('Cannot parse MAC address from string: ' || {text}) END)"
        )
        return combined(sql, UINT64, call.args)

    return lower


def _is_ipv6(call: Call) -> Typed:
    # An IPv4 at the end stands for two groups.
    text = f"regexp_replace({call.args[0].sql}, ':{IPV4_TEXT}$', ':0:0')"
    whole = f"regexp_full_match({text}, '([0-9a-fA-F]{{1,4}}:){{7}}[0-9a-fA-F]{{1,4}}')"
    short = f"regexp_full_match({text}, '({_GROUPS})?::({_GROUPS})?')"
    groups = f"len(list_filter(string_split({text}, ':'), lambda g: g <> ''))"
    return combined(f"({whole} OR ({short} AND {groups} < 8))", UINT8, call.args, predicate=True)


def _cidr_range(call: Call) -> Typed:
    """The first and the last address of a network."""
    address, prefix = call.args
    size = f"(CAST(1 AS UBIGINT) << (32 - least(CAST({prefix.number} AS INTEGER), 32)))"
    first = f"(CAST({address.sql} AS UBIGINT) // {size} * {size})"
    sql = f'struct_pack("1" := CAST({first} AS UINTEGER), "2" := CAST({first} + {size} - 1 AS UINTEGER))'
    return combined(sql, tuple_of(IPV4, IPV4), call.args)


def _in_range(call: Call) -> Typed:
    """Whether an IPv4 lies in a network in CIDR notation."""
    address, network = (arg.sql for arg in call.args)
    invalid = "error('isIPAddressInRange is supported for IPv4 addresses only')"
    size = f"(CAST(1 AS UBIGINT) << (32 - CAST(split_part({network}, '/', 2) AS INTEGER)))"
    ends = (ipv4_number(address, invalid), ipv4_number(f"split_part({network}, '/', 1)", invalid))
    left, right = (f"(CAST({end} AS UBIGINT) // {size})" for end in ends)
    return combined(f"({left} = {right})", UINT8, call.args, predicate=True)


FUNCTIONS: list[Function] = [
    own("IPv4NumToString", "integer|ipv4", _text_of_number, aliases=("INET_NTOA",), doc="A number as a dotted quad."),
    own("IPv4NumToStringClassC", "integer|ipv4", _class_c, doc="A dotted quad that ends in xxx."),
    _number_of_text("error('Invalid IPv4 value')"),
    _number_of_text("0"),
    _number_of_text("NULL"),
    own("IPv6NumToString", "ipv6|string", _ipv6_text, aliases=("INET6_NTOA",), doc="An address, or its 16 bytes."),
    simple("IPv4ToIPv6", "ipv4", IPV6, "'::ffff:' || {0:text}"),
    test("isIPv4String", "string", f"regexp_full_match({{0}}, '{IPV4_TEXT.replace('{', '{{').replace('}', '}}')}')"),
    own("isIPv6String", "string", _is_ipv6),
    own("IPv4CIDRToRange", "ipv4 integer", _cidr_range),
    *(_bytes_of_text(otherwise) for otherwise in ("error('Invalid IPv6 value')", "repeat('0', 32)", "NULL")),
    own("MACNumToString", "integer", _mac_text),
    own("MACStringToNum", "string", _mac_number(6)),
    own("MACStringToOUI", "string", _mac_number(3), doc="The first three octets as a number."),
    refused("cutIPv6", "an IPv6 is kept as text"),
    refused("IPv6CIDRToRange", "an IPv6 is kept as text"),
    own("isIPAddressInRange", "string string", _in_range),
]
