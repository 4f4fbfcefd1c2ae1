"""Bodies that are files: raw or in a form, kept on the disk and not in memory."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import IO, TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect
from starlette.requests import Request as StarletteRequest

from tinylite.server.errors import Refused
from tinylite.server.http import ClientGone, Request, parameters
from tinylite.workspace.fetching import MAX_FILE

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_MAX_FIELD = 1024 * 1024
"""Bytes of a form's field that is no file, and of the head of one."""
_MAX_FIELDS = 100
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Upload:
    """`path` is None when there was no file; `name` is what the client calls it; `fields` are a form's other fields."""

    path: Path | None
    name: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@asynccontextmanager
async def upload(request: Request, folder: Path, known: frozenset[str]) -> AsyncIterator[Upload]:
    """The file is gone at the end, unless it was moved. `known` are names of fields: many a client sends a file as if
    it were a form, so a body is one only when it begins with one of them.

    Raises Refused (400, 413, 415).
    """
    encoding = request.header("content-encoding").strip().lower()
    if encoding not in ("", "identity", "gzip", "zstd"):
        raise Refused(415, f"the content encoding {encoding} is not supported; use gzip or zstd")
    path = folder / f"{uuid.uuid4().hex}.upload"
    kind = request.header("content-type")
    whole = StarletteRequest(request.scope, request.received)
    try:
        if kind.lower().startswith("multipart/form-data"):
            yield await _of_form(whole, path, kind)
        else:
            yield await _of_body(whole, path, kind, known)
    except ClientDisconnect:
        raise ClientGone from None
    finally:
        path.unlink(missing_ok=True)


async def _of_body(request: StarletteRequest, path: Path, kind: str, known: frozenset[str]) -> Upload:
    size = 0
    with path.open("wb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            _check_size(size)
            file.write(chunk)
    if kind.lower().startswith(_FORM) and 0 < size <= _MAX_FIELD:
        body = path.read_bytes()
        if body.partition(b"=")[0].decode("latin-1") in known:
            fields = parameters(body.decode("latin-1"))
            return Upload(None, fields={name: str(value) for name, value in fields.items()})
    return Upload(path if size else None)


def _check_size(size: int) -> None:
    if size > MAX_FILE:
        raise Refused(413, f"the file has more than {MAX_FILE:,} bytes")


async def _of_form(request: StarletteRequest, path: Path, kind: str) -> Upload:
    """The first file, whatever its field is called."""
    boundary = parse_options_header(kind)[1].get(b"boundary", b"")
    if not boundary:
        raise Refused(400, "the form can't be read: its Content-Type has no boundary")
    with path.open("wb") as file:
        form = _Form(file)
        try:
            parser = MultipartParser(boundary, form.callbacks())
            async for chunk in request.stream():
                parser.write(chunk)
            parser.finalize()
        except FormParserError as problem:
            raise Refused(400, f"the form can't be read: {problem}") from None
    if not form.is_whole:
        raise Refused(400, "the form can't be read: its end is missing")
    return Upload(path if form.has_file else None, form.file_name, form.fields)


class _Form:
    """What a form's parser finds, piece by piece."""

    def __init__(self, file: IO[bytes]) -> None:
        self.fields: dict[str, str] = {}
        self.file_name = ""
        self.has_file = False
        self.is_whole = False
        self._file = file
        self._size = 0
        self._parts = 0
        self._begin()

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._head_name,
            "on_header_value": self._head_value,
            "on_header_end": self._head_end,
            "on_headers_finished": self._heads_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > _MAX_FIELDS:
            raise Refused(400, f"the form has more than {_MAX_FIELDS} fields")
        self._heads = Message()
        self._head = [b"", b""]
        self._head_size = 0
        self._text = b""
        self._is_file = False

    def _add_to_head(self, which: int, text: bytes) -> None:
        self._head_size += len(text)
        if self._head_size > _MAX_FIELD:
            raise Refused(400, "the form can't be read: the head of a field is too long")
        self._head[which] += text

    def _head_name(self, data: bytes, start: int, end: int) -> None:
        self._add_to_head(0, data[start:end])

    def _head_value(self, data: bytes, start: int, end: int) -> None:
        self._add_to_head(1, data[start:end])

    def _head_end(self) -> None:
        name, value = (part.decode("utf-8", "replace") for part in self._head)
        self._heads[name] = value
        self._head = [b"", b""]

    def _heads_end(self) -> None:
        _, options = parse_options_header(str(self._heads.get("content-disposition", "")))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        is_file = b"filename" in options
        self._is_file = is_file and not self.has_file
        if self._is_file:
            self.has_file = True
            self.file_name = options[b"filename"].decode("utf-8", "replace")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._size += end - start
            _check_size(self._size)
            self._file.write(data[start:end])
        elif len(self._text) + end - start > _MAX_FIELD:
            raise Refused(413, f"a field of the form has more than {_MAX_FIELD:,} bytes")
        else:
            self._text += data[start:end]

    def _end(self) -> None:
        if not self._is_file:
            self.fields[self._name] = self._text.decode("utf-8", "replace")

    def _finish(self) -> None:
        self.is_whole = True
