"""WITH: common tables, lowered when they are first read, and named expressions."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from tinylite.sql.casts import coerce
from tinylite.sql.errors import Fault
from tinylite.sql.physical import quoted
from tinylite.sql.scope import Output, Relation, Scope
from tinylite.sql.typed import Typed
from tinylite.types.supertype import NoSupertype, supertype

# How often the types of a recursive table may grow: UInt8, UInt16, UInt32, UInt64.
_MOST_GROWTH = 8


def lower_with(node: exp.Expr, scope: Scope) -> None:
    """Makes the names of a WITH known to the scope."""
    with_ = node.args.get("with_")
    if with_ is None:
        return
    for cte in with_.expressions:
        if not isinstance(cte, exp.CTE):
            raise Fault("TL406", "functions in WITH are not supported", cte)
        if cte.args.get("scalar") or not isinstance(cte.this, exp.Query) or isinstance(cte.this, exp.Subquery):
            scope.scalars[cte.alias] = cte.this
        elif with_.args.get("recursive") and _reads(cte.this, cte.alias):
            with scope.reported(cte):
                _recursive(cte, scope)
        else:
            _common_table(cte, scope)


def _reads(query: exp.Expr, name: str) -> bool:
    return any(table.name == name for table in query.find_all(exp.Table))


def _common_table(cte: exp.CTE, scope: Scope) -> None:
    with scope.reported(cte):
        relation = scope.context.lower_query(cte.this, scope.child(correlated=False))
        relation = replace(relation, columns=_named(cte, relation.columns))
        scope.ctes[cte.alias] = define(cte.alias, relation, scope)


def _named(cte: exp.CTE, columns: tuple[Output, ...]) -> tuple[Output, ...]:
    """WITH t(a, b) AS …"""
    names = cte.args["alias"].columns
    if not names:
        return columns
    if len(names) != len(columns):
        raise Fault("TL405", f"{cte.alias} has {len(columns)} columns, not {len(names)}", cte)
    return tuple(replace(column, name=name.name) for column, name in zip(columns, names, strict=True))


def define(name: str, relation: Relation, scope: Scope) -> Relation:
    """Adds a common table to the statement; reading it reads its name."""
    physical = scope.context.unique(name if name.isidentifier() else "cte")
    scope.context.ctes.append((quoted(physical), relation.select))
    return Relation(quoted(physical), relation.columns, is_name=True)


def _recursive(cte: exp.CTE, scope: Scope) -> None:
    """The first branch of the UNION ALL gives the columns; the others read the table itself.

    A column gets the type that holds what each round makes of it.
    """
    union = cte.this
    if not isinstance(union, exp.Union) or union.args.get("distinct"):
        raise Fault("TL406", "a recursive common table must be a UNION ALL", cte)
    start = scope.context.lower_query(union.this, scope.child(correlated=False))
    physical = quoted(scope.context.unique(cte.alias if cte.alias.isidentifier() else "cte"))
    columns = _named(cte, start.columns)
    for _ in range(_MOST_GROWTH):
        defined = len(scope.context.ctes)
        scope.ctes[cte.alias] = Relation(physical, columns, is_name=True)
        step = scope.context.lower_query(union.expression, scope.child(correlated=False))
        if len(step.columns) != len(columns):
            raise Fault("TL405", "both sides of a recursive common table need the same columns", cte)
        grown = tuple(_grown(have, made, cte) for have, made in zip(columns, step.columns, strict=True))
        if grown == columns:
            break
        columns = grown
        del scope.context.ctes[defined:]
    sql = f"(SELECT {_cells(start, columns)}) UNION ALL (SELECT {_cells(step, columns)})"
    scope.context.ctes.append((physical, sql))
    scope.context.recursive = True


def _grown(column: Output, made: Output, cte: exp.CTE) -> Output:
    try:
        return replace(column, type=supertype([column.type, made.type]))
    except NoSupertype as problem:
        raise Fault("TL407", str(problem), cte) from None


def _cells(relation: Relation, columns: tuple[Output, ...]) -> str:
    cells = ", ".join(
        f"{coerce(Typed('s.' + quoted(have.physical), have.type), want.type)} AS {quoted(want.physical)}"
        for have, want in zip(relation.columns, columns, strict=True)
    )
    return f"{cells} FROM {relation.from_item} AS s"
