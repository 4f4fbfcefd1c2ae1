"""What a query is made of, before it is compiled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from tinylite.diagnostics import Span
from tinylite.sql.aggregates.registry import find_aggregate
from tinylite.sql.dialect import CLICKHOUSE
from tinylite.sql.errors import extent
from tinylite.sql.parse import parse_expression, parse_query
from tinylite.sql.query import Query, Table


@dataclass(frozen=True, slots=True)
class Outline:
    """The outermost SELECT's clauses that act on all rows at once, by their words, with their places."""

    is_union: bool
    clauses: Mapping[str, Span]
    groups: bool
    """Whether several rows become one: by GROUP BY, or by an aggregate without it."""
    filters: bool
    """Whether rows may be left out."""


_CLAUSES = {"order": "ORDER BY", "limit": "LIMIT", "limit_by": "LIMIT BY", "offset": "OFFSET", "distinct": "DISTINCT"}


def outline(query: Query) -> Outline:
    """Raises DiagnosticError for a syntax error."""
    tree = parse_query(query.source)
    clauses = {}
    for key, word in _CLAUSES.items():
        part = tree.args.get(key)
        if isinstance(part, exp.Expr):
            clauses[word] = query.source.span(*(extent(part) or extent(tree) or (0, 0)))
    return Outline(
        isinstance(tree, exp.SetOperation), clauses, _groups(tree),
        any(tree.args.get(word) is not None for word in ("where", "prewhere", "having", "qualify")),
    )  # fmt: skip


def showing_more(text: str, columns: Sequence[str]) -> str:
    """A query whose outermost SELECT shows these columns as well, first."""
    depth = 0
    for token in CLICKHOUSE.tokenize(text):
        depth += (token.token_type == TokenType.L_PAREN) - (token.token_type == TokenType.R_PAREN)
        if depth == 0 and token.token_type == TokenType.SELECT:
            shown = "".join(f" `{name}`," for name in columns)
            return text[: token.end + 1] + shown + text[token.end + 1 :]
    return text


def _groups(tree: exp.Expr) -> bool:
    if tree.args.get("group") is not None:
        return True
    shown = tree.expressions if isinstance(tree, exp.Select) else []
    calls = (found for item in shown for found in item.find_all(exp.AggFunc, exp.Anonymous))
    inner = (found for found in calls if isinstance(found, exp.AggFunc) or find_aggregate(str(found.this)))
    return any(found.find_ancestor(exp.Window, exp.Subquery) is None for found in inner)


def order_places(query: Query, names: Sequence[str]) -> tuple[int | None, ...]:
    """The places (from 0) among the result's columns of the outermost ORDER BY's keys; None for a key that is none.

    Empty when the query leaves the order of its rows open. Raises DiagnosticError for a syntax error.
    """
    tree = parse_query(query.source)
    order = tree.args.get("order")
    if order is None:
        return ()
    items = tree.expressions if isinstance(tree, exp.Select) else []
    # A star stands for any number of columns: then only names tell.
    shown = [item.unalias() for item in items] if len(items) == len(names) else []
    return tuple(place for item in order.expressions for place in _places(item.this, names, shown))


def grouped_by(query: Query, names: Sequence[str]) -> frozenset[str] | None:
    """The result's columns that the outermost GROUP BY makes one row of each combination of; None when that is not
    known. Raises DiagnosticError for a syntax error.
    """
    tree = parse_query(query.source)
    group = tree.args.get("group")
    if not isinstance(tree, exp.Select) or group is None or not group.expressions:
        return None
    if any(value for key, value in group.args.items() if key != "expressions"):  # ROLLUP and the like
        return None
    shown = [item.unalias() for item in tree.expressions] if len(tree.expressions) == len(names) else []
    places = [place for key in group.expressions for place in _places(key, names, shown)]
    return None if None in places else frozenset(names[place] for place in places if place is not None)


def _places(key: exp.Expr, names: Sequence[str], shown: Sequence[exp.Expr]) -> Sequence[int | None]:
    if isinstance(key, exp.Literal) and key.is_int and 1 <= int(key.name) <= len(names):
        return (int(key.name) - 1,)
    if isinstance(key, exp.Column) and key.name in names:
        return (names.index(key.name),)
    if isinstance(key, exp.Column) and key.name.upper() == "ALL":
        return range(len(names))
    return (next((place for place, item in enumerate(shown) if item == key), None),)


@dataclass(frozen=True, slots=True)
class Reading:
    """A SELECT that reads a table by itself: the columns that its conditions name, whether it takes all with `*`."""

    table: Table
    is_filtered: bool
    conditions: frozenset[str]
    takes_all: bool
    is_outermost: bool


def readings(query: Query) -> list[Reading]:
    """Of a query's own text, not of those that it reads. Raises DiagnosticError for a syntax error."""
    tree = parse_query(query.source)
    found = []
    for select in tree.find_all(exp.Select):
        start = select.args.get("from_")
        for item in [start, *select.args.get("joins", [])]:
            meaning = query.reads.get(item.this.name) if item is not None else None
            if isinstance(meaning, Table):
                found.append(_reading(select, meaning, is_outermost=select is tree))
    return found


def _reading(select: exp.Select, table: Table, *, is_outermost: bool) -> Reading:
    clauses = [select.args.get("where"), select.args.get("prewhere"), *select.args.get("joins", [])]
    conditions = {part.name for clause in clauses if clause is not None for part in clause.find_all(exp.Column)}
    conditions |= {name.name for join in select.args.get("joins", []) for name in join.args.get("using") or []}
    is_filtered = any(select.args.get(key) is not None for key in ("where", "prewhere"))
    takes_all = any(isinstance(item, exp.Star) or item.is_star for item in select.expressions)
    return Reading(table, is_filtered, frozenset(conditions), takes_all, is_outermost)


def names_in(expression: str) -> frozenset[str]:
    """The columns of an expression, as a part of a sorting key is one. Raises DiagnosticError for a syntax error."""
    return frozenset(column.name for column in parse_expression(expression).find_all(exp.Column))


def dropping_joins(query: Query) -> list[Span]:
    """The joins of a query that leave out rows of their left side that match nothing."""
    tree = parse_query(query.source)
    found = []
    for join in tree.find_all(exp.Join):
        keeps = {str(join.args.get(key) or "").upper() for key in ("side", "kind", "method")}
        if not keeps & {"LEFT", "FULL", "CROSS", "ASOF", "ARRAY"} and (join.args.get("on") or join.args.get("using")):
            found.append(query.source.span(*(extent(join) or (0, 0))))
    return found


def left_most(query: Query) -> Table | None:
    """The table that a query reads first: of FROM the first, through nodes, common tables and subqueries.

    None when it reads none there (numbers(10), say). Raises DiagnosticError for a syntax error.
    """
    return _first_table(parse_query(query.source), query, {})


def _first_table(node: exp.Expr, query: Query, tables: Mapping[str, exp.Expr]) -> Table | None:
    while isinstance(node, exp.Subquery | exp.Paren | exp.SetOperation | exp.Final):
        tables = _with_own(node, tables)
        node = node.this
    if isinstance(node, exp.Table):
        name = ".".join(part.name for part in node.parts)
        if name in tables:
            return _first_table(tables[name], query, {key: tree for key, tree in tables.items() if key != name})
        meaning = query.reads.get(name)
        return left_most(meaning) if isinstance(meaning, Query) else meaning
    start = node.args.get("from_")
    return _first_table(start.this, query, _with_own(node, tables)) if start is not None else None


def _with_own(node: exp.Expr, tables: Mapping[str, exp.Expr]) -> Mapping[str, exp.Expr]:
    with_ = node.args.get("with_")
    own = with_.expressions if with_ is not None else []
    return {**tables, **{cte.alias: cte.this for cte in own if isinstance(cte, exp.CTE) and not cte.args.get("scalar")}}
