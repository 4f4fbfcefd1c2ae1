"""What a probe's outcome means, given what is expected of it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.sql.compare import difference
from tests.sql.embedded import Embedded, Outcome
from tests.sql.probe import Probe


@dataclass(frozen=True, slots=True)
class Verdict:
    """`stage` is "" when the answer is ClickHouse's, `answer` when it is another one, else the outcome's stage.

    `fault` is None when the probe does what its state says.
    """

    probe: Probe
    outcome: Outcome
    stage: str
    detail: str
    fault: str | None


def judge(engine: Embedded, probe: Probe) -> Verdict:
    outcome = engine.answer(probe.sql)
    stage, detail = _compared(probe, outcome)
    return Verdict(probe, outcome, stage, detail, _fault(probe, stage, detail))


def _compared(probe: Probe, outcome: Outcome) -> tuple[str, str]:
    """A statement that ClickHouse refuses must be refused, at build or at run time."""
    if "error" in probe.answer and outcome.stage in ("refused", "engine"):
        return "", ""
    if outcome.answer is None:
        return outcome.stage, outcome.failure
    found = difference(probe.answer, outcome.answer, ordered=probe.ordered, bound=probe.state.bound)
    return ("answer", found) if found else ("", "")


def _fault(probe: Probe, stage: str, detail: str) -> str | None:
    match probe.state.name:
        case "differs":
            return f"marked differs, but is equal: {probe.state.note}" if not stage else None
        case "refused":
            if stage in ("refused", "engine"):
                return None
            return f"marked refused ({probe.state.note}), but {f'{stage}: {detail}' if stage else 'is equal'}"
        case _:
            return f"{stage}: {detail}" if stage else None
