"""DuckDB texts over lists that several families share."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tinylite.sql.casts import coerce
from tinylite.sql.functions.conditions import common_type
from tinylite.sql.typed import Typed
from tinylite.types import Type
from tinylite.types.model import array

_SIMPLE = re.compile(r'[\w."]{1,60}|CAST\([\w."]{1,60} AS DOUBLE\)')


def let(name: str, value: str, body: str) -> str:
    """`body`, in which `name` stands for `value`: computed once. Columns and literals stand there themselves."""
    if _SIMPLE.fullmatch(value):
        return re.sub(rf"\b{name}\b", lambda match: value, body)
    return f"list_transform([{value}], lambda {name}: {body})[1]"


def same_length(lists: Sequence[Typed], body: str) -> str:
    """`body`, or an error when the lists are not equally long."""
    first, *others = dict.fromkeys(item.sql for item in lists)
    if not others:
        return body
    test = " AND ".join(f"len({first}) = len({other})" for other in others)
    return f"(CASE WHEN {test} THEN {body} ELSE error('Arrays passed to the function must have equal size') END)"


def of_one_type(arrays: Sequence[Typed]) -> tuple[Type, list[str]]:
    """The type that holds all elements, and the arrays' texts in it. Raises Fault."""
    type_ = common_type([Typed("", arg.type) for arg in arrays])
    return type_, [coerce(arg, type_) for arg in arrays]


def list_of(element: Type, sql: str) -> Typed:
    return Typed(sql, array(element))
