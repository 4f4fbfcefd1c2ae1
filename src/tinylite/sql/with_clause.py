"""WITH: common tables, lowered when they are first read, and named expressions."""

from __future__ import annotations

from sqlglot import exp

from tinylite.sql.casts import coerce
from tinylite.sql.errors import Fault
from tinylite.sql.physical import quoted
from tinylite.sql.scope import Relation, Scope
from tinylite.sql.typed import Typed


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
            _recursive(cte, scope)
        else:
            _common_table(cte, scope)


def _reads(query: exp.Expr, name: str) -> bool:
    return any(table.name == name for table in query.find_all(exp.Table))


def _common_table(cte: exp.CTE, scope: Scope) -> None:
    with scope.reported(cte):
        relation = scope.context.lower_query(cte.this, scope.child(correlated=False))
        scope.ctes[cte.alias] = define(cte.alias, relation, scope)


def define(name: str, relation: Relation, scope: Scope) -> Relation:
    """Adds a common table to the statement; reading it reads its name."""
    physical = scope.context.unique(name if name.isidentifier() else "cte")
    scope.context.ctes.append((quoted(physical), relation.select))
    return Relation(quoted(physical), relation.columns, is_name=True)


def _recursive(cte: exp.CTE, scope: Scope) -> None:
    """The first branch of the UNION ALL gives the columns; the others read the table itself."""
    union = cte.this
    if not isinstance(union, exp.Union) or union.args.get("distinct"):
        raise Fault("TL406", "a recursive common table must be a UNION ALL", cte)
    start = scope.context.lower_query(union.this, scope.child(correlated=False))
    physical = quoted(scope.context.unique(cte.alias if cte.alias.isidentifier() else "cte"))
    scope.ctes[cte.alias] = Relation(physical, start.columns, is_name=True)
    step = scope.context.lower_query(union.expression, scope.child(correlated=False))
    if len(step.columns) != len(start.columns):
        raise Fault("TL405", "both sides of a recursive common table need the same columns", cte)
    cells = ", ".join(
        f"{coerce(Typed('s.' + quoted(b.physical), b.type), a.type)} AS {quoted(a.physical)}"
        for a, b in zip(start.columns, step.columns, strict=True)
    )
    sql = f"({start.select}) UNION ALL (SELECT {cells} FROM {step.from_item} AS s)"
    scope.context.ctes.append((physical, sql))
    scope.context.recursive = True
