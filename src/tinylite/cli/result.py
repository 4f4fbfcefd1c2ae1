"""What a command has to say. Commands return it; views print it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tinylite.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that stands out."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]

    @classmethod
    def of(cls, objects: Sequence[Mapping[str, object]], columns: Sequence[str]) -> Table:
        return cls(columns, [[each[column] for column in columns] for each in objects])


@dataclass(frozen=True, slots=True)
class Faults:
    diagnostics: Sequence[Diagnostic]
    folder: Path = Path()
    """Where the project lies: the diagnostics' paths begin there."""
    asked_for: bool = False
    """They are the answer, not the reason why there is none."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes that are shown as they are, by every view."""

    content: bytes


Block = str | Heading | Table | Faults | Raw


@dataclass(frozen=True, slots=True)
class Result:
    """The same thing twice: `blocks` for a person, in order, and `data` for a program."""

    blocks: Sequence[Block] = ()
    data: object = field(default_factory=dict)
    """What can be written as JSON, or Raw when it is JSON already."""
    failed: bool = False

    @property
    def status(self) -> int:
        """The exit status."""
        return 1 if self.failed else 0


def counted(count: int, what: str) -> str:
    """`1 row`, `2,000 rows`."""
    return f"{count:,} {what}{'s' * (count != 1)}"


def faulty(diagnostics: Iterable[Diagnostic]) -> Result:
    """A command that could not do what it was asked."""
    found = tuple(diagnostics)
    return Result((Faults(found),), faults_data(found), failed=True)


def faults_data(diagnostics: Sequence[Diagnostic]) -> dict[str, object]:
    """Diagnostics for a program, in the one shape that all commands give them."""
    from tinylite.diagnostics.render.json import document

    return document(diagnostics)
