"""pytest's plugin: the fixture `tinylite` is a project in this process, and tests/PIPE.yaml are test files.

Nothing of tinylite but this module is imported before a test asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tinylite.testing import Outcome, Run, Session

_OPTION = "tinylite_project"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        _OPTION,
        "The folder of the tinylite project, from the root of the tests. With it, its tests/PIPE.yaml are collected.",
        default="",
    )


@pytest.fixture
def tinylite_project(pytestconfig: pytest.Config) -> Path:
    """The project's folder: `tinylite_project` of pytest's settings, else the root. Override it to choose one."""
    return _folder(pytestconfig)


@pytest.fixture
def tinylite(tinylite_project: Path) -> Iterator[Session]:
    """A fresh project, with its fixtures: `append`, `endpoint`, `sql` and `get`."""
    from tinylite.testing import Session

    with Session(tinylite_project) as session:
        yield session


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if not parent.config.getini(_OPTION) or file_path.suffix not in (".yaml", ".yml"):
        return None
    if file_path.parent.name != "tests" or not file_path.is_relative_to(_folder(parent.config)):
        return None
    return TestFile.from_parent(parent, path=file_path)


def _folder(config: pytest.Config) -> Path:
    return (config.rootpath / str(config.getini(_OPTION))).resolve()


class TestFile(pytest.File):
    """A tests/PIPE.yaml. Its cases are run together when the first of them is."""

    __test__ = False

    def collect(self) -> Iterator[TestCase]:
        from tinylite.project import load

        self.project = load(_folder(self.config))
        self._run: Run | None = None
        for number, case in enumerate(self.project.tests.get(self.path.stem, ())):
            if self.path.stem in self.project.pipes:
                yield TestCase.from_parent(self, name=case.name, number=number)

    def outcome(self, number: int) -> Outcome:
        if self._run is None:
            from tinylite.testing import run_cases

            self._run = run_cases(self.project, [self.path.stem])
        return self._run.outcomes[number]


class TestCase(pytest.Item):
    __test__ = False

    def __init__(self, *, number: int, **others: object) -> None:
        super().__init__(**others)  # type: ignore[arg-type]
        self._number = number

    def runtest(self) -> None:
        assert isinstance(self.parent, TestFile)
        outcome = self.parent.outcome(self._number)
        if not outcome.passed:
            pytest.fail("\n".join(outcome.faults), pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.name
