"""Literals, query parameters, names, arrays and tuples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from sqlglot import exp

from tinylite.sql.access import subscript, tuple_element
from tinylite.sql.casts import coerce, struct
from tinylite.sql.dialect import CLICKHOUSE
from tinylite.sql.errors import Fault
from tinylite.sql.physical import duckdb_type, text_literal
from tinylite.sql.scope import Lowerings, Scope
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type, TypeSyntaxError, parse_type
from tinylite.types.model import BOOL, FLOAT64, NOTHING, NULL, STRING, array, integer, tuple_of
from tinylite.types.supertype import NoSupertype, supertype


def literal(value: object) -> Typed:
    """A Python value as ClickHouse types a literal: the smallest integer that fits, Float64, String."""
    match value:
        case None:
            return Typed("NULL", NULL, literal=None, constant=True)
        case bool():
            return Typed("true" if value else "false", BOOL, literal=value, constant=True)
        case int() if -(2**63) <= value < 2**64:
            sql = str(value) if value >= 0 else f"({value})"
            return Typed(sql, _integer_type(value), literal=value, constant=True)
        case int() | float() | Decimal():
            number = float(value)
            if number != number or abs(number) == float("inf"):
                return Typed(f"CAST('{number}' AS DOUBLE)", FLOAT64, literal=number, constant=True)
            text = repr(number)
            text = text if "e" in text else text + "e0"
            return Typed(text if number >= 0 else f"({text})", FLOAT64, literal=number, constant=True)
        case str():
            return Typed(text_literal(value), STRING, literal=value, constant=True)
        case list():
            return array_of([literal(item) for item in value])
    raise Fault("TL406", f"a value of {type(value).__name__} can't be a literal")


def _integer_type(value: int) -> Type:
    if value >= 0:
        return integer(next(bits for bits in (8, 16, 32, 64) if value < 1 << bits), signed=False)
    return integer(next(bits for bits in (8, 16, 32, 64) if value >= -(1 << (bits - 1))), signed=True)


def array_of(elements: Sequence[Typed]) -> Typed:
    try:
        element = supertype([e.type for e in elements]) if elements else NOTHING
    except NoSupertype as problem:
        raise Fault("TL407", str(problem)) from None
    body = ", ".join(coerce(e, element) for e in elements)
    sql = f"CAST([{body}] AS {duckdb_type(array(element))})"
    typed = combined(sql, array(element), list(elements))
    return Typed(typed.sql, typed.type, constant=typed.constant, aggregate=typed.aggregate, elements=tuple(elements))


def tuple_literal(elements: Sequence[Typed], names: tuple[str, ...] = ()) -> Typed:
    type_ = tuple_of(*(e.type for e in elements), names=names)
    typed = combined(struct(type_, [e.exact for e in elements]), type_, list(elements))
    return Typed(typed.sql, type_, constant=typed.constant, aggregate=typed.aggregate, elements=tuple(elements))


def lower_literal(node: exp.Literal, scope: Scope) -> Typed:
    if node.is_string:
        return literal(node.this)
    text = node.this.replace("_", "").lower()
    if re.fullmatch(r"\d{1,1000}", text):
        return literal(int(text))
    if text.startswith(("0x", "0b")):
        return literal(int(text, 0))
    try:
        return literal(float(text))
    except ValueError:  # 1e5+2 is read as one word
        raise Fault("TL401", f"{node.this} is no number", node, "put blanks around + and -") from None


def lower_hex(node: exp.HexString, scope: Scope) -> Typed:
    return literal(int(node.this, 16))


def lower_bits(node: exp.BitString, scope: Scope) -> Typed:
    return literal(int(node.this, 2))


def lower_raw(node: exp.RawString, scope: Scope) -> Typed:
    """$$text$$"""
    return literal(str(node.this))


def lower_boolean(node: exp.Boolean, scope: Scope) -> Typed:
    return literal(bool(node.this))


def lower_null(node: exp.Null, scope: Scope) -> Typed:
    return literal(None)


def lower_parameter(node: exp.Placeholder, scope: Scope) -> Typed:
    """`{name:Type}`: bound as `$name`, so its value never meets the text."""
    kind = node.args.get("kind")
    if kind is None or kind == "Identifier":
        raise Fault("TL406", "a placeholder needs a type, as in {name:Int32}", node)
    try:
        type_ = parse_type(kind.sql(dialect=CLICKHOUSE))
    except TypeSyntaxError as problem:
        raise Fault("TL108", str(problem), node) from None
    name = str(node.this.name if isinstance(node.this, exp.Expr) else node.this)
    scope.context.parameters.add(name)
    return Typed(f"CAST(${name} AS {duckdb_type(type_)})", type_, constant=True, parameter=name)


def pinned(typed: Typed, scope: Scope) -> Typed:
    """A parameter as the literal that it holds: for places where the value decides a type."""
    if typed.parameter is None:
        return typed
    return literal(scope.context.pin(typed.parameter))


def lower_column(node: exp.Column, scope: Scope) -> Typed:
    parts = [node.args[key] for key in ("catalog", "db", "table", "this") if node.args.get(key) is not None]
    last = parts[-1]
    if isinstance(last, exp.Star):
        raise Fault("TL406", "* is only possible in a SELECT list or in count(*)", node)
    if isinstance(last, exp.Literal):  # x.1
        return tuple_element(scope.resolve([p.name for p in parts[:-1]], node), int(last.this))
    return scope.resolve([p.name for p in parts], node)


def lower_identifier(node: exp.Identifier, scope: Scope) -> Typed:
    return scope.resolve([node.name], node)


def lower_dot(node: exp.Dot, scope: Scope) -> Typed:
    if (deep := _deep_path(node)) is not None:
        return scope.resolve(deep, node)
    base, field = scope.lower(node.this), node.expression
    if base.type.name == "JSON" or not isinstance(field, exp.Literal | exp.Identifier | exp.Column):
        from tinylite.sql.access import json_subcolumn

        return json_subcolumn(base, [field.name])
    if not isinstance(field, exp.Literal):
        return tuple_element(base, field.name)
    for position in field.this.split("."):  # t.2.1 is read as the number 2.1
        base = tuple_element(base, int(position))
    return base


def _deep_path(node: exp.Expr) -> list[str] | None:
    """`a.b.c.d.e…`, of which the parser takes four parts for one column."""
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
        before = _deep_path(node.this)
        return [*before, node.expression.name] if before else None
    if isinstance(node, exp.Column) and node.args.get("catalog") is not None:
        return [part.name for part in node.parts] if isinstance(node.this, exp.Identifier) else None
    return None


def lower_bracket(node: exp.Bracket, scope: Scope) -> Typed:
    return subscript(scope.lower(node.this), scope.lower(node.expressions[0]))


def lower_array(node: exp.Array, scope: Scope) -> Typed:
    return array_of([scope.lower(item) for item in node.expressions])


def lower_tuple(node: exp.Expr, scope: Scope) -> Typed:
    return tuple_literal([scope.lower(item) for item in node.expressions])


def lower_paren(node: exp.Paren, scope: Scope) -> Typed:
    return scope.lower(node.this)


def lower_alias(node: exp.Alias, scope: Scope) -> Typed:
    return scope.lower_aliased(node.alias, node.this)


LOWERINGS: Lowerings = {
    exp.Literal: lower_literal,
    exp.HexString: lower_hex,
    exp.BitString: lower_bits,
    exp.RawString: lower_raw,
    exp.Boolean: lower_boolean,
    exp.Null: lower_null,
    exp.Placeholder: lower_parameter,
    exp.Column: lower_column,
    exp.Identifier: lower_identifier,
    exp.Dot: lower_dot,
    exp.Bracket: lower_bracket,
    exp.Array: lower_array,
    exp.Tuple: lower_tuple,
    exp.Struct: lower_tuple,
    exp.Paren: lower_paren,
    exp.Alias: lower_alias,
}
