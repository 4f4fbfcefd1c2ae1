"""NDJSON, and a JSON array of events."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO

from tinylite.datafile.model import Datasource
from tinylite.ingest.decode import decode
from tinylite.ingest.errors import Malformed
from tinylite.ingest.staged import Piece
from tinylite.workspace.opened import InputFile
from tinylite.workspace.readers.piece import BYTES, MAX_ROW, Dialect

_DECODER = json.JSONDecoder()
_BLANKS = re.compile(r"[ \t\r\n]*")
_BOM = b"\xef\xbb\xbf"


def read_ndjson(file: InputFile, datasource: Datasource, dialect: Dialect) -> Iterator[Piece]:
    with file.unpacked() as content:
        yield from _lines(content, b"")


def read_json(file: InputFile, datasource: Datasource, dialect: Dialect) -> Iterator[Piece]:
    """An array; what is none counts as NDJSON."""
    with file.unpacked() as content:
        start = content.read(BYTES).removeprefix(_BOM).lstrip()
        if start[:1] == b"[":
            yield from _array(content, start[1:])
        else:
            yield from _lines(content, start)


def _lines(file: IO[bytes], rest: bytes) -> Iterator[Piece]:
    while chunk := file.read(BYTES):
        whole, found, rest_of_line = (rest + chunk).rpartition(b"\n")
        if found and (lines := decode(whole, limit=MAX_ROW * 2)):
            yield Piece(lines)
        rest = rest_of_line
        if len(rest) > MAX_ROW:
            raise Malformed(f"a line has more than {MAX_ROW:,} bytes: this is no NDJSON")
    if lines := decode(rest, limit=MAX_ROW * 2):
        yield Piece(lines)


def _array(file: IO[bytes], start: bytes) -> Iterator[Piece]:
    lines: list[str] = []
    size = 0
    for item in array_items(file, start):
        lines.append(item)
        size += len(item)
        if size >= BYTES:
            yield Piece("\n".join(lines).encode())
            lines, size = [], 0
    if lines:
        yield Piece("\n".join(lines).encode())


def array_items(file: IO[bytes], start: bytes) -> Iterator[str]:
    """The items of an array as they are written: numbers would lose digits on the way through Python's. `start` is what
    was read behind its bracket already. Raises Malformed.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text, more = decoder.decode(start), True
        needs_item = False
        while True:
            items, position, is_over, needs_item = _items(text, needs_item, is_last=not more)
            yield from items
            if is_over:
                if text[position:].strip() or (more and file.read(BYTES).strip()):
                    raise Malformed("the file is not a JSON array: something stands behind its end")
                return
            if not more:
                raise Malformed("the file is not a JSON array: its end is missing")
            text = text[position:]
            if len(text) > MAX_ROW:
                raise Malformed(f"an item has more than {MAX_ROW:,} characters, or is no JSON")
            chunk = file.read(BYTES)
            more = bool(chunk)
            text += decoder.decode(chunk, final=not more)
    except UnicodeDecodeError as problem:
        raise Malformed(f"the file is not UTF-8: {problem}") from None


def _items(text: str, needs_item: bool, *, is_last: bool) -> tuple[list[str], int, bool, bool]:
    """Whole items from the beginning of a text, where it goes on, whether the array is over, and whether a comma calls
    for another item.
    """
    items: list[str] = []
    position = _after_blanks(text, 0)
    while position < len(text):
        if text[position] == "]" and not needs_item:
            return items, position + 1, True, False
        try:
            _, end = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError) as problem:
            if is_last:
                raise Malformed(f"the file is not a JSON array: {problem}") from None
            break
        after = _after_blanks(text, end)
        if after == len(text):
            # The rest of a number may still come.
            break
        if text[after] not in ",]":
            raise Malformed(f"the file is not a JSON array: a comma is missing behind {text[position:end][-40:]}")
        items.append(text[position:end].replace("\r", " ").replace("\n", " "))
        needs_item = text[after] == ","
        position = _after_blanks(text, after + 1) if needs_item else after
    return items, position, False, needs_item


def _after_blanks(text: str, position: int) -> int:
    found = _BLANKS.match(text, position)
    return found.end() if found else position
