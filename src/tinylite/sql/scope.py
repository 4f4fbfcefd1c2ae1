"""What a name means at a place in a query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from sqlglot import exp

from tinylite.diagnostics import Diagnostic, did_you_mean
from tinylite.sql.access import element_named
from tinylite.sql.errors import Fault
from tinylite.sql.parse import DEFAULT_DATABASE
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


def outputs(columns: Iterable[tuple[str, Type]]) -> tuple[Output, ...]:
    """Columns with names for the DuckDB text: a name that occurs again (in DuckDB's eyes) gets a number."""
    taken: set[str] = set()
    found: list[Output] = []
    for name, type_ in columns:
        physical, number = name, 1
        while physical.lower() in taken:
            number += 1
            physical = f"{name}_{number}"
        taken.add(physical.lower())
        found.append(Output(name, type_, physical))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Relation:
    """Something to read from. `sql` is a DuckDB SELECT, or with `is_name` the quoted name of a table or CTE."""

    sql: str
    columns: tuple[Output, ...]
    is_name: bool = False
    totals: str | None = None
    limit: str = ""
    """Of the LIMIT at its end."""
    unlimited: str | None = None
    """The number of rows that come to that LIMIT, as a SELECT."""

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
    pads_with_null: bool = False
    """It fills them with NULL (join_use_nulls = 1)."""
    name: str = ""
    """The table's own name, by which it can be called beside its alias."""
    hidden: frozenset[str] = frozenset()
    """Columns that `*` leaves out: those of USING that the other side shows."""
    is_query: bool = False
    """A subquery or common table, not a stored one."""
    totals: str | None = None
    """The row of WITH TOTALS of a subquery, as a SELECT."""

    def is_called(self, parts: list[str]) -> bool:
        """By its alias or its own name, which the name of the database may stand before."""
        if len(parts) == 2 and parts[0] == DEFAULT_DATABASE:
            parts = parts[1:]
        return ".".join(parts) in (self.alias, self.name)

    def column(self, name: str) -> Typed | None:
        found = self.columns.get(name)
        if found is None or not self.padded or found.type.nullable:
            return found
        if self.pads_with_null:
            return replace(found, type=found.type.as_nullable())
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
    looked_up: dict[tuple[str, str], tuple[str, Relation]] = field(default_factory=dict)
    """What joinGet reads of a table, by its name and filter: the alias, and the rows."""
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


CallKey = tuple[str, bool, bool]


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
    using: tuple[str, ...] = ()
    """Columns of USING in the order in which `*` shows them, before all others: those of the last join first."""
    windows: dict[str, exp.Expr] = field(default_factory=dict)
    array_joins: dict[str, tuple[str, Typed]] = field(default_factory=dict)
    """arrayJoin() calls: text of the array → alias and element."""
    lambdas: list[dict[str, Typed]] = field(default_factory=list)
    resolving: list[str] = field(default_factory=list)
    met_again: set[str] = field(default_factory=set)
    """Aliases that were met inside of themselves, where they mean columns."""
    in_ring: bool = False
    resolved: dict[str, Typed] = field(default_factory=dict)
    folded: dict[str, Typed] = field(default_factory=dict)
    """What keys of GROUP BY are in the result, by their text, where it is not what they are in the input."""
    in_aggregate: bool = False
    """Inside of an aggregate's arguments, which are of the input."""
    repeats_calls: bool = False
    """Whether a call that is written twice must have one text: a key of GROUP BY, in which names are made up."""
    calls: dict[CallKey, Typed] = field(default_factory=dict)
    """Calls that were met, where they must have one text."""

    settings: Mapping[str, str] = field(default_factory=dict)
    """Those of SETTINGS that are honoured, of the queries around, too."""
    has_stars: bool = False
    """`*` or COLUMNS stands somewhere in the expressions."""
    has_subqueries: bool = False
    reads_outer: bool = False
    """Names columns of the query around it."""

    def child(self, *, correlated: bool) -> Scope:
        return Scope(self.context, self.query, parent=self, correlated=correlated, settings=self.settings)

    # -- lowering ---------------------------------------------------------------------------------------------------

    def lower(self, node: exp.Expr) -> Typed:
        """The DuckDB expression of a ClickHouse one. Raises Fault."""
        if self.folded and not self.in_aggregate and (key := self._folded_key(node)) is not None:
            return key
        lowering = self.context.lowerings.get(type(node))
        if lowering is None:
            raise Fault("TL406", f"{type(node).__name__} is not supported here", node)
        typed = lowering(node, self)
        if len(typed.sql) > MAX_EXPRESSION:
            raise Fault("TL410", "the expression grows too large when its aliases are replaced", node)
        return typed

    def fold(self, keys: dict[str, Typed]) -> None:
        """From here on the keys of GROUP BY, named by their texts, are what they are in the result."""
        self.folded = keys
        self.resolved.clear()

    def _folded_key(self, node: exp.Expr) -> Typed | None:
        """What the node is in the result when it is a key, as a whole."""
        folded, self.folded = self.folded, {}
        resolved, self.resolved = self.resolved, {}
        try:
            return folded.get(self.lower(node).value)
        finally:
            self.folded, self.resolved = folded, resolved

    @contextmanager
    def aggregating(self, *, windowed: bool) -> Iterator[None]:
        """For the arguments of an aggregate; those of a window function are of the result. Raises Fault inside of an
        aggregate.
        """
        if self.in_aggregate:
            raise Fault("TL405", "an aggregate function can't stand inside of another one")
        if windowed:
            yield
            return
        self.in_aggregate = True
        resolved, self.resolved = self.resolved, {}
        try:
            yield
        finally:
            self.in_aggregate, self.resolved = False, resolved

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
            found = self.parent._compound(parts)
            self.reads_outer = self.reads_outer or (found is not None and not found.constant)
            return found
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
        if name in self.aliases or name in self.scalars:
            if name not in self.resolving:
                return self._alias(name, self.aliases[name] if name in self.aliases else self.scalars[name])
            self.met_again.add(name)
        if name in self.merged:
            return self.merged[name]
        for item in self.items:
            if (column := item.column(name)) is not None:
                return column
        return None

    def _alias(self, name: str, node: exp.Expr) -> Typed:
        if name in self.resolved and not self.lambdas:
            return self.resolved[name]
        outer, self.met_again = self.met_again, set()
        self.resolving.append(name)
        try:
            typed = self.lower(node)
        finally:
            self.resolving.pop()
            met = self.met_again - {name}
            self.met_again = outer | met
        if any(self.resolving.index(other) < len(self.resolving) - 1 for other in met if other in self.resolving):
            raise Fault("TL405", f"the aliases {', '.join([*sorted(met), name])} are made of each other", node)
        self.in_ring = self.in_ring or bool(met)
        if not self.resolving and not self.lambdas:
            # In `a AS b, b AS a` each is the other column: what b is inside of a is not what it is by itself.
            if not self.in_ring:
                self.resolved[name] = typed
            self.in_ring = False
        return typed

    def call_key(self, node: exp.Expr) -> CallKey | None:
        """What a call is known by in `calls`; None where its names may mean something else than they do elsewhere."""
        if not self.repeats_calls or self.lambdas:
            return None
        if self.resolving and any(column.name in self.resolving for column in node.find_all(exp.Column)):
            return None
        return node.sql(), self.in_aggregate, bool(self.folded)

    def lower_aliased(self, name: str, node: exp.Expr) -> Typed:
        """The expression behind an alias: inside it, the name means the column."""
        return self._alias(name, node)

    def _qualified(self, parts: list[str]) -> Typed | None:
        """table.column, database.table.column, or a column whose own name has dots; then fields of it."""
        for item in self.items:
            for used in (1, 2):
                if len(parts) > used and item.is_called(parts[:used]):
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

    def shown_name(self, parts: list[str]) -> str:
        """How a column is called in the result: without its table, unless the bare name means something else."""
        for item in self.items:
            for used in (1, 2):
                if len(parts) > used and item.is_called(parts[:used]) and parts[used] in item.columns:
                    return ".".join([self.column_name(item, parts[used], parts[used - 1]), *parts[used + 1 :]])
        return ".".join(parts)

    def column_name(self, item: FromItem, name: str, table: str) -> str:
        """ClickHouse prefers the left table of a single join; in longer chains all are qualified."""
        is_first = item is self.items[0] and len(self.items) == 2
        ambiguous = not is_first and any(other is not item and name in other.columns for other in self.items)
        return f"{table}.{name}" if table and (ambiguous or name in self.aliases or name in self.scalars) else name

    def is_own(self, value: Typed) -> bool:
        """Whether it reads a column of this SELECT's tables, and not of the queries around."""
        return any(f"{quoted(item.sql_alias)}." in value.sql for item in self.items)

    def function(self, node: exp.Expr) -> exp.Lambda | None:
        """A lambda, written here or named in a WITH."""
        if isinstance(node, exp.Lambda):
            return node
        if not isinstance(node, exp.Column) or node.table:
            return None
        found = self.scalars.get(node.name)
        if found is None and self.parent is not None:
            return self.parent.function(node)
        return found if isinstance(found, exp.Lambda) else None

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
