"""Text to sqlglot's tree; what a text reads; syntax errors with their place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError, TokenError

from tinylite.diagnostics import Diagnostic, DiagnosticError, Source
from tinylite.sql.dialect import CLICKHOUSE
from tinylite.sql.errors import extent

# A text longer than this is refused before it is looked at: deep nesting would exhaust the parser.
MAX_TEXT = 1_000_000
MAX_DEPTH = 400
MAX_WORDS = 100_000
"""Words and signs. ClickHouse takes trees of 50,000 elements, and a list has a comma for each."""
DEFAULT_DATABASE = "default"
LOOKING_UP = ("joinGet", "joinGetOrNull")
"""Functions whose first argument names a table."""
_WRITES = re.compile(
    r"\b(?:into|insert|update|delete|merge|create|drop|alter|truncate|copy|attach|execute|call)\b", re.I
)
"""Most texts have none of these words, and need not be searched for what they would do."""
_WORD = re.compile(r"'(?:[^'\\]|\\.)*'|\w+|[^\s\w]", re.S)


def parse_query(source: Source) -> exp.Expr:
    """One SELECT (or UNION, …). Raises DiagnosticError: TL401 for a syntax error, TL408 for another statement."""
    statements = [statement for statement in _parse(source) if statement is not None]
    if not statements:
        raise DiagnosticError(Diagnostic("TL401", "the query is empty", source.span(0, 0)))
    if len(statements) > 1:
        raise _refused("only one statement is allowed", source, statements[1])
    (statement,) = statements
    while isinstance(statement, exp.Paren | exp.Subquery) and isinstance(statement.this, exp.Query):
        statement = statement.this
    if not isinstance(statement, exp.Select | exp.SetOperation):
        raise _refused("only SELECT is allowed", source, statement)
    if isinstance(statement, exp.Select) and not statement.expressions:
        raise DiagnosticError(Diagnostic("TL401", "SELECT names no columns", source.span(0, len(source.text))))
    if _WRITES.search(source.text):
        writing = statement.find(exp.Into, exp.DML, exp.DDL, exp.Drop, exp.Command)
        if writing is not None:
            raise _refused(f"only SELECT is allowed, {writing.key.upper()} is not", source, writing)
    return statement


@lru_cache(maxsize=1024)
def parse_expression(text: str) -> exp.Expr:
    """One expression, as in a sorting key. Raises DiagnosticError."""
    statement = parse_query(Source("expression", f"SELECT {text}"))
    expression: exp.Expr = statement.expressions[0]
    return expression


def _refused(message: str, source: Source, node: exp.Expr) -> DiagnosticError:
    place = extent(node) or (0, len(source.text))
    return DiagnosticError(Diagnostic("TL408", message, source.span(*place)))


def _parse(source: Source) -> list[exp.Expr | None]:
    text = source.text
    if len(text) > MAX_TEXT:
        raise DiagnosticError(
            Diagnostic("TL410", f"the query has more than {MAX_TEXT:,} characters", source.span(0, 1))
        )
    # Nothing has more words than characters.
    if len(text) > MAX_WORDS and sum(1 for _ in _WORD.finditer(text)) > MAX_WORDS:
        message = f"the query has more than {MAX_WORDS:,} words and signs"
        raise DiagnosticError(Diagnostic("TL410", message, source.span(0, 1)))
    if _depth(text) > MAX_DEPTH:
        raise DiagnosticError(Diagnostic("TL410", f"brackets are nested more than {MAX_DEPTH} deep", source.span(0, 1)))
    try:
        return _trees(text)
    except ParseError as problem:
        raise _syntax_error(problem, source) from None
    except TokenError as problem:
        raise DiagnosticError(Diagnostic("TL401", _first_line(problem), source.span(0, len(text)))) from None
    except RecursionError:
        raise too_deep(source) from None
    except SqlglotError as problem:
        raise DiagnosticError(Diagnostic("TL401", _first_line(problem), source.span(0, 1))) from None


@lru_cache(maxsize=4096)
def _trees(text: str) -> list[exp.Expr | None]:
    """A text is read several times: for what it names, and by each query that reads the node. Nobody changes a tree."""
    trees = CLICKHOUSE.parse(text)
    if any(name in text for name in LOOKING_UP):
        for call in (node for tree in trees if tree is not None for node in tree.find_all(exp.Anonymous)):
            if str(call.this) in LOOKING_UP and call.expressions:
                call.set("expressions", [_as_text(call.expressions[0]), *call.expressions[1:]])
    return trees


def too_deep(source: Source) -> DiagnosticError:
    return DiagnosticError(Diagnostic("TL410", "the query is nested too deep", source.span(0, 1)))


def _depth(text: str) -> int:
    depth = most = 0
    for char in text:
        if char in "([{":
            depth += 1
            most = max(most, depth)
        elif char in ")]}":
            depth -= 1
    return most


def _first_line(problem: Exception) -> str:
    return str(problem).splitlines()[0].split(". Line ")[0]


def _syntax_error(problem: ParseError, source: Source) -> DiagnosticError:
    found = []
    for error in problem.errors:
        word = error.get("highlight") or ""
        end = _offset(source, int(error.get("line") or 1), int(error.get("col") or 1))
        start = max(0, end - len(word))
        message = str(error.get("description") or "syntax error").rstrip(".")
        text = f"{message} near '{word}'" if word else message
        found.append(Diagnostic("TL401", text, source.span(start, max(end, start + 1))))
    return DiagnosticError(*found)


def _offset(source: Source, line: int, column: int) -> int:
    """sqlglot's columns point behind the token."""
    lines = source.text.split("\n")
    return sum(len(text) + 1 for text in lines[: line - 1]) + column


@lru_cache(maxsize=4096)
def references(text: str) -> tuple[str, ...]:
    """The names of tables that a SELECT reads, `database.table` included, in order. Raises DiagnosticError.

    Common tables of its own WITH are left out where they are in sight; a name after IN may be a table or a column, so
    it is listed too.
    """
    return tuple(dict.fromkeys(place.name for place in table_places(text)))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text names a table: the characters from `start` to `end`. `stands_alone` says that the query can't mean
    the table's columns by another name than this: it stands in FROM, without an alias.
    """

    name: str
    start: int
    end: int
    stands_alone: bool


@lru_cache(maxsize=4096)
def table_places(text: str) -> tuple[Place, ...]:
    """As `references`, each place of a name. Raises DiagnosticError."""
    source = Source("query", text)
    tree = parse_query(source)
    found: list[Place] = []
    try:
        _collect(tree, frozenset(), found)
    except RecursionError:
        raise too_deep(source) from None
    return tuple(found)


def _collect(node: exp.Expr, hidden: frozenset[str], found: list[Place]) -> None:
    with_ = node.args.get("with_")
    if with_ is not None:
        for cte in with_.expressions:
            if isinstance(cte, exp.CTE):
                _collect(cte.this, hidden | {cte.alias} if with_.args.get("recursive") else hidden, found)
                if not cte.args.get("scalar"):
                    hidden = hidden | {cte.alias}
    if (table := _looked_up(node)) is not None:
        found.append(_place(without_default_database(table.name), [table], False))
    for key, value in node.args.items():
        if key == "with_":
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, exp.Expr):
                continue
            if isinstance(child, exp.Table) and isinstance(child.this, exp.Identifier):
                name = table_name(child)
                if name not in hidden:
                    alone = not child.alias and not (isinstance(node, exp.Final) and node.alias)
                    found.append(_place(name, child.parts, alone))
            elif isinstance(node, exp.In) and key == "field" and _may_be_table(child) and child.name not in hidden:
                found.append(_place(child.name, [child.this], False))
            _collect(child, hidden, found)


def _place(name: str, parts: Sequence[exp.Expr], stands_alone: bool) -> Place:
    places = [place for place in map(extent, parts) if place is not None]
    start, end = (min(start for start, _ in places), max(end for _, end in places)) if places else (0, 0)
    return Place(name, start, end, stands_alone)


def table_name(node: exp.Table) -> str:
    """With its database, but for the one that is meant without."""
    parts = [part.name for part in node.parts]
    return ".".join(parts[1:] if len(parts) == 2 and parts[0] == DEFAULT_DATABASE else parts)


def without_default_database(name: str) -> str:
    return name.removeprefix(f"{DEFAULT_DATABASE}.")


def _as_text(node: exp.Expr) -> exp.Expr:
    """The bare name of a table as the text that it stands for."""
    if not isinstance(node, exp.Column):
        return node
    text, place = exp.Literal.string(".".join(part.name for part in node.parts)), extent(node)
    if place is not None:
        text.meta.update(start=place[0], end=place[1] - 1)
    return text


def _looked_up(node: exp.Expr) -> exp.Literal | None:
    """What names the table that a call looks into."""
    if isinstance(node, exp.Anonymous) and str(node.this) in LOOKING_UP and node.expressions:
        first: exp.Expr = node.expressions[0]
        return first if isinstance(first, exp.Literal) and first.is_string else None
    return None


def _may_be_table(node: exp.Expr) -> bool:
    return isinstance(node, exp.Column) and not node.table
