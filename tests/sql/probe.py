"""Probes: a statement, what is expected of the embedded engine, and ClickHouse's recorded answer.

Sources are `probes/<family>.sql`, statements that end in `;` at the end of a line, and the modules of `matrices`, which
make statements systematically. Comment lines before a statement are notes, except these:

    -- state: approx 0.02          how this one is compared (equal when nothing is said)
    -- default: approx 1e-12       how the rest of the file is compared
    -- each: on                    from here, SELECT a, b FROM … is two probes, SELECT a FROM … and SELECT b FROM …

States: `equal`; `approx <relative bound>`; `differs <reason>`; `refused <reason>`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "probes"
VERSION = FOLDER / "VERSION"
LEDGER = Path(__file__).parent / "ledger.txt"

_STATES = ("equal", "approx", "differs", "refused")
_HEADER = re.compile(r"--\s*(state|default|each):\s*(\w+)\s*(.*)$")
_BRACKETED = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]")
_OPAQUE = re.compile(r"'(?:[^'\\]|\\.|'')*'|\"[^\"]*\"|`[^`]*`|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/", re.S)


@dataclass(frozen=True, slots=True)
class State:
    """`note` is the reason of differs and refused, the bound of approx."""

    name: str = "equal"
    note: str = ""

    @property
    def bound(self) -> float:
        return float(self.note) if self.name == "approx" else 0.0


@dataclass(frozen=True, slots=True)
class Probe:
    sql: str
    state: State = State()
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Stable: it depends on the words of the statement only."""
        return hashlib.sha256(" ".join(self.sql.split()).encode()).hexdigest()[:10]

    @property
    def ordered(self) -> bool:
        """The outermost SELECT has an ORDER BY."""
        return re.search(r"\bORDER\s+BY\b", _hidden(self.sql), re.I) is not None


def parse_state(name: str, note: str) -> State:
    """Raises ValueError: an unknown state, a bound that is no number, a missing reason."""
    if name not in _STATES:
        raise ValueError(f"unknown state {name!r}")
    if name != "equal" and not note:
        raise ValueError(f"{name} needs a {'bound' if name == 'approx' else 'reason'}")
    state = State(name, note)
    if name == "approx" and not 0 < state.bound < 1:
        raise ValueError(f"approx needs a bound between 0 and 1, not {note!r}")
    return state


def parse_source(text: str) -> Iterator[Probe]:
    """Raises ValueError: a bad header, a statement without its end."""
    default, each = State(), False
    state: State | None = None
    lines: list[str] = []
    for line in text.splitlines():
        stripped = line.strip()
        if not lines and (not stripped or stripped.startswith("--")):
            match header.groups() if (header := _HEADER.match(stripped)) else ("", "", ""):
                case "each", switch, _:
                    each = switch == "on"
                case "default", name, note:
                    default = parse_state(name, note)
                case "state", name, note:
                    state = parse_state(name, note)
            continue
        lines.append(line)
        if stripped.endswith(";"):
            statement = "\n".join(lines).rstrip().removesuffix(";")
            yield from (Probe(sql, state or default) for sql in (_single_items(statement) if each else [statement]))
            state, lines = None, []
    if lines:
        raise ValueError(f"the last statement has no ';': {lines[0]}")


def _single_items(statement: str) -> list[str]:
    """`SELECT a, b FROM t` as one statement an item. One that names its items, or is no plain SELECT, stays whole."""
    head = re.match(r"SELECT\s+(?!DISTINCT)", statement, re.I)
    hidden = _hidden(statement)
    if not head or re.search(r"\bAS\b|\bUNION\b", hidden, re.I):
        return [statement]
    tail = re.search(r"(?<!DISTINCT)\sFROM\s", hidden, re.I)
    end = tail.start() if tail else len(statement)
    cuts = [head.end() - 1, *(i for i in range(head.end(), end) if hidden[i] == ","), end]
    items = [statement[start + 1 : stop].strip() for start, stop in pairwise(cuts)]
    return [f"SELECT {item}{statement[end:]}" for item in items]


def _hidden(text: str) -> str:
    """The text at its length, with all that stands in quotes, comments and brackets blanked."""
    text = _OPAQUE.sub(lambda found: "_" * len(found.group()), text)
    before = ""
    while text != before:
        text, before = _BRACKETED.sub(lambda found: "_" * len(found.group()), text), text
    return text


def recorded_families() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.jsonl"))


def read_record(path: Path) -> list[Probe]:
    with path.open(encoding="utf-8") as lines:
        bodies = [json.loads(line) for line in lines]
    return [Probe(body["sql"], State(**body["state"]), body["answer"]) for body in bodies]


def write_record(path: Path, probes: Iterable[Probe]) -> None:
    bodies = (
        {"id": probe.id, "sql": probe.sql, "state": asdict(probe.state), "answer": probe.answer} for probe in probes
    )
    text = "".join(json.dumps(body, ensure_ascii=False) + "\n" for body in bodies)
    path.write_text(text, encoding="utf-8")


def read_ledger() -> frozenset[str]:
    """Ids of probes that are known to fail: work to be done."""
    if not LEDGER.exists():
        return frozenset()
    return frozenset(line.split()[0] for line in LEDGER.read_text(encoding="utf-8").splitlines() if line.strip())
