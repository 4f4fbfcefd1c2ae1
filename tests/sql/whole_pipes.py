"""Whole pipes: nodes that read each other, with parameters, as projects write them.

A file of `pipes/` holds the nodes, each after a line `-- node: name`, and before them what it is for and its requests,
a line `-- parameters: {…}` each. The last node is the endpoint. ClickHouse gets the nodes as common tables of one
statement; the embedded engine gets them as the queries that they are.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.sql.clickhouse import ClickHouse
from tests.sql.compare import difference
from tests.sql.embedded import TABLES, Embedded
from tests.sql.probe import Probe
from tinylite.diagnostics import Source
from tinylite.sql.query import Query, Table

FOLDER = Path(__file__).parent / "pipes"
RECORD = FOLDER / "answers.jsonl"

Parameters = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pipe:
    name: str
    nodes: tuple[tuple[str, str], ...]
    """Name and SQL, the endpoint last."""
    requests: tuple[Parameters, ...]

    @property
    def reads(self) -> dict[str, Query | Table]:
        """What names mean in the endpoint: tables, and the nodes before it."""
        known = dict(TABLES)
        for name, sql in self.nodes[:-1]:
            known[name] = Query(name, Source(f"{self.name}/{name}", sql), dict(known))
        return known

    @property
    def statement(self) -> str:
        """All of it in one statement."""
        *before, (_, endpoint) = self.nodes
        if not before:
            return endpoint
        tables = ",\n".join(f"{name} AS (\n{sql}\n)" for name, sql in before)
        own = re.match(r"\s*WITH\b(?!\s+RECURSIVE)", endpoint, re.I)
        return f"WITH {tables},{endpoint[own.end() :]}" if own else f"WITH {tables}\n{endpoint}"


def load() -> list[Pipe]:
    return [_parse(path) for path in sorted(FOLDER.glob("*.sql"))]


def _parse(path: Path) -> Pipe:
    head, *parts = re.split(r"^-- node: *(\w+) *$", path.read_text(encoding="utf-8"), flags=re.M)
    requests = tuple(json.loads(text) for text in re.findall(r"^-- parameters: *(\{.*\})$", head, re.M))
    nodes = tuple((name, sql.strip().removesuffix(";")) for name, sql in zip(parts[::2], parts[1::2], strict=True))
    return Pipe(path.stem, nodes, requests or ({},))


def read_record() -> dict[tuple[str, str], dict[str, Any]]:
    """(pipe, parameters as JSON) → ClickHouse's answer."""
    with RECORD.open(encoding="utf-8") as lines:
        bodies = [json.loads(line) for line in lines]
    return {_key(body): body["answer"] for body in bodies}


def _key(body: dict[str, Any]) -> tuple[str, str]:
    return body["pipe"], json.dumps(body["parameters"])


def record(clickhouse: ClickHouse, *, check: bool) -> int:
    """Ask for every answer; write them down, or with `check` count those that are not as recorded."""
    bodies: list[dict[str, Any]] = [
        {"pipe": pipe.name, "parameters": request, "answer": clickhouse.answer(pipe.statement, request)}
        for pipe in load()
        for request in pipe.requests
    ]
    known = read_record() if RECORD.exists() else {}
    changed = [body for body in bodies if repr(known.get(_key(body))) != repr(body["answer"])]
    if not check:
        RECORD.write_text("".join(json.dumps(body, ensure_ascii=False) + "\n" for body in bodies), encoding="utf-8")
    for body in changed if check else ():
        print(f"pipe {body['pipe']} {body['parameters']} answers {body['answer']}")
    print(f"pipes: {len(bodies)} requests, {len(changed)} {'differ' if check else 'recorded'}")
    return len(changed)


def fault(engine: Embedded, pipe: Pipe, parameters: Parameters, answer: dict[str, Any]) -> str | None:
    """What is wrong with the embedded engine's answer to one request, or None."""
    _, endpoint = pipe.nodes[-1]
    outcome = engine.answer(endpoint, parameters, pipe.reads)
    if outcome.answer is None:
        return f"{outcome.stage}: {outcome.failure}"
    return difference(answer, outcome.answer, ordered=Probe(endpoint).ordered, bound=1e-12)
