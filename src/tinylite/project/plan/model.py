"""A plan as plain values, which can be sent as JSON and read back. Files have lines from 1; 0 is no place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Changed = Literal["added", "changed", "removed"]
SHARED, FRESH = "shared", "fresh"


@dataclass(frozen=True, slots=True)
class ResourceChange:
    kind: str
    """datasource, pipe or connection."""
    name: str
    change: Changed
    file: str
    line: int
    details: tuple[str, ...] = ()
    """What is other in it, apart from the schema."""


@dataclass(frozen=True, slots=True)
class ColumnChange:
    name: str
    change: Changed
    before: str
    after: str
    how: str
    """What becomes of the rows that are there."""


@dataclass(frozen=True, slots=True)
class SettingChange:
    """An instruction of the engine."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SchemaChange:
    datasource: str
    columns: tuple[ColumnChange, ...]
    settings: tuple[SettingChange, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of the table of a data source. A `fresh` one is filled from the live one by `carry`, FORWARD_QUERY
    or casts, and then by `views` from their sources; a `shared` one is that of the live deployment.
    """

    datasource: str
    table: str
    """shared or fresh."""
    carry: str = ""
    """forward_query, casts or nothing."""
    views: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Movement:
    """Rows that are read to fill a table; None where that is not known. Time and space are estimates."""

    datasource: str
    kind: str
    """forward_query, casts or views."""
    sources: tuple[str, ...]
    views: tuple[str, ...]
    rows: int | None
    seconds: float | None
    bytes: int | None


@dataclass(frozen=True, slots=True)
class ContractChange:
    """What callers of an endpoint will see. `effect` is additive or breaking."""

    endpoint: str
    what: str
    effect: str
    file: str
    line: int

    @property
    def text(self) -> str:
        """By which it is accepted."""
        return f"{self.endpoint}: {self.what}"


@dataclass(frozen=True, slots=True)
class Destruction:
    datasource: str
    what: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the change can't be made, and what to write."""

    code: str
    message: str
    file: str
    line: int
    hint: str


@dataclass(frozen=True, slots=True)
class TokenChange:
    """Scopes of a token that the datafiles give; `added` and `removed` are pairs of a scope and a resource."""

    token: str
    change: Changed
    added: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    resources: tuple[ResourceChange, ...] = ()
    schemas: tuple[SchemaChange, ...] = ()
    steps: tuple[Step, ...] = ()
    """Of all data sources of the new version, in their order."""
    movements: tuple[Movement, ...] = ()
    contracts: tuple[ContractChange, ...] = ()
    destructive: tuple[Destruction, ...] = ()
    tokens: tuple[TokenChange, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        return not (self.resources or self.tokens)

    def names(self, kind: str, change: Changed) -> list[str]:
        return [found.name for found in self.resources if found.kind == kind and found.change == change]

    def unaccepted(self, accepted: tuple[str, ...] = ()) -> list[ContractChange]:
        """Breaking changes that nobody has said yes to."""
        return [found for found in self.contracts if found.effect == "breaking" and found.text not in accepted]

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Plan:
        """Fields that this version does not know are left out."""
        return cls(
            resources=_all(ResourceChange, data.get("resources")),
            schemas=tuple(
                SchemaChange(
                    each["datasource"], _all(ColumnChange, each["columns"]), _all(SettingChange, each["settings"])
                )
                for each in data.get("schemas") or ()
            ),
            steps=_all(Step, data.get("steps")),
            movements=_all(Movement, data.get("movements")),
            contracts=_all(ContractChange, data.get("contracts")),
            destructive=_all(Destruction, data.get("destructive")),
            tokens=_all(TokenChange, data.get("tokens")),
            notes=tuple(data.get("notes") or ()),
            problems=_all(Problem, data.get("problems")),
        )


def _all(kind: Any, found: Any) -> Any:
    known = kind.__dataclass_fields__
    return tuple(
        kind(**{name: _frozen(value) for name, value in each.items() if name in known}) for each in found or ()
    )


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
