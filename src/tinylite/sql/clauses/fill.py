"""ORDER BY … WITH FILL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from tinylite.sql.emit import Select
from tinylite.sql.errors import Fault
from tinylite.sql.scope import Output, Scope


def filled(select: Select, columns: Sequence[Output], order: Sequence[tuple[int | None, exp.Ordered]],
           scope: Scope) -> str:  # fmt: skip
    raise Fault("TL406", "WITH FILL is not supported", order[0][1])
