"""`docs/architecture.md` shows the rooms that there are, in the order that imports may take."""

from __future__ import annotations

import re
import tomllib

from tests.docs.blocks import ROOT


def test_the_rooms_are_those_of_the_import_contract() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    shown = [re.findall(r"`(\w+)`", rooms) for rooms in re.findall(r"^\| (`.+?) \|", page, re.MULTILINE)]
    assert shown == [layer.split(" | ") for layer in layers]


def test_the_files_that_it_names_exist() -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    for path in re.findall(r"`(\w+/\w+)`", page):
        folder = ROOT / "src/tinylite" / path
        assert folder.is_dir() or folder.with_suffix(".py").is_file(), path
