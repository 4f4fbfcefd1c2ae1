"""IP addresses: an IPv4 is its number, an IPv6 its text."""

from __future__ import annotations

from tinylite.sql.casts import IPV4_TEXT, ipv4_number, to_text
from tinylite.sql.functions.catalog import Call, Function, own, refused, simple, test
from tinylite.sql.typed import Typed, combined
from tinylite.types.model import IPV4, IPV6, STRING, UINT8, UINT32, tuple_of

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

    return own(f"IPv4StringToNum{suffix}", "string", lower)


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
    simple("IPv6NumToString", "ipv6", STRING, "{0}", aliases=("INET6_NTOA",)),
    simple("IPv4ToIPv6", "ipv4", IPV6, "'::ffff:' || {0:text}"),
    test("isIPv4String", "string", f"regexp_full_match({{0}}, '{IPV4_TEXT.replace('{', '{{').replace('}', '}}')}')"),
    own("isIPv6String", "string", _is_ipv6),
    own("IPv4CIDRToRange", "ipv4 integer", _cidr_range),
    refused("IPv6CIDRToRange", "an IPv6 is kept as text"),
    own("isIPAddressInRange", "string string", _in_range),
]
