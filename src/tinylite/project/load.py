"""A folder as a project: the only reader of project folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from tinylite.datafile import SUFFIXES
from tinylite.diagnostics import Diagnostic, DiagnosticError, Source
from tinylite.project.cases import parse_cases, parse_settings
from tinylite.project.contents import Contents, read_datafile
from tinylite.project.environment import parse_environment
from tinylite.project.model import Case, File, Project

_DATAFILES = frozenset({*SUFFIXES, ".incl"})
_FIXTURES = frozenset({".ndjson", ".csv", ".sql"})
_TESTS = frozenset({".yaml", ".yml"})
_SETTINGS = "tinylite.yaml"
_ENVIRONMENT = (".env", ".env.local")
"""Later ones win."""
_SKIPPED = frozenset({"node_modules", "__pycache__"})


def load(root: Path | str, previous: Project | None = None) -> Project:
    """Reads all that a folder has. Files that have not changed since `previous` are not parsed again.

    Raises DiagnosticError (TL505) when there is no such folder; all else that is wrong is in the project's diagnostics.
    """
    root = Path(root)
    if not root.is_dir():
        hint = "name a folder with datafiles, or run tinylite init to begin one"
        raise DiagnosticError(Diagnostic("TL505", f"{root} is no folder", hint=hint))
    reader = _Reader(root, previous)
    reader.read()
    return reader.project()


def assemble(contents: Contents, previous: Project | None = None) -> Project:
    """A project of datafiles that lie in no folder: uploaded ones, those of a commit. It has no fixtures and tests."""
    reader = _Reader(Path(), previous)
    reader.contents = {name: data for name, data in contents.items() if is_datafile(name)}
    return reader.project()


def is_datafile(name: str) -> bool:
    """By the end of its name; fragments count."""
    return name.endswith(tuple(_DATAFILES))


def folders(root: Path) -> Iterator[Path]:
    """Those that `load` reads, the root first: what to watch for changes."""
    return (folder for folder, _ in _walk(root))


def is_read(path: Path) -> bool:
    """Whether `load` looks into files of this name."""
    if path.name.startswith("."):
        return path.name in _ENVIRONMENT
    return path.suffix in _DATAFILES | _FIXTURES | _TESTS


def _walk(root: Path, onerror: Callable[[OSError], None] | None = None) -> Iterator[tuple[Path, list[str]]]:
    """Each folder with its files, in the order of paths; no hidden folders, virtual environments and the like."""
    for folder, below, names in os.walk(root, onerror=onerror):
        below[:] = sorted(name for name in below if not _is_skipped(Path(folder, name)))
        yield Path(folder), sorted(names)


class _Reader:
    def __init__(self, root: Path, previous: Project | None) -> None:
        self.root = root
        self.previous = previous.files if previous else {}
        self.contents: Contents = {}
        self.fixtures: dict[str, Path] = {}
        self.tests: dict[str, tuple[tuple[Case, ...], list[Diagnostic]]] = {}
        self.settings: dict[str, object] = {}
        self.secrets: dict[str, str] = {}
        self.faults: list[Diagnostic] = []
        self.follows_folder = False

    def read(self) -> None:
        self.follows_folder = True
        for path in self._files():
            name, folder, suffix = self._name(path), path.parent.name, path.suffix
            if suffix in _DATAFILES:
                self._bytes(path)
            elif folder == "fixtures" and suffix in _FIXTURES:
                self.fixtures.setdefault(path.stem, path)
            elif folder == "tests" and suffix in _TESTS:
                self.tests[path.stem] = parse_cases(self._text(path))
            elif name == _SETTINGS:
                self.settings, faults = parse_settings(self._text(path))
                self.faults += faults
        for name in _ENVIRONMENT:
            if (self.root / name).is_file():
                self.secrets |= parse_environment(self._text(self.root / name).text)

    def project(self) -> Project:
        files: dict[str, File] = {}
        for name in sorted(self.contents):
            if not name.endswith(".incl"):
                files[name] = read_datafile(name, self.contents, self.previous.get(name))
                self.faults += files[name].diagnostics
        names = {file.name for file in files.values()}
        for name, (_, faults) in self.tests.items():
            # A YAML file of another name may belong to something else.
            self.faults += faults if name in names else []
        tests = {name: cases for name, (cases, _) in self.tests.items()}
        return Project(
            self.root, files, self.fixtures, tests, self.settings, self.secrets, tuple(self.faults), self.contents,
            self.follows_folder,
        )  # fmt: skip

    def _files(self) -> Iterator[Path]:
        for folder, names in _walk(self.root, self._unreadable):
            yield from (folder / name for name in names if not name.startswith("."))

    def _name(self, path: Path) -> str:
        """As the user would write it; what is no UTF-8 can't be shown."""
        return path.relative_to(self.root).as_posix().encode("utf-8", "replace").decode()

    def _bytes(self, path: Path) -> None:
        try:
            self.contents[self._name(path)] = path.read_bytes()
        except OSError as problem:
            self._unreadable(problem)

    def _text(self, path: Path) -> Source:
        """Without what is no UTF-8: only datafiles are that particular."""
        try:
            return Source(self._name(path), path.read_text(encoding="utf-8-sig", errors="replace"))
        except OSError as problem:
            self._unreadable(problem)
            return Source(self._name(path), "")

    def _unreadable(self, problem: OSError) -> None:
        place = Source(self._name(Path(problem.filename)), "").span()
        self.faults.append(Diagnostic("TL101", f"this can't be read: {problem.strerror}", place))


def _is_skipped(folder: Path) -> bool:
    return folder.name.startswith(".") or folder.name in _SKIPPED or (folder / "pyvenv.cfg").exists()
