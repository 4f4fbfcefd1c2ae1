"""The reference says what the code says, in both directions: its tables are the code's, byte by byte."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT
from tinylite.server.settings import SETTINGS
from tools.docs import REFERENCE, TABLES, filled

REFERENCE_PAGES = sorted(REFERENCE.glob("*.md"))


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", REFERENCE_PAGES, ids=name)
def test_tables_are_those_of_the_code(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == filled(text), f"{name(page)} is not up to date: run `make docs`"


def test_each_table_is_on_one_page() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in REFERENCE_PAGES)
    used = Counter(re.findall(r"<!-- table: ([a-z ]+) -->", text))
    assert used == dict.fromkeys(TABLES, 1)


def test_environment_variables_are_those_that_are_read() -> None:
    read = {
        variable
        for file in (ROOT / "src").rglob("*.py")
        for variable in re.findall(r"\bTINYLITE_[A-Z_]+\b", file.read_text(encoding="utf-8"))
    } | {setting.variable for setting in SETTINGS}
    assert set(re.findall(r"\bTINYLITE_[A-Z_]+\b", (REFERENCE / "settings.md").read_text(encoding="utf-8"))) == read
