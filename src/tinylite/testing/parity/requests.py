"""What is asked: the cases of tests/PIPE.yaml, then requests made from the parameters of a pipe."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from tinylite.project import Program
from tinylite.project.model import Case
from tinylite.project.program import Secrets
from tinylite.template import Parameter, sample_arguments
from tinylite.testing.asking import query_of
from tinylite.testing.recording import suggested

Texts = Mapping[str, Sequence[str]]
"""Of the data, by column: texts, and integers as such."""
_OF_TIME = re.compile(r"date|time|day|since|until|(^|_)(from|to|start|end)(_|$)", re.IGNORECASE)
_NUMBERS = ("0", "1", "2", "5", "10", "100")
_DAYS = (0, 1, 7, 30, 400)


@dataclass(frozen=True, slots=True)
class Request:
    """`query` is its query string. `is_made_up` when nobody wrote it."""

    pipe: str
    name: str
    query: str
    is_made_up: bool = False

    @property
    def path(self) -> str:
        return f"/v0/pipes/{self.pipe}.json"

    def __str__(self) -> str:
        return f"{self.pipe}?{self.query}" if self.query else self.pipe


def requests_of(
    pipe: str,
    program: Program,
    secrets: Secrets,
    cases: Sequence[Case],
    *,
    more: int,
    seed: int,
    values: Texts,
    days: Sequence[date] = (),
) -> list[Request]:
    """Each query string once. `more` are combinations by chance, with texts and days of the data."""
    found: dict[str, Request] = {}
    for case in cases:
        query = query_of(case.parameters)
        found.setdefault(query, Request(pipe, case.name, query))
    better = {
        parameter.name: pool[len(pool) // 2]
        for parameter in program.parameters
        if parameter.type == "String"
        and not (parameter.has_default or parameter.example or parameter.enum)
        and (pool := _pool(parameter.name, "String", values, days))
    }
    for name, _, arguments in suggested(program, secrets, better):
        query = urlencode(arguments)
        found.setdefault(query, Request(pipe, f"generated: {name}", query, is_made_up=True))
    for number, arguments in enumerate(_combinations(pipe, program, more, seed, values, days), start=1):
        query = urlencode(arguments)
        found.setdefault(query, Request(pipe, f"generated: combination {number}", query, is_made_up=True))
    return list(found.values())


def _combinations(
    pipe: str, program: Program, count: int, seed: int, values: Texts, days: Sequence[date]
) -> Iterator[dict[str, str]]:
    chance = random.Random(f"{seed} {pipe}")
    samples = sample_arguments(program.parameters)
    for _ in range(count if program.parameters else 0):
        arguments = {}
        for parameter in program.parameters:
            if parameter.required or not parameter.has_default or chance.random() < 0.5:
                arguments[parameter.name] = _value(parameter, chance, samples[parameter.name], values, days)
        yield arguments


def _value(parameter: Parameter, chance: random.Random, sample: str, values: Texts, days: Sequence[date]) -> str:
    kind = parameter.element if parameter.type == "Array" else parameter.type
    pool = [str(value) for value in parameter.enum] or list(_pool(parameter.name, kind, values, days)) or [sample]
    if parameter.type == "Array" and not parameter.enum:
        picked = [chance.choice([sample, *pool]) for _ in range(chance.randint(1, 3))]
        return ",".join(picked)
    return chance.choice(pool)


def _pool(name: str, kind: str, values: Texts, days: Sequence[date]) -> Sequence[str]:
    today = datetime.now(UTC).date()
    days = days or [today - timedelta(days=before) for before in _DAYS]
    match kind:
        case "Date":
            return [f"{day}" for day in days]
        case "DateTime":
            return [f"{day} 00:00:00" for day in days]
        case "DateTime64":
            return [f"{day} 00:00:00.000" for day in days]
        case "Boolean":
            return ("0", "1")
    if kind.startswith(("Int", "UInt", "Float")):
        return _NUMBERS
    if kind == "String" and name not in values and _OF_TIME.search(name):
        return [f"{day}" for day in days]
    return values.get(name, ()) if kind == "String" else ()
