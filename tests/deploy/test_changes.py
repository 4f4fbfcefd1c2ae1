"""Changes of schemas: the plan of each, and the rows that it leads to. See tests/project/golden.py for the pages.

A case has the files of two versions, in `before/` and `after/`, and events in `rows/` that come before the deployment
and in `meanwhile/` that come while it waits. What is printed is the plan, and what all data sources hold after it was
promoted; `ask.sql` has further questions, a line each. With `back.sql` the deployment is taken back, and that is asked.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.project.golden import Case, cases, updated
from tests.workspace.projects import ask
from tinylite.deploy import Deployer, Outcome, deployer_of
from tinylite.project.plan import as_text
from tinylite.workspace import Workspace

PAGES = sorted((Path(__file__).parent / "changes").glob("*.md"))
Files = Mapping[str, str]


@pytest.mark.parametrize(
    ("page", "case"),
    [(page, case) for page in PAGES for case in cases(page.read_text(encoding="utf-8"))],
    ids=lambda value: value.stem if isinstance(value, Path) else value.title,
)
def test_a_change_is_planned_and_made(page: Path, case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--golden-update"):
        old = page.read_text(encoding="utf-8")
        if next(cases(old)).title != case.title:  # the first one has done them all
            return
        page.write_text(updated(old, lambda files: printed(tmp_path / "data", files)), encoding="utf-8")
        return
    found, expected = printed(tmp_path / "data", case.files), case.printed
    if request.config.getoption("engine") == "chdb":  # which counts bytes as it packs them
        found, expected = (re.sub(r" and [0-9.]+ MB", "", text) for text in (found, expected))
    assert found == expected


def test_there_are_cases() -> None:
    assert sum(1 for page in PAGES for _ in cases(page.read_text(encoding="utf-8"))) >= 60


def printed(folder: Path, files: Files) -> str:
    shutil.rmtree(folder, ignore_errors=True)
    with opened(folder) as workspace:
        return "".join(f"{line}\n" for line in _lines(workspace, files))


@contextmanager
def opened(folder: Path) -> Iterator[Workspace]:
    workspace = Workspace.open(folder)
    try:
        workspace.serve(merges=False)
        yield workspace
    finally:
        workspace.close()


def _lines(workspace: Workspace, files: Files) -> Iterator[str]:
    deployer = deployer_of(workspace)
    first = deploy(deployer, files, "before")
    assert first.deployment is not None and first.deployment.live, first.errors
    send(workspace, files, "rows")
    checked = deploy(deployer, files, "after", check_only=True, destructive=False)
    found = deploy(deployer, files, "after", check_only=False)
    yield from as_text(found.plan).rstrip().splitlines()
    if found.deployment is None:
        yield from ("", *(f"Refused: {each['error']}" for each in found.errors))
        return
    assert found.deployment.is_ready, found.deployment.errors
    assert (checked.result == "failed") == bool(found.plan.destructive)
    send(workspace, files, "meanwhile")
    deployer.promote(found.deployment.id)
    yield from ("", "Rows")
    yield from answers(workspace, files.get("ask.sql", ""))
    if "back.sql" in files:
        send(workspace, files, "afterwards")
        deployer.promote(1)
        yield from ("", "Rows after a rollback")
        yield from answers(workspace, files["back.sql"])


def deploy(
    deployer: Deployer, files: Files, version: str, *, check_only: bool = False, destructive: bool = True
) -> Outcome:
    contents = {
        path.removeprefix(f"{version}/"): text.encode()
        for path, text in files.items()
        if path.startswith(f"{version}/")
    }
    promote = version == "before"
    return deployer.deploy(contents, check_only=check_only, allow_destructive=destructive, promote=promote)


def send(workspace: Workspace, files: Files, when: str) -> None:
    for path, text in files.items():
        if path.startswith(f"{when}/"):
            workspace.ingest.append_now(Path(path).stem, text.strip().encode())


def answers(workspace: Workspace, questions: str) -> Iterator[str]:
    """Without questions all that the data sources hold, in no order of its own."""
    names = workspace.datasources()
    for question in questions.splitlines() or [f"SELECT * FROM {name}" for name in names]:
        rows = ask(workspace, question)
        yield f"  {question.removeprefix('SELECT * FROM ')}"
        yield from (f"    {row}" for row in sorted(map(_shown, rows)))


def _shown(row: tuple[object, ...]) -> str:
    return json.dumps(row, default=str, ensure_ascii=False)
