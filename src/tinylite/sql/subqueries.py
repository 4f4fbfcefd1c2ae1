"""Subqueries in expressions."""

from __future__ import annotations

from sqlglot import exp

from tinylite.sql.casts import struct
from tinylite.sql.physical import duckdb_type, quoted, text_literal
from tinylite.sql.scope import Lowerings, Relation, Scope
from tinylite.sql.typed import Typed
from tinylite.types.model import UINT8, tuple_of


def lower_subquery(node: exp.Expr, scope: Scope) -> Typed:
    """A scalar subquery: no row gives NULL, so its type is Nullable; several columns make a tuple."""
    query = node.this if isinstance(node, exp.Subquery) else node
    relation = scope.context.lower_query(query, scope.child(correlated=True))
    return scalar(relation, scope)


def scalar(relation: Relation, scope: Scope) -> Typed:
    if len(relation.columns) == 1:
        (column,) = relation.columns
        type_ = column.type if column.type.low_cardinality else column.type.as_nullable()
        sql = f"({relation.select})"
        if not type_.nullable:
            missing = text_literal(f"Scalar subquery gave no row, and {type_} can't be NULL")
            sql = f"coalesce({sql}, CAST(error({missing}) AS {duckdb_type(type_)}))"
        return Typed(sql, type_, constant=True)
    name = scope.context.unique("s")
    type_ = tuple_of(*(column.type for column in relation.columns), names=tuple(c.name for c in relation.columns))
    cells = [f"{name}.{quoted(column.physical)}" for column in relation.columns]
    missing = text_literal("Scalar subquery of several columns gave no row")
    row = f"(SELECT {struct(type_, cells)} FROM {relation.from_item} AS {name})"
    return Typed(f"coalesce({row}, CAST(error({missing}) AS {duckdb_type(type_)}))", type_, constant=True)


def lower_exists(node: exp.Exists, scope: Scope) -> Typed:
    relation = scope.context.lower_query(node.this, scope.child(correlated=True))
    return Typed(f"EXISTS ({relation.select})", UINT8, predicate=True, constant=True)


LOWERINGS: Lowerings = {exp.Subquery: lower_subquery, exp.Select: lower_subquery, exp.Union: lower_subquery,
             exp.Exists: lower_exists}  # fmt: skip
