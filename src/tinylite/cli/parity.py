"""tinylite parity"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tinylite.cli import options
from tinylite.cli.options import read_project, server_options
from tinylite.cli.result import Block, Heading, Result, Table

if TYPE_CHECKING:
    from tinylite.project import Project
    from tinylite.testing.parity import Outcome, Run, Served

_DEFAULT_ENGINE = "chdb://"


@click.command("parity", epilog="Exit status 1 when an answer differs.")
@click.argument("names", nargs=-1, metavar="[PIPE]…")
@click.option(
    "--engine", metavar="URL",
    help=f"The ClickHouse to compare with: chdb://, or http(s)://user:password@host:port [default: {_DEFAULT_ENGINE}].",
)  # fmt: skip
@click.option("--rows", default=200, show_default=True, type=click.IntRange(0),
              help="Made-up rows of a data source that has no fixture.")  # fmt: skip
@click.option("--cases", default=3, show_default=True, type=click.IntRange(0),
              help="Requests with parameters by chance for each endpoint, beside those of its tests.")  # fmt: skip
@click.option("--seed", default=0, show_default=True, help="The same seed makes the same rows and requests.")
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write JUnit XML to this file as well.")
@server_options
def command(
    names: tuple[str, ...], engine: str | None, rows: int, cases: int, seed: int, junit: Path | None, path: Path,
    data: Path | None,
) -> Result:  # fmt: skip
    """Asks two engines the same, over the same rows, and shows where their answers differ.

    The project is built with its fixtures in a folder of its own, on DuckDB; ClickHouse gets the same rows in a
    database of its own, which is removed at the end. Every endpoint is asked with the parameters of its tests, its
    defaults, each optional parameter by itself, and some by chance.

    With --env twice, two servers are asked instead, over the rows that they hold. Only endpoints are read.

    Comparing with ClickHouse needs: pip install 'tinylite[clickhouse]'

    \b
    Example:
      tinylite parity
      tinylite parity top_pages --engine http://default:secret@localhost:8123
      tinylite parity --env staging --env production --junit parity.xml
    """
    every = options.every.get()
    if len(every) not in (0, 2):
        raise click.UsageError("--env is given twice, once for each server, or not at all")
    if every and engine:
        raise click.UsageError("--engine and --env exclude each other")
    project = read_project(path)
    _check_names(project, names)
    run = _run(project, names, engine or _DEFAULT_ENGINE, every, rows, cases, seed, path, data)
    if junit is not None:
        from tinylite.testing.parity.junit import junit as document

        junit.write_bytes(document(run))
    return Result(_blocks(run), _data(run), failed=bool(run.failed))


def _run(
    project: Project, names: tuple[str, ...], engine: str, every: tuple[str, ...], rows: int, cases: int, seed: int,
    path: Path, data: Path | None,
) -> Run:  # fmt: skip
    from tinylite.testing.parity import Chosen, compare_engines, compare_servers

    chosen = Chosen(names, cases, seed)
    if not every:
        return compare_engines(project, engine, chosen, rows=rows)
    one, other = (_served(name, path, data) for name in every)
    return compare_servers(project, one, other, chosen)


def _served(name: str, path: Path, data: Path | None) -> Served:
    """Raises DiagnosticError when there is no such environment."""
    from tinylite.cli.client import served
    from tinylite.testing.parity import Served

    options.chosen.set(name)
    api = served(path, data)
    return Served(name, lambda wanted: api.get(wanted).text)


def _check_names(project: Project, names: tuple[str, ...]) -> None:
    """Raises DiagnosticError (TL508)."""
    from tinylite.diagnostics import Diagnostic, DiagnosticError, did_you_mean

    known = [pipe.name for pipe in project.pipes.values() if pipe.kind in ("endpoint", "standard")]
    for name in names:
        if name not in known:
            raise DiagnosticError(
                Diagnostic("TL508", f"there is no endpoint {name} to compare", hint=did_you_mean(name, known))
            )


def _blocks(run: Run) -> list[Block]:
    one, other = run.names
    blocks: list[Block] = []
    for outcome in run.outcomes:
        if outcome.verdict.state in ("differs", "open"):
            blocks += [Heading(_title(outcome)), f"  {outcome.verdict.state}: {outcome.verdict.reason}"]
            blocks += [f"  - {one}  + {other}"] if any(line[:1] in "-+" for line in outcome.verdict.lines) else []
            blocks += list(outcome.verdict.lines)
    rows = [
        (outcome.subject, outcome.case, outcome.verdict.state, *map(_milliseconds, outcome.seconds),
         outcome.verdict.reason)
        for outcome in run.outcomes
    ]  # fmt: skip
    blocks.append(Table(["endpoint", "request", "answer", f"{one} ms", f"{other} ms", "why"], rows))
    blocks += [f"note: {note}" for note in run.notes]
    versus = f" ({run.versions})" if run.versions else ""
    counts = [f"{run.count(state)} {said}" for state, said in _SAID.items() if state == "equal" or run.count(state)]
    blocks.append(f"{other} and {one}{versus}: {', '.join(counts)}, {len(run.failed)} differ in {run.seconds:.1f} s")
    return blocks


_SAID = {
    "equal": "equal",
    "close": "equal within 2 %",
    "open": "left open by the query",
    "skipped": "not compared",
}


def _title(outcome: Outcome) -> str:
    asked = f"{outcome.subject}?{outcome.query}" if outcome.query else outcome.subject
    return f"{asked} ({outcome.case})"


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)


def _data(run: Run) -> dict[str, object]:
    return {
        "first": run.names[0],
        "second": run.names[1],
        "versions": run.versions,
        **{state: run.count(state) for state in (*_SAID, "differs")},
        "seconds": round(run.seconds, 3),
        "notes": list(run.notes),
        "requests": [
            {
                "endpoint": outcome.subject,
                "request": outcome.case,
                "query": outcome.query,
                "answer": outcome.verdict.state,
                "reason": outcome.verdict.reason,
                "differences": list(outcome.verdict.lines),
                "first_ms": _milliseconds(outcome.seconds[0]),
                "second_ms": _milliseconds(outcome.seconds[1]),
            }
            for outcome in run.outcomes
        ],
    }
