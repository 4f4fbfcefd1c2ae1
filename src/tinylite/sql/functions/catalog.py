"""How a function is declared.

Most take one line: `simple("lower", "string", STRING, "lower({0})")` gives the arguments' kinds, the result's type and
the DuckDB text. `own(…)` takes a Python function where types or text need thought. The families beside this file
declare them; a name that is in none of them is an error for the user, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlglot import exp

from tinylite.sql.casts import cast, to_text
from tinylite.sql.errors import Fault
from tinylite.sql.functions.handed_on import named
from tinylite.sql.physical import default_value, duckdb_type
from tinylite.sql.scope import Scope
from tinylite.sql.typed import Typed, combined, keeps_dictionary
from tinylite.sql.zones import to_wall
from tinylite.types import Type
from tinylite.types.model import NULL, STRING, UINT8


@dataclass(frozen=True, slots=True)
class Lambda:
    """`x -> …`, to be applied once the types of its arguments are known."""

    names: tuple[str, ...]
    body: exp.Expr
    scope: Scope

    def apply(self, *arguments: Typed) -> Typed:
        if len(arguments) != len(self.names):
            raise Fault("TL405", f"the lambda takes {len(self.names)} arguments, not {len(arguments)}", self.body)
        self.scope.lambdas.append(dict(zip(self.names, arguments, strict=True)))
        try:
            return self.scope.lower(self.body)
        finally:
            self.scope.lambdas.pop()


@dataclass(frozen=True, slots=True)
class Call:
    """A call with its arguments lowered. `function` is a first argument that is a lambda."""

    name: str
    args: tuple[Typed, ...]
    scope: Scope
    node: exp.Expr
    function: Lambda | None = None

    def fault(self, message: str, hint: str | None = None) -> Fault:
        return Fault("TL405", f"{self.name}: {message}", self.node, hint)

    def literal(self, index: int, kind: type | tuple[type, ...], what: str) -> object:
        """The value of an argument that must be written in the query (or be a parameter, which is then pinned)."""
        from tinylite.sql.literals import pinned

        value = pinned(self.args[index], self.scope).literal
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.fault(f"argument {index + 1} must be {what}")
        return value

    def digits(self, index: int, most: int) -> int:
        """A number of digits that is written in the query. Raises Fault beyond 0 and `most`."""
        number = int(str(self.literal(index, int, "a number of digits")))
        if not 0 <= number <= most:
            raise self.fault(f"the number of digits must be between 0 and {most}, not {number}")
        return number

    def unique(self) -> str:
        return self.scope.context.unique("x")


Nulls = Literal["propagate", "own"]
Result = Type | Callable[[Sequence[Type]], Type]


@dataclass(frozen=True, slots=True)
class Function:
    """A ClickHouse function. `nulls` says whether a NULL argument makes the result NULL, as is ClickHouse's default."""

    name: str
    signature: str
    lower: Callable[[Call], Typed]
    nulls: Nulls = "propagate"
    aliases: tuple[str, ...] = ()
    case_insensitive: bool = False
    takes_lambda: bool = False
    doc: str = ""
    keeps_dictionary: bool = True
    """Whether the result of a LowCardinality column can be one."""

    def _named(self, call: Call, result: Typed) -> Typed:
        type_ = named(self.name, call.args, result.type)
        return result if type_ is result.type else result.with_type(type_)

    def _lowered(self, call: Call) -> Typed:
        """Arguments that are not there, and a NULL where an array is looked into, are the user's fault."""
        try:
            return self.lower(call)
        except (IndexError, ValueError) as problem:
            if all(arg.type.name != "Nothing" for arg in call.args) and call.args:
                raise
            raise call.fault("takes other arguments") from problem

    def __call__(self, call: Call) -> Typed:
        if any(arg.type.name == "Dynamic" for arg in call.args):
            call = replace(call, args=tuple(_readable(arg, self.signature, at) for at, arg in enumerate(call.args)))
        check_arguments(call.name, call.args, self.signature)
        if self.nulls == "own":
            return _without_dictionaries(call, self._named(call, self._lowered(call)))
        if any(arg.type.name == "Nothing" for arg in call.args):
            return combined("NULL", NULL, call.args)
        result = self._named(call, self._lowered(call))
        type_ = result.type
        if any(arg.type.nullable for arg in call.args):
            if type_.name in ("Array", "Map"):  # never Nullable: they are what the function makes of defaults
                result = self.lower(replace(call, args=tuple(map(_or_default, call.args))))
            else:
                result = _of_present(call.args, result)
            type_ = type_.as_nullable()
        kept = self.keeps_dictionary and keeps_dictionary(call.args, type_)
        return _without_dictionaries(call, replace(result, type=type_.as_low_cardinality(kept)))


# What may give something of NULL in DuckDB.
_LENIENT = re.compile(r"CASE|coalesce|greatest|least|\bOR\b|\bAND\b|\bIS\b|list_|array_|lambda|\[|concat|substr|left\(|"
                      r"right\(|random|error|SELECT|struct_|map_|tl_")  # fmt: skip


def _of_present(args: Sequence[Typed], result: Typed) -> Typed:
    """NULL where an argument is NULL."""
    nullable = [arg for arg in args if arg.type.nullable]
    if all(arg.sql in result.sql for arg in nullable) and not _LENIENT.search(result.sql):
        return result
    tests = " AND ".join(dict.fromkeys(f"{arg.blob or arg.value} IS NOT NULL" for arg in nullable))
    blob = result.blob and f"(CASE WHEN {tests} THEN {result.blob} END)"
    return replace(result, sql=f"(CASE WHEN {tests} THEN {result.sql} END)", blob=blob)


def _or_default(arg: Typed) -> Typed:
    """The default in place of NULL."""
    if not arg.type.nullable:
        return arg
    type_ = arg.type.as_nullable(False)
    return replace(arg, sql=f"coalesce({arg.value}, {default_value(type_)})", type=type_, predicate=False, blob=None)


_KEEP_DICTIONARIES = frozenset({
    "array", "arrayJoin", "materialize", "emptyArrayToSingle", "identity",
})  # fmt: skip


def _without_dictionaries(call: Call, result: Typed) -> Typed:
    """Functions of arrays and maps look into them without dictionaries, and what they give has none."""
    type_ = result.type
    if call.name in _KEEP_DICTIONARIES or type_.name in ("Map", "Tuple"):
        return result
    inside = [arg.type for arg in call.args if arg.type.name in ("Array", "Map")]
    if call.function is None and all(inner == inner.without_dictionaries for inner in inside):
        return result
    return result.with_type(type_.without_dictionaries)


# -- kinds of arguments ---------------------------------------------------------------------------------------------

KINDS: dict[str, Callable[[Type], bool]] = {
    "any": lambda t: True,
    "number": lambda t: t.is_number,
    "binary": lambda t: t.is_number and t.name != "Decimal",
    "integer": lambda t: t.is_integer or t.name == "Bool",
    "float": lambda t: t.is_float,
    "string": lambda t: t.is_string or t.is_enum or t.name == "JSON",
    "date": lambda t: t.is_date,
    "datetime": lambda t: t.is_datetime,
    "temporal": lambda t: t.is_temporal,
    "array": lambda t: t.name == "Array",
    "map": lambda t: t.name == "Map",
    "tuple": lambda t: t.name == "Tuple",
    "container": lambda t: t.name in ("Array", "Map") or t.is_string,
    "uuid": lambda t: t.name == "UUID",
    "ipv4": lambda t: t.name == "IPv4",
    "ipv6": lambda t: t.name == "IPv6",
    "condition": lambda t: t.is_number,
    "json": lambda t: t.is_string or t.name == "JSON",
}


def _readable(arg: Typed, signature: str, index: int) -> Typed:
    """A part of a JSON column as text, where a function takes text."""
    kinds = signature.split()
    kind = kinds[min(index, len(kinds) - 1)].rstrip("?*") if kinds else ""
    wants_text = {"string", "json", "container"} & set(kind.split("|"))
    return cast(arg, STRING.as_nullable()) if arg.type.name == "Dynamic" and wants_text else arg


def check_arguments(name: str, args: Sequence[Typed], signature: str) -> None:
    """Compares arguments with a signature: kinds parted by blanks, `?` optional, `*` any number. Raises Fault."""
    kinds = signature.split()
    required = sum(not kind.endswith(("?", "*")) for kind in kinds)
    variadic = bool(kinds) and kinds[-1].endswith("*")
    if len(args) < required or (len(args) > len(kinds) and not variadic):
        wanted = f"{required} or more" if variadic else _range(required, len(kinds))
        raise Fault("TL405", f"{name} takes {wanted} arguments, not {len(args)}")
    for index, arg in enumerate(args):
        kind = kinds[min(index, len(kinds) - 1)].rstrip("?*")
        if arg.type.name != "Nothing" and not any(KINDS[k](arg.type) for k in kind.split("|")):
            wanted = kind.replace("|", " or ")
            raise Fault("TL405", f"{name}: argument {index + 1} must be {wanted}, not {arg.type}")


def _range(least: int, most: int) -> str:
    return str(least) if least == most else f"{least} to {most}"


# -- texts ----------------------------------------------------------------------------------------------------------


class _Slot:
    """An argument in a text template. `{0}` is its value; `{0:text}` and the like convert it."""

    def __init__(self, value: Typed) -> None:
        self.value = value

    def __format__(self, spec: str) -> str:
        return _SLOTS[spec](self.value)


def _whole(value: Typed) -> str:
    """A number without its fraction: a cast would round it."""
    return f"trunc({value.number})" if value.type.is_float or value.type.name == "Decimal" else value.number


_SLOTS: dict[str, Callable[[Typed], str]] = {
    "": lambda v: v.value,
    "exact": lambda v: v.exact,
    "text": to_text,
    "number": lambda v: v.number,
    "int": lambda v: v.sql if isinstance(v.literal, int) else f"CAST({_whole(v)} AS BIGINT)",
    "double": lambda v: f"CAST({v.number} AS DOUBLE)",
    "condition": lambda v: v.condition,
    "wall": to_wall,
}


def fill(template: str, args: Sequence[Typed], **texts: str) -> str:
    return template.format(*(_Slot(arg) for arg in args), **texts)


# -- declarations ---------------------------------------------------------------------------------------------------


def simple(
    name: str,
    signature: str,
    result: Result,
    sql: str | Sequence[str],
    *,
    nulls: Nulls = "propagate",
    aliases: tuple[str, ...] = (),
    case_insensitive: bool = False,
    doc: str = "",
) -> Function:
    """A function that is one DuckDB text. Several texts are for different numbers of arguments, the fewest first.

    Integers, floats and dates are cast to the result's own width, since DuckDB's functions return others.
    """

    def lower(call: Call) -> Typed:
        type_ = result if isinstance(result, Type) else result([arg.type.plain for arg in call.args])
        text = fill(_text_for(call, signature, sql), call.args)
        if type_.is_integer or type_.is_float or type_.is_temporal or type_.name == "Decimal":
            text = f"CAST({text} AS {duckdb_type(type_)})"
        return combined(text, type_, call.args)

    return Function(name, signature, lower, nulls, aliases, case_insensitive, doc=doc)


def test(
    name: str,
    signature: str,
    sql: str | Sequence[str],
    *,
    nulls: Nulls = "propagate",
    aliases: tuple[str, ...] = (),
    case_insensitive: bool = False,
    doc: str = "",
) -> Function:
    """Like `simple`, of a text that is BOOLEAN in DuckDB and UInt8 in ClickHouse."""

    def lower(call: Call) -> Typed:
        text = fill(_text_for(call, signature, sql), call.args)
        return combined(f"({text})", UINT8, call.args, predicate=True)

    return Function(name, signature, lower, nulls, aliases, case_insensitive, doc=doc)


def _text_for(call: Call, signature: str, sql: str | Sequence[str]) -> str:
    if isinstance(sql, str):
        return sql
    least = sum(not kind.endswith(("?", "*")) for kind in signature.split())
    return sql[min(len(call.args) - least, len(sql) - 1)]


def own(
    name: str,
    signature: str,
    lower: Callable[[Call], Typed],
    *,
    nulls: Nulls = "propagate",
    aliases: tuple[str, ...] = (),
    case_insensitive: bool = False,
    takes_lambda: bool = False,
    doc: str = "",
) -> Function:
    return Function(name, signature, lower, nulls, aliases, case_insensitive, takes_lambda, doc)


def refused(name: str, reason: str, instead: str | None = None) -> Function:
    """A function of ClickHouse's that can't be had here, and what to use instead."""

    def lower(call: Call) -> Typed:
        raise Fault("TL406", f"{call.name} is not supported: {reason}", call.node, instead)

    return Function(name, "any*", lower, nulls="own", doc=f"Refused: {reason}.")


def text_argument(value: Typed) -> Typed:
    """A value as String, for functions that take any type as text."""
    return value if value.type.is_string else cast(value, STRING)
