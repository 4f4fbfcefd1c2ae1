"""How far the embedded engine answers as ClickHouse does: `python -m tests.sql.report [--docs] [--ledger]`.

Prints a row a family. `--docs` writes docs/sql-coverage.md, with every difference and refusal and its reason, from the
record alone: that the record is true is what the tests of the probes say. `--ledger` runs every probe and writes those
that fail to the ledger of known failures: to be used when the ledger shrinks.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.sql import whole_pipes
from tests.sql.embedded import Embedded
from tests.sql.probe import FOLDER, LEDGER, VERSION, Probe, read_ledger, read_record, recorded_families
from tests.sql.verdict import judge

DOCS = Path(__file__).parents[2] / "docs" / "sql-coverage.md"
_COLUMNS = ("equal", "approx", "differs", "refused", "failing")
_EXAMPLES = 4


@dataclass(frozen=True, slots=True)
class Family:
    """The probes of one record; `failing` are the ids of those that do not do what their state says."""

    name: str
    probes: tuple[Probe, ...]
    failing: frozenset[str]

    @property
    def title(self) -> str:
        return self.name.removeprefix("matrix_").replace("_", " ") + (" (matrix)" if "matrix_" in self.name else "")

    def counts(self) -> Counter[str]:
        return Counter("failing" if probe.id in self.failing else probe.state.name for probe in self.probes)

    def reasons(self, state: str) -> dict[str, list[str]]:
        """The statements of a state by the reason that they name."""
        found: dict[str, list[str]] = {}
        for probe in self.probes:
            if probe.state.name == state:
                found.setdefault(probe.state.note, []).append(" ".join(probe.sql.split()))
        return found


def recorded() -> list[Family]:
    """As the record and the ledger say."""
    known = read_ledger()
    return [Family(name, tuple(read_record(FOLDER / f"{name}.jsonl")), known) for name in recorded_families()]


def judged() -> list[Family]:
    """As the engine does now."""
    engine, found = Embedded(), []
    for family in recorded():
        failing = frozenset(probe.id for probe in family.probes if judge(engine, probe).fault)
        found.append(Family(family.name, family.probes, failing))
    return found


def table(families: list[Family]) -> str:
    """A Markdown table, its last row the sum."""
    lines = ["| family | probes | " + " | ".join(_COLUMNS) + " |", "|---|" + "---:|" * (len(_COLUMNS) + 1)]
    total: Counter[str] = Counter()
    for family in families:
        counts = family.counts()
        total += counts
        lines.append(_row(family.title, counts))
    return "\n".join([*lines, _row("**all**", total)])


def _row(name: str, counts: Counter[str]) -> str:
    return f"| {name} | {counts.total()} | " + " | ".join(str(counts[column]) for column in _COLUMNS) + " |"


def page(families: list[Family]) -> str:
    """docs/sql-coverage.md."""
    version = VERSION.read_text(encoding="utf-8").strip()
    parts = [
        "# How far the embedded engine answers as ClickHouse does",
        f"""\
Each probe is a statement over the data set of `tests/sql/tables`; its answer, that is names, types and rows, was
recorded from ClickHouse {version}. Every test run asks the embedded engine all of them again.

- *equal*: the same answer, or both refuse.
- *approx*: the same within the bound that the probe names, 5 % at most for estimates, 1e-9 for sums of floats.
- *differs*: another answer, known and for the reason that stands below.
- *refused*: an error that says what is not supported, where ClickHouse has an answer.
- *failing*: still to be done.

A matrix asks one function with every type, with edge values, and with NULL, constant and column arguments. This page is
written by `make docs`.""",
        table(families),
    ]
    for family in families:
        entries = [
            f"- {heading}: {reason}. {_examples(statements)}"
            for state, heading in (("differs", "Differs"), ("refused", "Refused"))
            for reason, statements in sorted(family.reasons(state).items())
        ]
        if entries:
            parts += [f"## {family.title.capitalize()}", "\n".join(entries)]
    return "\n\n".join(parts) + "\n"


def _examples(statements: list[str]) -> str:
    more = len(statements) - _EXAMPLES
    return ", ".join(map(_code, statements[:_EXAMPLES])) + (f" and {more} more" if more > 0 else "")


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def ledger(families: list[Family], failing_pipes: list[str]) -> str:
    faults = [(family.name, probe) for family in families for probe in family.probes if probe.id in family.failing]
    lines = [f"pipe:{name}" for name in failing_pipes]
    lines += [f"{probe.id} {name}: {' '.join(probe.sql.split())}" for name, probe in faults]
    return "".join(f"{line}\n" for line in lines)


def failing_pipes() -> list[str]:
    engine, record = Embedded(), whole_pipes.read_record()
    return [
        pipe.name
        for pipe in whole_pipes.load()
        if any(whole_pipes.fault(engine, pipe, r, record[pipe.name, json.dumps(r)]) for r in pipe.requests)
    ]


def main(arguments: list[str]) -> int:
    if "--docs" in arguments:
        DOCS.write_text(page(recorded()), encoding="utf-8")
        return 0
    families = judged()
    print(table(families))
    if "--ledger" in arguments:
        LEDGER.write_text(ledger(families, failing_pipes()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
