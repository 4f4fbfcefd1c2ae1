"""printf: DuckDB's has the same conversions; here is said which arguments they take."""

from __future__ import annotations

import re
from collections.abc import Callable

from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import STRING

_CONVERSION = re.compile(r"%(?:%|[-+ #0]*\d*(?:\.\d+)?([a-zA-Z]))")


def _printf(call: Call) -> Typed:
    template, values = str(call.literal(0, str, "a format that is written in the query")), call.args[1:]
    conversions = [found[1] for found in _CONVERSION.finditer(template) if found[1]]
    if len(conversions) != len(values):
        raise call.fault(f"the format takes {len(conversions)} values, not {len(values)}")
    parts = [_value(call, letter, value) for letter, value in zip(conversions, values, strict=True)]
    return combined(f"printf({', '.join([call.args[0].sql, *parts])})", STRING, call.args)


def _value(call: Call, letter: str, value: Typed) -> str:
    type_ = value.type.plain
    wanted = _KINDS.get(letter)
    if wanted is None:
        raise call.fault(f"%{letter} is not a conversion of printf")
    if not wanted(type_):
        raise call.fault(f"%{letter} can't show {type_}")
    return value.exact


def _is_word(type_: Type) -> bool:
    return type_.is_integer and type_.bits <= 64


_KINDS: dict[str, Callable[[Type], bool]] = {
    **dict.fromkeys("diuxXoc", _is_word),
    **dict.fromkeys("fFeEgGaA", lambda type_: type_.is_float),
    "s": lambda type_: type_.is_string,
}

FUNCTIONS: list[Function] = [
    own("printf", "string any*", _printf, doc="A format as of C, and its values."),
]
