"""Rows of CSV that the engine can read itself, because every reader of CSV would make the same of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tinylite.sql.physical import quoted, text_literal

_LEAST_LINE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cells:
    """`text` has `rows` whole rows and no blank lines. `columns` are names by place, "" where nobody asks for one. An
    empty cell is an empty text in the columns of `texts`, elsewhere no value.
    """

    text: bytes
    rows: int
    columns: Sequence[str]
    texts: frozenset[str]
    delimiter: str
    quote: str

    def read(self, path: Path, wanted: Sequence[str]) -> str:
        """A SELECT of these columns as texts, of a file that holds the text."""
        cells = ", ".join(f"{self._cell(name)} AS {quoted(name)}" for name in wanted)
        types = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(self.columns)))
        line = max(_LEAST_LINE, len(self.text) + 64)
        quote = text_literal(self.quote)
        return (
            f"SELECT {cells} FROM read_csv({text_literal(str(path))}, auto_detect = false, header = false, "
            f"delim = {text_literal(self.delimiter)}, quote = {quote}, escape = {quote}, strict_mode = true, "
            f"columns = {{{types}}}, max_line_size = {line}, buffer_size = {2 * line})"
        )

    def _cell(self, name: str) -> str:
        if name not in self.columns:
            return "CAST(NULL AS VARCHAR)"
        cell = f"c{self.columns.index(name)}"
        return f"coalesce({cell}, '')" if name in self.texts else f"nullif({cell}, '')"
