"""Golden files: Markdown pages of cases. A case is a `##` heading, the files of a project, and what is printed.

A block ```` ```pipe top.pipe ```` is a file; the block ```` ```text ```` is the terminal's text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_CASE = re.compile(r"^## (.+)$", re.M)
_FILE = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.M | re.S)
_PRINTED = re.compile(r"^```text\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True, slots=True)
class Case:
    title: str
    files: dict[str, str]
    printed: str


def cases(page: str) -> Iterator[Case]:
    for title, body in _sections(page):
        printed = _PRINTED.search(body)
        yield Case(title, {path: text for path, text in _FILE.findall(body)}, printed[1] if printed else "")


def updated(page: str, run: Callable[[dict[str, str]], str]) -> str:
    """The page with what `run` prints for each case."""
    for _, body in _sections(page):
        printed = f"```text\n{run(dict(_FILE.findall(body)))}```"
        new = _PRINTED.sub(lambda _, printed=printed: printed, body)  # type: ignore[misc]
        page = page.replace(body, new if _PRINTED.search(body) else f"{body.rstrip()}\n\n{printed}\n\n")
    return page.rstrip() + "\n"


def _sections(page: str) -> Iterator[tuple[str, str]]:
    headings = list(_CASE.finditer(page))
    ends = [*(heading.start() for heading in headings[1:]), len(page)]
    for heading, end in zip(headings, ends, strict=True):
        yield heading[1], page[heading.end() : end]
