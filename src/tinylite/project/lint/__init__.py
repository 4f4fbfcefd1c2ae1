"""Advice: what is no fault, and yet will cost somebody. Each rule has a code (TL6xx) and can be turned off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tinylite.diagnostics import Diagnostic, in_order
from tinylite.project.library import Library
from tinylite.project.lint.connections import plain_secrets
from tinylite.project.lint.examined import Examined
from tinylite.project.lint.pipes import dropped_rows, limits, stars, unread_nodes
from tinylite.project.lint.tables import unused_keys
from tinylite.project.model import Project

Rule = Callable[[Project, Library, Examined], Iterator[Diagnostic]]
RULES: tuple[Rule, ...] = (limits, stars, unused_keys, dropped_rows, unread_nodes, plain_secrets)
_IGNORED = re.compile(r"(?:#|--)[ \t]*tinylite:[ \t]*ignore((?:[ \t,]+TL\d+)+)")


def lint(project: Project) -> list[Diagnostic]:
    """Warnings, in the order of files and places. Faulty files are passed over.

    A comment `tinylite: ignore TL605` in a file, or `lint: {ignore: [TL605]}` in tinylite.yaml, silences a rule.
    """
    library = Library(project)
    examined = Examined(library)
    found = [advice for rule in RULES for advice in rule(project, library, examined)]
    everywhere = _of_settings(project)
    return in_order(advice for advice in found if advice.code not in everywhere and not _is_ignored(advice))


def _of_settings(project: Project) -> frozenset[str]:
    section = project.settings.get("lint")
    codes = section.get("ignore") if isinstance(section, dict) else None
    return frozenset(str(code) for code in codes) if isinstance(codes, list) else frozenset()


def _is_ignored(advice: Diagnostic) -> bool:
    text = advice.span.source.text if advice.span else ""
    return any(advice.code in match[1] for match in _IGNORED.finditer(text))
