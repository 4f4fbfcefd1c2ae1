"""Takes the answers of now over as the expected ones."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import urlencode

from tinylite.datafile.model import Pipe
from tinylite.diagnostics import DiagnosticError
from tinylite.project import Program, Project
from tinylite.project.program import Secrets
from tinylite.template import CustomError, sample_arguments
from tinylite.testing.asking import InProcess
from tinylite.testing.expectations import Expectation, created, updated
from tinylite.testing.runner import run_cases
from tinylite.testing.session import Answer, Session

NOTHING_BETTER: Mapping[str, str] = MappingProxyType({})


def record_new(project: Project, name: str, parameters: Sequence[str]) -> tuple[str, int]:
    """The text of a test file for a pipe, and how many cases it has. Raises DiagnosticError."""
    pipe = project.pipes[name]
    with Session(project) as session:
        if parameters:
            cases = [(f"case_{number}", "", query) for number, query in enumerate(parameters, start=1)]
        else:
            cases = [
                (case, said, urlencode(given))
                for case, said, given in suggested(session.snapshot.programs[name], session.secret)
            ]
        return created(asyncio.run(_asked(session, pipe, cases))), len(cases)


def suggested(
    program: Program, secrets: Secrets, better: Mapping[str, str] = NOTHING_BETTER
) -> list[tuple[str, str, dict[str, str]]]:
    """Name, description and arguments of cases: one with what is needed, more with each other parameter.

    `better` are values for parameters that would get one that says nothing.
    """
    samples = {**sample_arguments(program.parameters), **better}
    needed = {p.name: samples[p.name] for p in program.parameters if p.required and not p.has_default}
    try:
        program.prepare(needed, secrets)
    except (DiagnosticError, CustomError):
        needed = {p.name: samples[p.name] for p in program.parameters if not p.has_default}
    cases = [("defaults", "Only what has no default is given." if needed else "Nothing is given.", needed)]
    for parameter in program.parameters:
        values = [str(value) for value in parameter.enum] or [samples[parameter.name]]
        for number, value in enumerate(values if parameter.name not in needed else (), start=1):
            case = f"{parameter.name}_{number}" if len(values) > 1 else parameter.name
            cases.append((case, parameter.description or f"With {parameter.name}.", {**needed, parameter.name: value}))
    return cases


async def _asked(
    session: Session, pipe: Pipe, cases: Sequence[tuple[str, str, str]]
) -> list[tuple[str, str, str, Expectation]]:
    asker = InProcess(session)
    return [(case, said, query, expectation(await asker.ask(pipe, query))) for case, said, query in cases]


def record_again(project: Project, names: Sequence[str]) -> Mapping[str, tuple[str, list[str]]]:
    """The new texts of test files by path, and the cases that expect something else from now on.

    What differs only in the order that a query leaves open is left as it is.
    """
    failed = run_cases(project, names).failed
    found: dict[str, tuple[str, list[str]]] = {}
    for source in dict.fromkeys(outcome.case.span.source for outcome in failed):
        there = [outcome for outcome in failed if outcome.case.span.source == source]
        text = updated(source.text, {outcome.case.name: expectation(outcome.answer) for outcome in there})
        found[source.path] = (text, [outcome.case.name for outcome in there])
    return found


def expectation(answer: Answer) -> Expectation:
    return Expectation(answer.status, answer.error if answer.status >= 400 else answer.text)
