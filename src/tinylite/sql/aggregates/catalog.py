"""How an aggregate is declared.

The texts are templates: `{0}` an argument, `{p0}` a parameter (`quantile(0.9)`), `{d}` where DISTINCT goes, and `{f}`
behind every DuckDB aggregate in it, where FILTER and OVER go. States are kept as `sql/physical.py` says: `make` builds
one, `merge` reads the result out of a column `{0}` of them, `combine` makes one of many.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from tinylite.sql.typed import Typed
from tinylite.types import Type

Empty = Literal["default", "nan", "null"]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a text is made of. `distinct` goes before an aggregate's first argument, `after` behind its brackets."""

    args: Sequence[Typed]
    parameters: Sequence[object]
    distinct: str
    after: str


Template = str | Callable[[Parts], str]
Result = Type | Callable[[Sequence[Type], Sequence[object]], Type]


@dataclass(frozen=True, slots=True)
class State:
    make: str
    merge: Template
    combine: str


@dataclass(frozen=True, slots=True)
class AggregateFunction:
    """`empty` is what an aggregate of no rows gives. `skips_nulls` asks for a filter, where DuckDB keeps NULLs.

    `nullable` says whether a Nullable argument makes the result Nullable: not for counts and arrays.
    """

    name: str
    signature: str
    result: Result
    sql: Template
    empty: Empty = "default"
    nullable: bool = True
    skips_nulls: bool = False
    parameters: str = ""
    """Kinds of the parameters, as in signatures; numbers are checked when they are used."""
    state: State | None = None
    aliases: tuple[str, ...] = ()
    case_insensitive: bool = False
    window_only: bool = False
    doc: str = ""

    def result_type(self, types: Sequence[Type], parameters: Sequence[object]) -> Type:
        return self.result if isinstance(self.result, Type) else self.result(types, parameters)
