"""Projects made in a test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from tinylite.diagnostics import Diagnostic
from tinylite.project import Project, check, load


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
    return root


def project(root: Path, files: Mapping[str, str | bytes]) -> Project:
    return load(write(root, files))


def checked(root: Path, files: Mapping[str, str | bytes]) -> list[Diagnostic]:
    return check(project(root, files))


EVENTS = "SCHEMA >\n    id UInt64,\n    at DateTime,\n    kind String\n"


def node(name: str, sql: str, *more: str) -> str:
    return "\n".join([f"NODE {name}", "SQL >", *(f"    {line}" for line in sql.split("\n")), *more, ""])
