"""A project to run commands on, and golden files of what they print."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.command import tinylite

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    """What `tinylite init` writes: a data source page_views with five rows, an endpoint top_pages."""
    folder = tmp_path / "starter"
    assert tinylite("init", str(folder)).status == 0
    return folder


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares a text with a file in golden/."""

    def compare(name: str, text: str) -> None:
        file = GOLDEN / name
        if request.config.getoption("--golden-update"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text(encoding="utf-8")

    return compare
