"""What a user is told, mistake by mistake: the exact text of a terminal. See golden.py for the pages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.project.folder import checked
from tests.project.golden import Case, cases, updated
from tinylite.diagnostics.render import text

PAGES = sorted((Path(__file__).parent / "mistakes").glob("*.md"))


def printed(root: Path, files: dict[str, str]) -> str:
    shutil.rmtree(root, ignore_errors=True)
    return text.render(checked(root, dict(files)))


@pytest.mark.parametrize(
    ("page", "case"),
    [(page, case) for page in PAGES for case in cases(page.read_text(encoding="utf-8"))],
    ids=lambda value: value.stem if isinstance(value, Path) else value.title,
)
def test_a_mistake_is_told(page: Path, case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--golden-update"):
        old = page.read_text(encoding="utf-8")
        page.write_text(updated(old, lambda files: printed(tmp_path / "p", files)), encoding="utf-8")
        return
    assert printed(tmp_path / "p", case.files) == case.printed
