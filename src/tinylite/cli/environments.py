"""The servers of a project by name: `environments` of tinylite.yaml, chosen by --env."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tinylite.cli.options import branch, chosen, staging
from tinylite.diagnostics import Diagnostic, DiagnosticError, did_you_mean

LOCAL = "local"
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_FIELDS = ("host", "token", "engine", "cluster")
__all__ = [
    "LOCAL",
    "Environment",
    "branch",
    "chosen",
    "environment",
    "filled",
    "settings_of",
    "staging",
    "variables_of",
]


@dataclass(frozen=True, slots=True)
class Environment:
    name: str
    host: str
    token: str


def environment(name: str, settings: Mapping[str, object], variables: Mapping[str, str]) -> Environment:
    """Raises DiagnosticError (TL516)."""
    known = settings.get("environments") or {}
    if not isinstance(known, dict):
        raise _fault("environments in tinylite.yaml are names, each with host and token")
    if name not in known:
        hint = did_you_mean(name, known) or f"write to tinylite.yaml: {_EXAMPLE.format(name=name)}"
        raise _fault(f"there is no environment {name} in tinylite.yaml", hint)
    found = known[name]
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise _fault(f"the environment {name} needs host and token, each a text", _EXAMPLE.format(name=name))
    for field in found:
        if field not in _FIELDS:
            raise _fault(f"the environment {name} has an unknown field {field}", f"one of {', '.join(_FIELDS)}")
    token = found.get("token") or "${" + _default_variable(name) + "}"
    if _VARIABLE.fullmatch(token.strip()) is None:
        hint = f"write token: ${{{_default_variable(name)}}}, and set that variable where the command runs"
        raise _fault(f"the token of {name} stands in tinylite.yaml in plain text", hint)
    host = filled(found.get("host", ""), variables).rstrip("/")
    if not host:
        raise _fault(f"the environment {name} has no host", _EXAMPLE.format(name=name))
    if "://" not in host:
        host = f"https://{host}"
    if not _is_address(host):
        raise _fault(f"the host of {name} is no address: {host}", _EXAMPLE.format(name=name))
    text = filled(token.strip(), variables).strip()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise _fault(f"the token of {name} is no token: it holds blanks, or letters that no token has")
    return Environment(name, host, text)


def _is_address(host: str) -> bool:
    try:
        parts = urlsplit(host)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def settings_of(path: Path) -> Mapping[str, object]:
    """Of the project's tinylite.yaml. Raises DiagnosticError when it can't be read."""
    from tinylite.diagnostics import Source
    from tinylite.project.cases import parse_settings

    file = path / "tinylite.yaml"
    if not file.is_file():
        return {}
    found, faults = parse_settings(Source(file.name, file.read_text(encoding="utf-8-sig", errors="replace")))
    if faults:
        raise DiagnosticError(*faults)
    return found


def variables_of(root: Path) -> dict[str, str]:
    """Those of the process, then those of the project's .env files."""
    from tinylite.project.environment import parse_environment

    found: dict[str, str] = {}
    for name in (".env", ".env.local"):
        path = root / name
        if path.is_file():
            found |= parse_environment(path.read_text(encoding="utf-8", errors="replace"))
    return found | dict(os.environ)


def filled(text: str, variables: Mapping[str, str]) -> str:
    """With the values of `${NAME}`. Raises DiagnosticError (TL516) when one is not set."""

    def value(match: re.Match[str]) -> str:
        if not variables.get(match[1]):
            raise _fault(f"the environment variable {match[1]} is not set", f"export {match[1]}=…")
        return variables[match[1]]

    return _VARIABLE.sub(value, text)


def _default_variable(name: str) -> str:
    """TINYLITE_PRODUCTION_TOKEN of `production`."""
    return "TINYLITE_" + re.sub(r"\W", "_", name).upper() + "_TOKEN"


_EXAMPLE = "environments: {{{name}: {{host: https://analytics.example.com}}}}"


def _fault(message: str, hint: str | None = None) -> DiagnosticError:
    return DiagnosticError(Diagnostic("TL516", message, hint=hint))
