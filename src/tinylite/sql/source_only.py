"""sqlglot from its sources, also where its compiled edition (sqlglotc) is installed: no class can inherit from that."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from types import ModuleType

PACKAGE = "sqlglot"


class SourceOnly:
    """Finds the modules of one package by their sources."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if path is None or not fullname.startswith(f"{PACKAGE}."):
            return None
        found = (FileFinder(folder, (SourceFileLoader, SOURCE_SUFFIXES)).find_spec(fullname) for folder in path)
        return next((spec for spec in found if spec is not None), None)


def require_sources() -> None:
    """Raises ImportError when another library has loaded the compiled edition already."""
    parser = sys.modules.get(f"{PACKAGE}.parser")
    if parser is None:
        sys.meta_path.insert(0, SourceOnly())
    elif not str(parser.__file__).endswith(tuple(SOURCE_SUFFIXES)):
        raise ImportError("tinylite can't use the compiled sqlglot that is loaded here: pip uninstall sqlglotc")
