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


def home_in(path: Path, name: str) -> Home:
    """Where the rows of an environment of tinylite.yaml lie: its `engine` and `cluster`. Raises DiagnosticError."""
    from tinylite.diagnostics import Diagnostic, DiagnosticError, did_you_mean

    known = environments.settings_of(path).get("environments")
    found = known.get(name) if isinstance(known, dict) else None
    if not isinstance(found, dict):
        hint = did_you_mean(name, known) if isinstance(known, dict) else None
        message = f"there is no environment {name} in tinylite.yaml"
        raise DiagnosticError(Diagnostic("TL516", message, hint=hint or "give an address: http://user@host:8123/name"))
    if not isinstance(found.get("engine"), str):
        hint = f"environments: {{{name}: {{engine: http://user:${{PASSWORD}}@host:8123/database}}}}"
        raise DiagnosticError(Diagnostic("TL516", f"the environment {name} has no engine", hint=hint))
    return home_of(path, found["engine"], str(found.get("cluster") or ""))


def _absolute(url: str, path: Path) -> str:
    """chdb://folder is meant from the project's folder."""
    scheme, _, place = url.partition("://")
    if scheme != "chdb" or place.startswith("/") or not place:
        return url
    return f"chdb://{(path / place).resolve()}"
