"""Which saves the development loop hears of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.cli.process import DEADLINE
from tinylite.cli.reload import saved


@asynccontextmanager
async def watching(root: Path) -> AsyncIterator[AsyncIterator[set[str]]]:
    """What `saved` tells, from the moment on from which nothing escapes it."""
    stop = asyncio.Event()
    told = saved(root, root / "data", stop)
    try:
        async with asyncio.timeout(DEADLINE):
            assert await anext(told) == set()
            yield told
    finally:
        stop.set()


@pytest.mark.parametrize(
    "name",
    [
        "a.pipe",
        "a.datasource",
        "a.connection",
        "a.incl",
        "fixtures/a.csv",
        "tests/a.yml",
        "tinylite.yaml",
        ".env.local",
    ],
)
def test_a_file_of_the_project_is_told_of(name: str, tmp_path: Path) -> None:
    async def main() -> None:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        async with watching(tmp_path) as told:
            (tmp_path / name).write_text("x")
            assert await anext(told) == {name}

    asyncio.run(main())


@pytest.mark.parametrize(
    "name",
    ["notes.md", ".a.pipe.swp", ".#a.pipe", ".git/a.pipe", "data/a.pipe", "node_modules/a.pipe", "venv/a.pipe"],
)
def test_other_files_are_not(name: str, tmp_path: Path) -> None:
    async def main() -> None:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / "venv").mkdir(exist_ok=True)
        (tmp_path / "venv/pyvenv.cfg").write_text("")
        async with watching(tmp_path) as told:
            (tmp_path / name).write_text("x")
            (tmp_path / "last.pipe").write_text("x")
            assert await anext(told) == {"last.pipe"}

    asyncio.run(main())


def test_a_new_folder_is_watched_from_then_on(tmp_path: Path) -> None:
    async def main() -> None:
        async with watching(tmp_path) as told:
            (tmp_path / "v1.2").mkdir()
            assert await anext(told) == set()
            (tmp_path / "v1.2/a.pipe").write_text("x")
            assert await anext(told) == {"v1.2/a.pipe"}

    asyncio.run(main())


def test_a_removed_file_is_told_of(tmp_path: Path) -> None:
    async def main() -> None:
        (tmp_path / "a.pipe").write_text("x")
        async with watching(tmp_path) as told:
            (tmp_path / "a.pipe").unlink()
            assert await anext(told) == {"a.pipe"}

    asyncio.run(main())


def test_it_ends_when_the_folder_is_gone(tmp_path: Path) -> None:
    async def main() -> None:
        project = tmp_path / "project"
        project.mkdir()
        async with watching(project) as told:
            project.rmdir()
            assert [files async for files in told] == []

    asyncio.run(main())
