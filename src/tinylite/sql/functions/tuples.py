"""Tuples: their elements and names."""

from __future__ import annotations

from tinylite.sql.access import tuple_element
from tinylite.sql.casts import struct
from tinylite.sql.comparison import compare
from tinylite.sql.errors import Fault
from tinylite.sql.functions.catalog import Call, Function, own, refused
from tinylite.sql.literals import array_of, literal, tuple_literal
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import STRING, UINT8, array, tuple_of


def elements(value: Typed) -> list[Typed]:
    return [tuple_element(value, place) for place in range(1, len(value.type.args) + 1)]


def names_of(type_: Type) -> tuple[str, ...]:
    return type_.names or tuple(str(place) for place in range(1, len(type_.args) + 1))


def _element(call: Call) -> Typed:
    """By position or name, of a tuple or of each tuple in an array."""
    key = call.literal(1, (int, str), "a position or a name")
    assert isinstance(key, int | str)
    value = call.args[0]
    try:
        if value.type.name == "Tuple":
            return tuple_element(value, key)
        item = call.unique()
        inner = tuple_element(Typed(item, value.type.args[0]), key)
        return combined(f"list_transform({value.sql}, lambda {item}: {inner.sql})", array(inner.type), [value])
    except Fault:
        if len(call.args) > 2:
            return call.args[2]
        raise


def _concatenated(call: Call) -> Typed:
    parts = [element for arg in call.args for element in elements(arg)]
    return tuple_literal([part.with_type(part.type.without_dictionaries) for part in parts])


def _name_value_pairs(call: Call) -> Typed:
    value = call.args[0]
    if len(set(value.type.args)) > 1:
        raise call.fault(f"the elements must be of one type, not {value.type}")
    pairs = [tuple_literal([literal(name), element])
             for name, element in zip(names_of(value.type), elements(value), strict=True)]  # fmt: skip
    made = array_of(pairs)
    return made.with_type(array(tuple_of(STRING, value.type.args[0])))


def _hamming(call: Call) -> Typed:
    """The number of elements that differ, typed as their sum."""
    from tinylite.sql.arithmetic import arithmetic

    left, right = call.args
    if len(left.type.args) != len(right.type.args):
        raise call.fault("the tuples have different sizes")
    tests = [compare("<>", a, b) for a, b in zip(elements(left), elements(right), strict=True)]
    total, *others = [test.with_type(UINT8.as_nullable(test.type.nullable)) for test in tests]
    for other in others:
        total = arithmetic("+", total, other)
    return total


def _flat(call: Call) -> Typed:
    """flattenTuple: names of inner elements are joined with a dot."""
    if not call.args[0].type.names:
        raise call.fault("takes a tuple with names")
    parts = dict(_flattened(call.args[0], ""))
    type_ = tuple_of(*(part.type for part in parts.values()), names=tuple(parts))
    return combined(struct(type_, [part.exact for part in parts.values()]), type_, list(parts.values()))


def _flattened(value: Typed, prefix: str) -> list[tuple[str, Typed]]:
    found: list[tuple[str, Typed]] = []
    for name, element in zip(names_of(value.type), elements(value), strict=True):
        if element.type.name == "Tuple" and element.type.names:
            found += _flattened(element, f"{prefix}{name}.")
        else:
            found.append((prefix + name, element))
    return found


FUNCTIONS: list[Function] = [
    own("tuple", "any*", lambda call: tuple_literal(call.args), nulls="own", doc="As (a, b, …)."),
    own("tupleElement", "tuple|array any any?", _element, nulls="own", doc="As t.1 or t.name, with a default."),
    own("tupleConcat", "tuple tuple*", _concatenated, nulls="own"),
    own("tupleNames", "tuple", lambda call: array_of([literal(name) for name in names_of(call.args[0].type)]),
        nulls="own"),
    own("tupleToNameValuePairs", "tuple", _name_value_pairs, nulls="own"),
    own("tupleHammingDistance", "tuple tuple", _hamming, nulls="own"),
    own("flattenTuple", "tuple", _flat, nulls="own"),
    refused("untuple", "it makes several values of one, which is possible in a SELECT list and in arguments only",
            "name the elements: t.1 AS a, t.2 AS b"),
]  # fmt: skip
