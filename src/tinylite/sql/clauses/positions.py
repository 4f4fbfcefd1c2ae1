"""Numbers in GROUP BY, ORDER BY and LIMIT BY: places in the SELECT list."""

from __future__ import annotations

from sqlglot import exp

from tinylite.sql.errors import Fault


def position(node: exp.Expr, size: int) -> int | None:
    """The place, from 1, that a bare number means; a negative one counts from the end. None for anything else."""
    negative = isinstance(node, exp.Neg)
    number = node.this if negative else node
    if not isinstance(number, exp.Literal) or number.is_string or not number.this.isdigit():
        return None
    place = size + 1 - int(number.this) if negative else int(number.this)
    if not 1 <= place <= size:
        raise Fault("TL405", f"there is no column {'-' if negative else ''}{number.this} in the SELECT list", node)
    return place
