"""Written projects with materialized views, and rows for their sources.

A section of `projects.md` is a project: its datafiles, and in a block `sql` the questions, a line each. Sources that no
view writes get rows made from their schemas, the same ones each time; those of dimensions (`dim_…`) come first.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.views.states import made
from tinylite.datafile import parse
from tinylite.datafile.model import Column, Datasource, Pipe
from tinylite.diagnostics import Source
from tinylite.types import Type

PAGE = Path(__file__).parent / "projects.md"
ROWS = 150
_CASE = re.compile(r"^## (.+)$", re.M)
_FILE = re.compile(r"^```\w+ (\S+\.(?:datasource|pipe))\n(.*?)^```$", re.M | re.S)
_READS = re.compile(r"^```sql\n(.*?)^```$", re.M | re.S)
_WORDS = ("ada", "bob", "cy", "dée", "", "o'neil", "Zoë")


@dataclass(frozen=True)
class Written:
    title: str
    files: dict[str, str]
    reads: tuple[str, ...]

    @cached_property
    def datasources(self) -> dict[str, Datasource]:
        return {r.name: r for r in self._resources if isinstance(r, Datasource)}

    @cached_property
    def views(self) -> list[Pipe]:
        return [r for r in self._resources if isinstance(r, Pipe)]

    @cached_property
    def _resources(self) -> list[object]:
        found = []
        for path, text in self.files.items():
            resource, faults = parse(Source(path, text), include=None)
            assert resource is not None and not faults, (self.title, faults)
            found.append(resource)
        return found

    @property
    def sources(self) -> list[Datasource]:
        """Dimensions first."""
        targets = {str(view.output.target) for view in self.views}
        found = [source for name, source in self.datasources.items() if name not in targets]
        return sorted(found, key=lambda source: not source.name.startswith("dim_"))

    def events(self, source: Datasource) -> list[str]:
        """A JSON line for each row."""
        chance = random.Random(f"{self.title} {source.name}")
        rows = 20 if source.name.startswith("dim_") else ROWS
        return [
            json.dumps(
                {c.name: _value(c, chance, number) for c in source.columns if c.default is None}, ensure_ascii=False
            )
            for number in range(rows)
        ]


def written() -> list[Written]:
    page = PAGE.read_text(encoding="utf-8")
    headings = list(_CASE.finditer(page))
    ends = [*(heading.start() for heading in headings[1:]), len(page)]
    found = [_project(heading[1], page[heading.end() : end]) for heading, end in zip(headings, ends, strict=True)]
    return [*found, *(Written(*project) for project in made())]


def _project(title: str, body: str) -> Written:
    reads = "\n".join(_READS.findall(body))
    return Written(title, dict(_FILE.findall(body)), tuple(line for line in reads.splitlines() if line.strip()))


def blocks(events: list[str], chance: random.Random) -> Iterator[list[str]]:
    """In random order, cut into blocks of random sizes: of one row, of some, of most."""
    events = chance.sample(events, len(events))
    while events:
        size = chance.choice((1, 3, 10, 40, 120))
        yield events[:size]
        events = events[size:]


def _value(column: Column, chance: random.Random, number: int) -> object:
    """`id` and `version` are unique; others come again often. Fractions are exact in binary: sums have no order."""
    if column.name in ("id", "version"):
        return number
    if column.type.nullable and chance.random() < 0.2:
        return None
    return _of_type(column.type.plain, chance)


def _of_type(type_: Type, chance: random.Random) -> object:
    if type_.is_float:
        return chance.randrange(-40, 400) / 4
    if type_.is_integer:
        return chance.randrange(12) if type_.is_unsigned else chance.choice((-1, 1))
    match type_.name:
        case "Date":
            return f"2024-01-{chance.randrange(1, 5):02}"
        case "DateTime":
            return f"2024-01-{chance.randrange(1, 4):02} {chance.randrange(4):02}:{chance.randrange(60):02}:00"
        case "Array":
            return [_of_type(type_.args[0], chance) for _ in range(chance.randrange(4))]
        case "Bool":
            return chance.random() < 0.5
    return chance.choice(_WORDS)
