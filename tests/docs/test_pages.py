"""What pages say is so: their files are saved, their commands and requests run, their answers compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, ROOT, read_blocks, starting_project
from tests.docs.expected import matches
from tests.docs.reader import Outcome, Reader


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_page_is_true(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = page.read_text(encoding="utf-8")
    reader = Reader(tmp_path / "my_project", starting_project(text))
    outcome: Outcome | None = None
    try:
        for block in read_blocks(text):
            place = f"{page.relative_to(ROOT)}:{block.line}"
            if block.is_answer:
                assert outcome is not None, f"{place}: an answer to nothing"
                assert matches(block.language, block.text, outcome.text), f"{place}: the answer was\n{outcome.text}"
                outcome = None
                continue
            assert outcome is None or not outcome.failed, f"before {place}: failed, and not shown:\n{outcome.text}"
            outcome = reader.do(block)
        assert outcome is None or not outcome.failed, outcome.text
    finally:
        reader.close()
