"""Project folders to compare: the examples, and the written projects of the views with their questions as endpoints."""

from __future__ import annotations

from pathlib import Path

from tests.views.projects import Written


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
