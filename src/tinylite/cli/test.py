"""tinylite test run, create, update"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tinylite.cli.options import output_option, path_option, read_project
from tinylite.cli.result import Block, Heading, Result, Table, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinylite.project import Project
    from tinylite.testing import Outcome, Run
    from tinylite.testing.asking import Engine

_names = click.argument("names", nargs=-1, metavar="[PIPE]…")


@click.group()
def command() -> None:
    """Runs the tests of a project, and writes what they expect."""


@command.command("run", epilog="Exit status 1 when a case fails.")
@_names
@path_option
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write JUnit XML to this file as well.")
@click.option("--coverage", is_flag=True, help="Tell endpoints, nodes and template branches that no case exercises.")
@click.option("--engine", default="duckdb", show_default=True, metavar="ENGINE",
              help="Who answers: duckdb, chdb, or a ClickHouse at http(s)://user:password@host:port.")  # fmt: skip
@click.option("--tolerance", default=1e-9, show_default=True, help="How far apart two floats may be, relatively.")
@output_option(text="text", json="json")
def run(
    names: tuple[str, ...], path: Path, junit: Path | None, coverage: bool, engine: str, tolerance: float
) -> Result:
    """Runs the cases of tests/PIPE.yaml, of all pipes or of those that are named.

    The project is built with its fixtures in a folder of its own; nothing that is there already is touched, and no
    server is needed. Rows that the query may give in any order may come in any order.

    With --engine, ClickHouse gets the rows of the fixtures and answers the same cases. It needs:
    pip install 'tinylite[clickhouse]'

    \b
    Example:
      tinylite test run
      tinylite test run top_pages --coverage --junit report.xml
      tinylite test run --engine chdb
    """
    from tinylite.testing import run_cases

    project = read_project(path)
    _check_names(project, names, project.tests)
    done = run_cases(project, names, engine=_engine(engine), tolerance=tolerance)
    if junit is not None:
        from tinylite.testing.junit import junit as document

        junit.write_bytes(document(done))
    blocks: list[Block] = []
    for outcome in done.failed:
        blocks += [Heading(f"{outcome.case.span.source.path}:{outcome.case.span.line} {outcome.case.name}")]
        blocks += list(outcome.faults)
    if coverage:
        blocks += _coverage_blocks(done)
    blocks += [f"skipped {outcome.pipe} {outcome.case.name}: {outcome.skipped}" for outcome in done.skipped]
    blocks.append(f"{_counts(done)} in {done.seconds:.1f} s")
    return Result(blocks, _run_data(done, coverage), failed=bool(done.failed))


@command.command("create")
@click.argument("name", metavar="PIPE")
@path_option
@click.option("--parameters", multiple=True, help="Of a case, as in an address: 'limit=5&page=/'. May be repeated.")
@output_option(text="text", json="json")
def create(name: str, path: Path, parameters: tuple[str, ...]) -> Result:
    """Writes tests/PIPE.yaml: cases with the answers that the pipe gives now.

    Without --parameters there is one case with defaults, and one for each optional parameter. Read them: they are what
    the pipe answers, not what it should.

    \b
    Example:
      tinylite test create top_pages
      tinylite test create top_pages --parameters "limit=5" --parameters "limit=0"
    """
    from tinylite.diagnostics import Diagnostic, DiagnosticError
    from tinylite.testing.recording import record_new

    project = read_project(path)
    _check_names(project, (name,), project.pipes)
    file = path / "tests" / f"{name}.yaml"
    if file.exists():
        hint = f"change it by hand, or take over its answers with: tinylite test update {name}"
        raise DiagnosticError(Diagnostic("TL505", f"{file} is there already; nothing was written", hint=hint))
    text, count = record_new(project, name, parameters)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return Result([f"wrote {file} with {counted(count, 'case')}"], {"file": str(file), "cases": count})


@command.command("update")
@_names
@path_option
@output_option(text="text", json="json")
def update(names: tuple[str, ...], path: Path) -> Result:
    """Writes the answers of now into tests/PIPE.yaml as the expected ones.

    \b
    Example:
      tinylite test update
      tinylite test update top_pages
    """
    from tinylite.testing.recording import record_again

    project = read_project(path)
    _check_names(project, names, project.tests)
    changed = record_again(project, names)
    for name, (text, _) in changed.items():
        (path / name).write_text(text, encoding="utf-8")
    rows = [(name, case) for name, (_, cases) in changed.items() for case in cases]
    said: list[Block] = [Table(["file", "case"], rows)] if rows else ["all cases expect what they get"]
    return Result(said, [{"file": file, "case": case} for file, case in rows])


def _check_names(project: Project, names: Sequence[str], known: object) -> None:
    """Raises DiagnosticError (TL508)."""
    from tinylite.diagnostics import Diagnostic, DiagnosticError, did_you_mean

    found = [str(name) for name in known] if hasattr(known, "__iter__") else []
    missing = [name for name in names if name not in found]
    if missing:
        hint = did_you_mean(missing[0], found)
        if hint is None and missing[0] in project.pipes:
            hint = f"begin with: tinylite test create {missing[0]}"
        raise DiagnosticError(Diagnostic("TL508", f"there is no {missing[0]} to test", hint=hint))


def _engine(name: str) -> Engine:
    if name == "duckdb":
        from tinylite.testing.asking import in_process

        return in_process
    if name != "chdb" and "://" not in name:
        raise click.BadParameter(f"'{name}' is neither duckdb, chdb nor an address", param_hint="--engine")
    from tinylite.testing.parity import on_clickhouse

    return on_clickhouse("chdb://" if name == "chdb" else name)


def _counts(done: Run) -> str:
    passed = len(done.outcomes) - len(done.failed) - len(done.skipped)
    skipped = f", {len(done.skipped)} skipped" if done.skipped else ""
    return f"{passed} passed, {len(done.failed)} failed{skipped}"


def _coverage_blocks(done: Run) -> list[Block]:
    gaps = [(str(gap.span).rpartition(":")[0], gap.kind, gap.what) for gap in done.coverage.gaps]
    blocks: list[Block] = [Table(["place", "not exercised", "what"], gaps)] if gaps else []
    return [*blocks, f"coverage {done.coverage.share:.0%} of {done.coverage.total} endpoints, nodes and branches"]


def _run_data(done: Run, coverage: bool) -> dict[str, object]:
    data: dict[str, object] = {
        "passed": len(done.outcomes) - len(done.failed) - len(done.skipped),
        "failed": len(done.failed),
        "skipped": len(done.skipped),
        "seconds": round(done.seconds, 3),
        "cases": [_outcome_data(outcome) for outcome in done.outcomes],
    }
    if coverage:
        data["coverage"] = {
            "share": round(done.coverage.share, 4),
            "not_exercised": [
                {"kind": gap.kind, "what": gap.what, "path": gap.span.source.path, "line": gap.span.line}
                for gap in done.coverage.gaps
            ],
        }
    return data


def _outcome_data(outcome: Outcome) -> dict[str, object]:
    return {
        "pipe": outcome.pipe,
        "case": outcome.case.name,
        "passed": outcome.passed,
        "seconds": round(outcome.seconds, 4),
        "path": outcome.case.span.source.path,
        "line": outcome.case.span.line,
        "differences": list(outcome.faults),
        **({"skipped": outcome.skipped} if outcome.skipped else {}),
    }
