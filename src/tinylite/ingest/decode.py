"""The body of a request as lines of JSON, one event a line."""

from __future__ import annotations

import json
import zlib

from tinylite.ingest.errors import Malformed, TooLarge, Unsupported

MAX_BODY = 10 * 1024 * 1024
"""Bytes of one request, after decompression."""


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
    if format == "json" and text[:1] == b"[":
        return _array(text)
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
    try:
        with zstandard.ZstdDecompressor().stream_reader(body, read_across_frames=True) as reader:
            out = reader.read(limit + 1)
    except zstandard.ZstdError as problem:
        raise Malformed(f"the body is not zstd: {problem}") from None
    if len(out) > limit:
        raise TooLarge(f"the decompressed body has more than {limit:,} bytes")
    return bytes(out)


def _first_line_is_whole(text: bytes) -> bool:
    """NDJSON, and not one document that is spread over lines."""
    first = text.split(b"\n", 1)[0].strip()
    if not first.endswith(b"}"):
        return False
    try:
        json.loads(first)
    except ValueError:
        return False
    return True


def _one_document(text: bytes) -> bytes:
    """A document over several lines on one line; what is none stays as it is."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    # Outside of strings a line break is a blank; inside it can't stand.
    return text.replace(b"\r", b" ").replace(b"\n", b" ")


def _array(text: bytes) -> bytes:
    try:
        events = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise Malformed(f"the body is not a JSON array: {problem}") from None
    return b"\n".join(json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode() for event in events)


def _lines(text: bytes) -> bytes:
    """One event a line: blank lines go, carriage returns too."""
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b" ")
    while b"\n\n" in text:
        text = text.replace(b"\n\n", b"\n")
    if b"\n " in text or b" \n" in text or b"\t\n" in text:
        text = b"\n".join(line for line in text.split(b"\n") if line.strip())
    return text
