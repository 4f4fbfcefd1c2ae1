"""For people: tables in boxes, a row a paragraph, Markdown."""

from __future__ import annotations

from rich.cells import cell_len

from tinylite.engine.base import Result
from tinylite.formats.values import NULL_MARK, plain_writer, tsv_writer
from tinylite.types import Type
from tinylite.types.model import STRING


def write_compact(result: Result) -> bytes:
    """PrettyCompact: the names in the upper edge."""
    if not result.rows:
        return b""
    names, rows, widths = _measured(result)
    right = [_is_right(column.type) for column in result.columns]
    margin = " " * (len(str(len(rows))) + 2)
    edge = "┬".join(
        "─" + _padded(name, width, "─", on) + "─" for name, width, on in zip(names, widths, right, strict=True)
    )
    lines = [f"{margin}┌{edge}┐"]
    for number, row in enumerate(rows, 1):
        cells = " │ ".join(_padded(cell, width, " ", on) for cell, width, on in zip(row, widths, right, strict=True))
        lines.append(f"{number:>{len(margin) - 2}}. │ {cells} │")
    lines.append(margin + "└" + "┴".join("─" * (width + 2) for width in widths) + "┘")
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


def write_vertical(result: Result) -> bytes:
    names, rows, _ = _measured(result)
    width = max(map(cell_len, names), default=0)
    parts = []
    for number, row in enumerate(rows, 1):
        title = f"Row {number}:"
        cells = "".join(
            f"{name}: {' ' * (width - cell_len(name))}{cell}\n" for name, cell in zip(names, row, strict=True)
        )
        parts.append(f"{title}\n{'─' * len(title)}\n{cells}")
    return "\n".join(parts).encode("utf-8", "surrogateescape")


def write_markdown(result: Result) -> bytes:
    name_of = tsv_writer(STRING)
    writers = [tsv_writer(column.type) for column in result.columns]
    lines = [
        "| " + " | ".join(name_of(column.name) for column in result.columns) + " |",
        "|" + "|".join("-:" if _is_right(column.type) else ":-" for column in result.columns) + "|",
    ]
    for row in result.rows:
        cells = (write(value) for write, value in zip(writers, row, strict=True))
        lines.append("| " + " | ".join(cells) + " |")
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


def _measured(result: Result) -> tuple[list[str], list[list[str]], list[int]]:
    """Names, cells, and the width of each column on a terminal."""
    names = [column.name for column in result.columns]
    writers = [plain_writer(column.type) for column in result.columns]
    rows = [
        [NULL_MARK if value is None else write(value) for write, value in zip(writers, row, strict=True)]
        for row in result.rows
    ]
    widths = [max(cell_len(row[index]) for row in [names, *rows]) for index in range(len(names))]
    return names, rows, widths


def _padded(text: str, width: int, filler: str, right: bool) -> str:
    space = filler * (width - cell_len(text))
    return space + text if right else text + space


def _is_right(type_: Type) -> bool:
    return (type_.is_number and type_.name != "Bool") or type_.is_temporal
