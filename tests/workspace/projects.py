"""Projects of a few files, and workspaces that serve them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tinylite.project import Project, load
from tinylite.workspace import Workspace

HITS = "SCHEMA >\n    `id` Int32 `json:$.id`,\n    `page` String `json:$.page`\n"


def project(folder: Path, files: Mapping[str, str | bytes]) -> Project:
    """The folder holds these files and no others."""
    root = folder / "project"
    for old in sorted(root.rglob("*"), reverse=True):
        old.rmdir() if old.is_dir() else old.unlink()
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    root.mkdir(exist_ok=True)
    return load(root)


@contextmanager
def workspace(folder: Path) -> Iterator[Workspace]:
    opened = Workspace.open(folder / "data")
    try:
        yield opened
    finally:
        opened.close()


def ask(opened: Workspace, sql: str, deployment: str = "") -> list[tuple[object, ...]]:
    return list(asyncio.run(opened.query(sql, {}, deployment=deployment)).result.rows)
