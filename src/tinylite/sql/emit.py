"""A DuckDB SELECT under construction."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_FIELD = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\b(_[a-zA-Z]\w*)\.([a-z]\w*)\b(?!\s*\()""")


def with_fields(text: str) -> str:
    """In HAVING, DuckDB takes the field of a lambda's parameter for a column, unless that stands in brackets."""
    return _FIELD.sub(lambda found: f"({found[1]}).{found[2]}" if found[1] else found[0], text)


@dataclass(slots=True)
class Select:
    """The parts of a SELECT as texts. `limit` and `offset` are expressions."""

    items: list[str] = field(default_factory=list)
    distinct: str = ""
    from_: str = ""
    where: list[str] = field(default_factory=list)
    group: str = ""
    having: list[str] = field(default_factory=list)
    qualify: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    limit: str = ""
    offset: str = ""

    def sql(self) -> str:
        text = self._sql()
        return with_fields(text) if self.having else text

    def _sql(self) -> str:
        parts = [f"SELECT {self.distinct}{', '.join(self.items)}"]
        if self.from_:
            parts.append(f"FROM {self.from_}")
        if self.where:
            parts.append(f"WHERE {' AND '.join(self.where)}")
        if self.group:
            parts.append(f"GROUP BY {self.group}")
        if self.having:
            parts.append(f"HAVING {' AND '.join(self.having)}")
        if self.qualify:
            parts.append(f"QUALIFY {' AND '.join(self.qualify)}")
        if self.order:
            parts.append(f"ORDER BY {', '.join(self.order)}")
        if self.limit:
            parts.append(f"LIMIT {self.limit}")
        if self.offset:
            parts.append(f"OFFSET {self.offset}")
        return " ".join(parts)
