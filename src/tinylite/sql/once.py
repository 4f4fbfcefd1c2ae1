"""An expression that is computed once, however often a text needs it."""

from __future__ import annotations

import re
from collections.abc import Callable

_SIMPLE = re.compile(r'"[^"]+"(?:\."[^"]+")?|[0-9.]+|\'[^\']{0,40}\'|\$\w+|_\w+')


def once(sql: str, name: str, body: Callable[[str], str]) -> str:
    """`body` over `name`, which stands for `sql`. Columns, parameters and short literals stand there themselves.

    DuckDB has no LET; a lambda over a list of one is one. Nested ones need names of their own, in the body only.
    """
    if _SIMPLE.fullmatch(sql):
        return body(sql)
    return f"list_transform([{sql}], lambda {name}: {body(name)})[1]"
