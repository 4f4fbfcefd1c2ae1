"""The body of a request as lines of JSON, one event a line."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator

import numpy as np

from tinylite.ingest.errors import Malformed, TooLarge, Unsupported

MAX_BODY = 10 * 1024 * 1024
"""Bytes of one request, after decompression."""
_ZSTD_STEP = 256
_SMALL = 64 * 1024
_CHUNK = 1 << 18
_DECODER = json.JSONDecoder()
_BLANKS = re.compile(r"[ \t\r\n]*")


def decode(body: bytes, *, encoding: str = "", format: str = "ndjson", limit: int = MAX_BODY) -> bytes:
    """NDJSON in UTF-8 without blank lines and without a final newline; empty when there are no events.

    Lines that are not JSON stay as they are: the loader sets them aside. Raises IngestError.
    """
    body = _decompressed(body, encoding.strip().lower(), limit)
    if len(body) > limit:
        raise TooLarge(f"the body has more than {limit:,} bytes")
    text = body.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        return b""
    if format == "json":
        if text[:1] == b"[":
            return _array(text)
        if text[:1] != b"{":
            raise Malformed("the body is neither a JSON object nor an array of them")
    if b"\n" in text and text[:1] == b"{" and not _first_line_is_whole(text):
        text = _one_document(text)
    return _lines(text)


def _decompressed(body: bytes, encoding: str, limit: int) -> bytes:
    if encoding in ("", "identity"):
        return body
    if encoding == "gzip":
        return _gunzipped(body, limit)
    if encoding == "zstd":
        return _unzstd(body, limit)
    raise Unsupported(f"the content encoding {encoding} is not supported; use gzip or zstd")


def _gunzipped(body: bytes, limit: int) -> bytes:
    """All members, no more than `limit` bytes."""
    out, rest = b"", body
    while rest:
        member = zlib.decompressobj(wbits=31)
        try:
            out += member.decompress(rest, limit + 1 - len(out))
        except zlib.error as problem:
            raise Malformed(f"the body is not gzip: {problem}") from None
        if len(out) > limit:
            raise TooLarge(f"the decompressed body has more than {limit:,} bytes")
        if not member.eof:
            raise Malformed("the gzip body is cut off")
        rest = member.unused_data
    return out


def _unzstd(body: bytes, limit: int) -> bytes:
    try:
        import zstandard
    except ImportError:
        raise Unsupported("zstd bodies need the extra tinylite[zstd]") from None
    out, frame = bytearray(), zstandard.ZstdDecompressor().decompressobj()
    try:
        # In small steps: each of them can't make more than some megabytes.
        for start in range(0, len(body), _ZSTD_STEP):
            rest = body[start : start + _ZSTD_STEP]
            while rest:
                frame = zstandard.ZstdDecompressor().decompressobj() if frame.eof else frame
                out += frame.decompress(rest)
                rest = frame.unused_data if frame.eof else b""
                if len(out) > limit:
                    raise TooLarge(f"the decompressed body has more than {limit:,} bytes")
    except zstandard.ZstdError as problem:
        raise Malformed(f"the body is not zstd: {problem}") from None
    if body and not frame.eof:
        raise Malformed("the zstd body is cut off")
    return bytes(out)


def _first_line_is_whole(text: bytes) -> bool:
    """NDJSON, and not one document that is spread over lines."""
    first = text[: text.find(b"\n")].strip()
    return first.endswith(b"}") and _is_json(first)


def _is_json(text: bytes) -> bool:
    """What is nested too deeply to tell counts as JSON."""
    try:
        json.loads(text)
    except ValueError:
        return False
    except RecursionError:
        return True
    return True


def _one_document(text: bytes) -> bytes:
    """A document over several lines on one line; what is none stays as it is."""
    return _on_one_line(text) if _is_json(text) else text


def _on_one_line(text: bytes) -> bytes:
    """Outside of strings a line break is a blank; inside it can't stand."""
    return text.replace(b"\r", b" ").replace(b"\n", b" ")


def _array(text: bytes) -> bytes:
    try:
        return b"\n".join(_on_one_line(item.encode()) for item in _items(text.decode()))
    except (ValueError, RecursionError) as problem:
        raise Malformed(f"the body is not a JSON array: {problem}") from None


def _items(text: str) -> Iterator[str]:
    """The items of an array as they are written: numbers would lose digits on the way through Python's.

    Raises ValueError.
    """
    position, last = _after_blanks(text, 1), len(text) - 1
    while position != last or text[last] != "]":
        _, end = _DECODER.raw_decode(text, position)
        yield text[position:end]
        position = _after_blanks(text, end)
        if text[position : position + 1] == ",":
            position = _after_blanks(text, position + 1)
            if position == last:
                raise ValueError("an item is missing behind the last comma")
        elif position != last:
            raise ValueError(f"a comma is missing at character {position}")


def _after_blanks(text: str, position: int) -> int:
    found = _BLANKS.match(text, position)
    return found.end() if found else position


def _lines(text: bytes) -> bytes:
    """One event a line: blank lines go, carriage returns too."""
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b" ")
    if _may_have_blank_lines(text):
        text = b"\n".join(line for line in text.split(b"\n") if line.strip())
    return text


def _may_have_blank_lines(text: bytes) -> bool:
    """Whether a line begins or ends with a blank, or is empty."""
    if b"\n" not in text:
        return False
    if len(text) < _SMALL:
        return b"\n\n" in text or b"\n " in text or b" \n" in text or b"\t\n" in text or b"\n\t" in text
    # Looking for pairs of bytes takes ten times as long as looking at line breaks, where nearly every line is whole.
    whole = np.frombuffer(text, dtype=np.uint8)
    for start in range(0, len(whole), _CHUNK):
        breaks = np.flatnonzero(whole[start : start + _CHUNK] == 10) + start
        # There is something on both sides: the text does not begin or end with a blank.
        if ((whole[breaks + 1] <= 32) | (whole[breaks - 1] <= 32)).any():
            return True
    return False
