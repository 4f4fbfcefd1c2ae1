"""A file is copied whole, whatever the file system and the kernel can do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tinylite.engine.duckdb.share import share

BYTES = bytes(range(256)) * 20_000


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(BYTES)
    return path


def test_a_copy_is_the_same_and_its_own(source: Path, tmp_path: Path) -> None:
    assert share(source, tmp_path / "target") in ("shared", "copied")
    source.write_bytes(b"something else")
    assert (tmp_path / "target").read_bytes() == BYTES


def test_a_kernel_that_refuses_half_way(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(source: int, target: int, count: int) -> int:
        os.write(target, b"half")
        raise OSError("not between these")

    monkeypatch.setattr("tinylite.engine.duckdb.share._is_cloned", lambda source, target: False)
    monkeypatch.setattr(os, "copy_file_range", refused)
    assert share(source, tmp_path / "target") == "copied"
    assert (tmp_path / "target").read_bytes() == BYTES


def test_what_is_there_already_stays(source: Path, tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"somebody's")
    with pytest.raises(FileExistsError):
        share(source, tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == b"somebody's"
