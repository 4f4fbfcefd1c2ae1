"""The engine of a project: a flag or variable says it, or else `engine` of tinylite.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tinylite.cli import environments

if TYPE_CHECKING:
    from tinylite.workspace import Home

VARIABLES = ("TINYLITE_ENGINE", "TINYLITE_CLUSTER")
_OWN = "duckdb"


def home_of(path: Path, engine: str | None = None, cluster: str | None = None) -> Home:
    """Where the rows of the project in `path` lie. Without an `engine` the environment says it, then tinylite.yaml.

    Raises DiagnosticError: TL208 when tinylite.yaml can't be read, TL516 when a variable that it names is not set,
    TL526 when it says no text.
    """
    from tinylite.diagnostics import Diagnostic, DiagnosticError
    from tinylite.engine.clickhouse.rows import Address
    from tinylite.workspace import HERE, Home

    variables = environments.variables_of(path)
    said = engine or variables.get(VARIABLES[0], ""), cluster or variables.get(VARIABLES[1], "")
    settings = environments.settings_of(path)
    found = [given or settings.get(name) or "" for name, given in zip(("engine", "cluster"), said, strict=True)]
    for name, value in zip(("engine", "cluster"), found, strict=True):
        if not isinstance(value, str):
            hint = "engine: http://user:password@host:8123/database"
            raise DiagnosticError(Diagnostic("TL526", f"{name} in tinylite.yaml is one text", hint=hint))
    url, name = (environments.filled(str(value), variables).strip() for value in found)
    if url in ("", _OWN):
        return HERE
    return Home(Address(_absolute(url, path), name))


def _absolute(url: str, path: Path) -> str:
    """chdb://folder is meant from the project's folder."""
    scheme, _, place = url.partition("://")
    if scheme != "chdb" or place.startswith("/") or not place:
        return url
    return f"chdb://{(path / place).resolve()}"
