"""What a token allows, piece by piece: `PIPES:READ:top_pages`, `DATASOURCES:READ:hits:tenant = 'a'`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Need = Literal["none", "one", "filtered"]
# The vendor's kinds, and whether they name a resource.
KINDS: Mapping[str, Need] = {
    "ADMIN": "none",
    "TOKENS": "none",
    "WORKSPACE:READ_ALL": "none",
    "DATASOURCES:CREATE": "none",
    "DATASOURCES:READ": "filtered",
    "DATASOURCES:APPEND": "one",
    "DATASOURCES:DROP": "one",
    "PIPES:CREATE": "none",
    "PIPES:READ": "one",
    "PIPES:DROP": "one",
}
_READS = frozenset({"DATASOURCES:READ", "PIPES:READ"})


class InvalidScope(ValueError):
    """A scope that does not exist, or lacks its resource."""


@dataclass(frozen=True, slots=True)
class Scope:
    """`filter` is a condition on the rows of a data source, in ClickHouse's SQL. `fixed_params` are parameters of an
    endpoint that the caller can't choose.
    """

    kind: str
    resource: str = ""
    filter: str = ""
    fixed_params: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        need = KINDS.get(self.kind)
        if need is None:
            raise InvalidScope(f"there is no scope {self.kind}; there are {', '.join(KINDS)}")
        if (need == "none") == bool(self.resource):
            raise InvalidScope(f"{self.kind} {'names no resource' if self.resource else 'needs a resource'}")
        if self.filter and need != "filtered":
            raise InvalidScope(f"{self.kind} has no filter; DATASOURCES:READ has")
        if self.fixed_params and self.kind != "PIPES:READ":
            raise InvalidScope(f"{self.kind} has no fixed_params; PIPES:READ has")

    @classmethod
    def parse(cls, text: str) -> Scope:
        """Raises InvalidScope."""
        kind = next((kind for kind in KINDS if text == kind or text.startswith(f"{kind}:")), None)
        if kind is None:
            raise InvalidScope(f"there is no scope {text}; there are {', '.join(KINDS)}")
        resource, _, condition = text[len(kind) + 1 :].partition(":")
        return cls(kind, resource.strip(), condition.strip())

    def __str__(self) -> str:
        return ":".join(part for part in (self.kind, self.resource, self.filter) if part)

    def covers(self, kind: str, resource: str) -> bool:
        """Whether this scope alone allows it."""
        if self.kind == "ADMIN" or (self.kind == kind and self.resource == resource):
            return True
        if self.kind == "WORKSPACE:READ_ALL":
            return kind in _READS
        return self.kind == "DATASOURCES:CREATE" and kind == "DATASOURCES:APPEND"
