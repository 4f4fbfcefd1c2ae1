"""Project folders to compare: written projects of other tests, with their questions as endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.project.golden import cases
from tests.views.projects import Written

CHANGES = sorted((Path(__file__).parents[1] / "deploy" / "changes").glob("*.md"))


def write_project(project: Written, folder: Path) -> Path:
    """With the rows of its sources as fixtures, and an endpoint for each question."""
    for path, text in project.files.items():
        (folder / path).write_text(text, encoding="utf-8")
    (folder / "fixtures").mkdir()
    for source in project.sources:
        text = "".join(f"{line}\n" for line in project.events(source))
        (folder / "fixtures" / f"{source.name}.ndjson").write_text(text, encoding="utf-8")
    for number, sql in enumerate(project.reads, start=1):
        pipe = f"NODE answer\nSQL >\n    {sql}\nTYPE endpoint\n"
        (folder / f"question_{number}.pipe").write_text(pipe, encoding="utf-8")
    return folder


def changed_projects() -> list[tuple[str, dict[str, str], list[str]]]:
    """The later versions of the projects that deployments are tested with: title, files with events, questions."""
    found = []
    for page in CHANGES:
        for case in cases(page.read_text(encoding="utf-8")):
            files = {
                path.removeprefix("after/"): text for path, text in case.files.items() if path.startswith("after/")
            }
            events = {
                f"fixtures/{Path(path).name}": text for path, text in case.files.items() if path.startswith("rows/")
            }
            if any(path.endswith(".datasource") for path in files):
                found.append((f"{page.stem}: {case.title}", files | events, case.files.get("ask.sql", "").splitlines()))
    return found


def write_files(files: Mapping[str, str], questions: Iterable[str], folder: Path) -> Path:
    """With an endpoint for each question, and one for all that a data source holds."""
    sources = [Path(path).stem for path in files if path.endswith(".datasource")]
    asked = [*questions, *(f"SELECT * FROM {name}" for name in sources)]
    pipes = {f"asked_{n}.pipe": f"NODE n\nSQL >\n    {sql}\nTYPE endpoint\n" for n, sql in enumerate(asked)}
    for path, text in {**files, **pipes}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder
