"""UNION, INTERSECT and EXCEPT: columns by position, in the types that both sides share."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from tinylite.sql.casts import coerce
from tinylite.sql.clauses.settings import settings
from tinylite.sql.errors import Fault
from tinylite.sql.functions.conditions import common_type
from tinylite.sql.physical import quoted
from tinylite.sql.scope import Output, Relation, Scope, outputs
from tinylite.sql.typed import Typed
from tinylite.sql.with_clause import lower_with


def lower_set_operation(node: exp.SetOperation, scope: Scope) -> Relation:
    for clause, words in (("order", "ORDER BY"), ("limit", "LIMIT"), ("offset", "OFFSET")):
        if node.args.get(clause) is not None:
            raise Fault("TL401", f"{words} can't stand behind a SELECT in brackets", node.args[clause],
                        hint=f"put the whole into a subquery: SELECT * FROM (…) {words} …")  # fmt: skip
    scope.settings = settings(node, scope)
    lower_with(node, scope)
    branches: list[exp.Expr] = [node]
    operators: list[str] = []
    while isinstance(branches[0], type(node)) and _plain(branches[0], node):
        left = branches.pop(0)
        operators.insert(0, _operator(left))
        branches[:0] = [left.this, left.expression]
    relations = [scope.context.lower_query(branch, scope.child(correlated=False)) for branch in branches]
    counts = {len(relation.columns) for relation in relations}
    if len(counts) != 1:
        raise Fault("TL405", f"the sides of {operators[0]} have different numbers of columns", node)
    columns = _columns(relations)
    sql = _aligned(relations[0], columns, scope)
    for operator, relation in zip(operators, relations[1:], strict=True):
        sql = f"{sql} {operator} {_aligned(relation, columns, scope)}"
    return Relation(sql, columns)


def _plain(branch: exp.Expr, top: exp.Expr) -> bool:
    """Left-deep chains of one operator are one list; a branch with its own WITH is not part of it."""
    return branch is top or not branch.args.get("with_")


def _operator(node: exp.Expr) -> str:
    word = type(node).__name__.upper()
    return word if node.args.get("distinct") else f"{word} ALL"


def _columns(relations: Sequence[Relation]) -> tuple[Output, ...]:
    sides = zip(*(relation.columns for relation in relations), strict=True)
    return outputs((side[0].name, common_type([Typed("", column.type) for column in side])) for side in sides)


def _aligned(relation: Relation, columns: Sequence[Output], scope: Scope) -> str:
    alias = scope.context.unique("u")
    cells = ", ".join(
        f"{coerce(Typed(f'{alias}.{quoted(have.physical)}', have.type), want.type)} AS {quoted(want.physical)}"
        for have, want in zip(relation.columns, columns, strict=True)
    )
    return f"(SELECT {cells} FROM {relation.from_item} AS {alias})"
