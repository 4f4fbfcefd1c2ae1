"""What a name means at a place in a query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from sqlglot import exp

from tinylite.diagnostics import Diagnostic, did_you_mean
from tinylite.sql.access import element_named
from tinylite.sql.errors import Fault
from tinylite.sql.physical import default_value, quoted
from tinylite.sql.query import Query
from tinylite.sql.typed import Typed
from tinylite.types import Type
from tinylite.types.model import FLOAT64, NULL

# Text that one statement may grow to: aliases are replaced by what they stand for, which can double each time.
MAX_EXPRESSION = 200_000


Lowerings = dict[type[exp.Expr], Callable[..., Typed]]
"""What turns each kind of node into a typed expression."""


@dataclass(frozen=True, slots=True)
class Output:
    """A column that a SELECT gives: ClickHouse's name, and the one it has in the DuckDB text (unique there)."""

    name: str
    type: Type
    physical: str


@dataclass(frozen=True, slots=True)
class Relation:
    """Something to read from. `sql` is a DuckDB SELECT, or with `is_name` the quoted name of a table or CTE."""

    sql: str
    columns: tuple[Output, ...]
    is_name: bool = False
    totals: str | None = None

    @property
    def from_item(self) -> str:
        return self.sql if self.is_name else f"({self.sql})"

    @property
    def select(self) -> str:
        return f"SELECT * FROM {self.sql}" if self.is_name else self.sql


@dataclass(slots=True)
class FromItem:
    """A table of FROM. `alias` is how the user calls it, `sql_alias` how the DuckDB text does."""

    alias: str
    sql_alias: str
    columns: dict[str, Typed]
    padded: bool = False
    """An outer join adds rows without a match here; ClickHouse fills them with defaults (join_use_nulls = 0)."""
    name: str = ""
    """The table's own name, by which it can be called beside its alias."""
    hidden: frozenset[str] = frozenset()
    """Columns that `*` leaves out: those of USING that the other side shows."""

    def column(self, name: str) -> Typed | None:
        found = self.columns.get(name)
        if found is None or not self.padded or found.type.nullable:
            return found
        return replace(found, sql=f"coalesce({found.sql}, {default_value(found.type)})")


def from_item(alias: str, sql_alias: str, columns: Iterable[Output]) -> FromItem:
    cells = {c.name: Typed(f"{quoted(sql_alias)}.{quoted(c.physical)}", c.type) for c in columns}
    return FromItem(alias, sql_alias, cells)


@dataclass(slots=True)
class Context:
    """What one compilation gathers. `lowerings` and `lower_query` tie the modules together (see compile.py)."""

    values: Mapping[str, object]
    lowerings: Lowerings
    lower_query: Callable[[exp.Expr, Scope], Relation]
    lower_named: Callable[[Query, Context], Relation]
    ctes: list[tuple[str, str]] = field(default_factory=list)
    """Name and SELECT of each common table, in the order of definition."""
    named: dict[int, Relation] = field(default_factory=dict)
    """What became of each Query, by identity."""
    parameters: set[str] = field(default_factory=set)
    pinned: dict[str, object] = field(default_factory=dict)
    tables: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    recursive: bool = False
    is_volatile: bool = False
    counter: int = 0

    def unique(self, stem: str) -> str:
        self.counter += 1
        return f"_{stem}{self.counter}"

    def pin(self, parameter: str) -> object:
        """The value of a parameter that the statement's types depend on."""
        self.pinned[parameter] = self.values.get(parameter)
        return self.pinned[parameter]


@dataclass(slots=True)
class Scope:
    """The names of one SELECT."""

    context: Context
    query: Query
    parent: Scope | None = None
    correlated: bool = True
    """Whether columns of the parent can be named: not from a subquery in FROM."""
    items: list[FromItem] = field(default_factory=list)
    aliases: dict[str, exp.Expr] = field(default_factory=dict)
    ctes: dict[str, Relation] = field(default_factory=dict)
    scalars: dict[str, exp.Expr] = field(default_factory=dict)
    """WITH expression AS name."""
    merged: dict[str, Typed] = field(default_factory=dict)
    """Columns of USING, and the results of ARRAY JOIN, which stand before columns of the tables."""
    windows: dict[str, exp.Expr] = field(default_factory=dict)
    array_joins: dict[str, tuple[str, Typed]] = field(default_factory=dict)
    """arrayJoin() calls: text of the array → alias and element."""
    lambdas: list[dict[str, Typed]] = field(default_factory=list)
    resolving: list[str] = field(default_factory=list)
    resolved: dict[str, Typed] = field(default_factory=dict)

    def child(self, *, correlated: bool) -> Scope:
        return Scope(self.context, self.query, parent=self, correlated=correlated)

    # -- lowering ---------------------------------------------------------------------------------------------------

    def lower(self, node: exp.Expr) -> Typed:
        """The DuckDB expression of a ClickHouse one. Raises Fault.

        In an expression a SimpleAggregateFunction column is its value; only a column by itself keeps the type.
        """
        typed = self.lower_column(node)
        if typed.type.name == "SimpleAggregateFunction":
            return typed.with_type(typed.type.args[0])
        return typed

    def lower_column(self, node: exp.Expr) -> Typed:
        """As `lower`, with the type as it is stored."""
        lowering = self.context.lowerings.get(type(node))
        if lowering is None:
            raise Fault("TL406", f"{type(node).__name__} is not supported here", node)
        typed = lowering(node, self)
        if len(typed.sql) > MAX_EXPRESSION:
            raise Fault("TL410", "the expression grows too large when its aliases are replaced", node)
        return typed

    @contextmanager
    def reported(self, node: exp.Expr | None) -> Iterator[None]:
        """Turns a fault inside into a diagnostic, so that the rest of the query is still looked at."""
        try:
            yield
        except Fault as fault:
            self.context.diagnostics.append(fault.diagnostic(self.query.source, node))

    def lower_reported(self, node: exp.Expr) -> Typed:
        """Like `lower`; after a fault a NULL stands in, and the compilation fails in the end."""
        with self.reported(node):
            return self.lower(node)
        return Typed("NULL", NULL)

    # -- names ------------------------------------------------------------------------------------------------------

    def resolve(self, parts: list[str], node: exp.Expr) -> Typed:
        """`name`, `table.name`, `name.field`, … Raises Fault when there is none."""
        found = self._compound(parts)
        if found is None and len(parts) == 1 and not _is_quoted(node):
            found = _named_constant(parts[0])
        if found is None:
            raise Fault("TL403", f"unknown column {'.'.join(parts)}", node, did_you_mean(parts[-1], self.visible()))
        return found

    def _compound(self, parts: list[str]) -> Typed | None:
        found = self._simple(parts[0]) if len(parts) == 1 else self._qualified(parts)
        if found is not None:
            return found
        if len(parts) > 1 and (base := self._simple(parts[0])) is not None:
            return _fields(base, parts[1:])
        if self.parent is None:
            return None
        if self.correlated:
            return self.parent._compound(parts)
        return self.parent._shared(parts)

    def _shared(self, parts: list[str]) -> Typed | None:
        """What a subquery in FROM sees of the query around it: WITH, and nothing else."""
        if parts[0] in self.scalars and parts[0] not in self.resolving:
            return _fields(self._alias(parts[0], self.scalars[parts[0]]), parts[1:])
        return self.parent._shared(parts) if self.parent else None

    def _simple(self, name: str) -> Typed | None:
        for names in reversed(self.lambdas):
            if name in names:
                return names[name]
        if name not in self.resolving:
            if name in self.aliases:
                return self._alias(name, self.aliases[name])
            if name in self.scalars:
                return self._alias(name, self.scalars[name])
        if name in self.merged:
            return self.merged[name]
        for item in self.items:
            if (column := item.column(name)) is not None:
                return column
        return None

    def _alias(self, name: str, node: exp.Expr) -> Typed:
        if name in self.resolved and not self.lambdas:
            return self.resolved[name]
        self.resolving.append(name)
        try:
            typed = self.lower(node)
        finally:
            self.resolving.pop()
        if not self.resolving and not self.lambdas:
            self.resolved[name] = typed
        return typed

    def lower_aliased(self, name: str, node: exp.Expr) -> Typed:
        """The expression behind an alias: inside it, the name means the column."""
        return self._alias(name, node)

    def _qualified(self, parts: list[str]) -> Typed | None:
        """table.column, database.table.column, or a column whose own name has dots; then fields of it."""
        for item in self.items:
            for used in (1, 2):
                if len(parts) > used and ".".join(parts[:used]) in (item.alias, item.name):
                    for end in range(len(parts), used, -1):
                        column = item.column(".".join(parts[used:end]))
                        if column is not None:
                            return _fields(column, parts[end:])
        for end in range(len(parts), 1, -1):
            for item in self.items:
                column = item.column(".".join(parts[:end]))
                if column is not None:
                    return _fields(column, parts[end:])
        return None

    def visible(self) -> list[str]:
        """Every name that could be meant, for suggestions."""
        names = [*self.aliases, *self.scalars, *(name for item in self.items for name in item.columns)]
        return names + (self.parent.visible() if self.parent else [])

    def cte(self, name: str) -> Relation | None:
        if name in self.ctes:
            return self.ctes[name]
        return self.parent.cte(name) if self.parent else None


def _fields(base: Typed, names: list[str]) -> Typed | None:
    for index, name in enumerate(names):
        found = element_named(base, name, names[index:])
        if found is None:
            return None
        base, whole = found
        if whole:
            break
    return base


def _is_quoted(node: exp.Expr) -> bool:
    identifier = node.this if isinstance(node, exp.Column) else node
    return bool(identifier.args.get("quoted"))


def _named_constant(name: str) -> Typed | None:
    """nan and inf are literals in ClickHouse."""
    if name.lower() in ("nan", "inf", "infinity"):
        text = "nan" if name.lower() == "nan" else "inf"
        return Typed(f"CAST('{text}' AS DOUBLE)", FLOAT64, literal=float(text), constant=True)
    return None
