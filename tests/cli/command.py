"""A command as a user types it, in this process."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path

from tinylite.cli.main import main


@dataclass(frozen=True, slots=True)
class Said:
    status: int
    out: str
    err: str


class Terminal(io.TextIOWrapper):
    """What is printed, kept; `is_terminal` is what commands see."""

    def __init__(self, *, is_terminal: bool) -> None:
        self.bytes = io.BytesIO()
        self._is_terminal = is_terminal
        super().__init__(self.bytes, encoding="utf-8", newline="\n", write_through=True)

    def isatty(self) -> bool:
        return self._is_terminal

    def text(self) -> str:
        return self.bytes.getvalue().decode("utf-8")


def tinylite(*words: str, folder: Path | None = None, is_terminal: bool = False) -> Said:
    """`folder` is where the user stands."""
    out, err = Terminal(is_terminal=is_terminal), Terminal(is_terminal=is_terminal)
    there = contextlib.chdir(folder) if folder else contextlib.nullcontext()
    with there, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(list(words))
        except SystemExit as end:
            return Said(int(end.code or 0), out.text(), err.text())
    raise AssertionError("a command ends its process")
