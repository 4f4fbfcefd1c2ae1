"""How an aggregate is declared.

A declaration makes its text out of `Parts`: `p.call("sum", …)` for each DuckDB aggregate in it, so that conditions,
windows and combinators can be put around it (see rows.py). A state is kept as `sql/physical.py` says. Where nothing
else is declared it is the list of the arguments of every row, which serves any aggregate; `State` is for those that can
go on with less.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from tinylite.sql.aggregates.rows import Rows, Unique
from tinylite.sql.functions.catalog import fill
from tinylite.sql.typed import Typed
from tinylite.types import Type

Empty = Literal["default", "nan", "inf", "ones", "never"]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a text is made of: arguments, parameters, and the rows to run over."""

    args: Sequence[Typed]
    parameters: Sequence[object]
    rows: Rows
    unique: Unique

    def call(self, function: str, *templates: str) -> str:
        """A DuckDB aggregate; in the templates `{0}` is the first argument."""
        return self.rows.call(function, *(self.fill(template) for template in templates))

    def collect(self, template: str = "{0:exact}") -> str:
        return self.rows.collect(self.fill(template))

    def fill(self, template: str) -> str:
        return fill(template, self.args)

    def whole(self, index: int, default: int) -> int:
        """A parameter that is a whole number."""
        return int(str(self.parameters[index])) if len(self.parameters) > index else default


Text = Callable[[Parts], str]
Result = Type | Callable[[Sequence[Type], Sequence[object]], Type]


@dataclass(frozen=True, slots=True)
class State:
    """`make` builds one of rows; `merge` reads the result out of rows of states (argument 0); `combine` makes one of
    many. All pass over NULL, the state of no rows."""

    make: Text
    merge: Text
    combine: Text


@dataclass(frozen=True, slots=True)
class AggregateFunction:
    """`empty` is what an aggregate of no rows gives, where its text is NULL then.

    `nullable` says whether a Nullable argument makes the result Nullable: not for counts and arrays.
    `skips_nulls` asks for a filter, where DuckDB keeps NULLs. `keeps_nulls` is for aggregates that look at NULLs.
    """

    name: str
    signature: str
    result: Result
    sql: Text
    empty: Empty = "default"
    nullable: bool = True
    skips_nulls: bool = False
    keeps_nulls: bool = False
    parameters: str = ""
    """Kinds of the parameters, as in signatures; numbers are checked when they are used."""
    state: State | None = None
    aliases: tuple[str, ...] = ()
    case_insensitive: bool = False
    window_only: bool = False
    doc: str = ""

    def result_type(self, types: Sequence[Type], parameters: Sequence[object]) -> Type:
        return self.result if isinstance(self.result, Type) else self.result(types, parameters)


def native(function: str, *templates: str) -> Text:
    """One DuckDB aggregate."""
    return lambda p: p.call(function, *templates)


def first(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    """The result type of aggregates that give one of their values."""
    return types[0]


def type_of_first(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    """The result type of aggregates that calculate with their values."""
    return types[0].bare


def array_of_first(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    return Type("Array", (types[0],))
