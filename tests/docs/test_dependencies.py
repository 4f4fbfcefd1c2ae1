"""`docs/dependencies.md` names what `pyproject.toml` asks for, no more and no less."""

from __future__ import annotations

import re
import tomllib

from tests.docs.blocks import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ALWAYS, _, WHEN_ASKED = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8").partition("\n## When asked for\n")


def package(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9_.-]", requirement)[0]


def test_each_dependency_is_explained() -> None:
    explained = re.findall(r"^\| `([^`]+)` \| \S", ALWAYS, re.MULTILINE)
    assert explained == [package(requirement) for requirement in PROJECT["dependencies"]]


def test_each_extra_is_explained() -> None:
    explained = {
        (extra, name)
        for extra, names in re.findall(r"^\| `([^`]+)` \| (`[^|]+`) \| \S", WHEN_ASKED, re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", names)
    }
    asked = {
        (extra, package(requirement))
        for extra, requirements in PROJECT["optional-dependencies"].items()
        for requirement in requirements
    }
    assert explained == asked
