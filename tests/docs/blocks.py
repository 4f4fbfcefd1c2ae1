"""The fenced blocks of a Markdown page.

The word after the fence is the language. A path after it makes the block a file of the page's project; `sh` and `sql`
are run; any other block is the answer to what was run before it. A comment `<!-- project: PATH -->` starts the page
with a copy of that folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").glob("*/README.md"))]
_PROJECT = re.compile(r"^<!-- project: (\S+) -->$", re.MULTILINE)
_FENCE = re.compile(r"^```(\w+)[ ]?(\S*)$")


@dataclass(frozen=True, slots=True)
class Block:
    language: str
    path: str
    """Empty when the block is no file."""
    text: str
    line: int

    @property
    def is_answer(self) -> bool:
        return not self.path and self.language not in ("sh", "sql")


def read_blocks(page: str) -> Iterator[Block]:
    """Raises ValueError for a fence without a language, or one that is not closed."""
    opened: re.Match[str] | None = None
    lines: list[str] = []
    start = 0
    for number, line in enumerate(page.splitlines(), start=1):
        if not line.startswith("```"):
            lines.append(line)
        elif opened is None:
            opened, lines, start = _FENCE.match(line), [], number
            if opened is None:
                raise ValueError(f"line {number}: a block says its language, and at most a path: {line}")
        else:
            yield Block(opened[1], opened[2], "".join(f"{text}\n" for text in lines), start)
            opened = None
    if opened is not None:
        raise ValueError(f"line {start}: the block is not closed")


def starting_project(page: str) -> Path | None:
    found = _PROJECT.search(page)
    return ROOT / found[1] if found else None
