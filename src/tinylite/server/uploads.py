"""Bodies that are files: raw or multipart, kept on the disk and not in memory."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.requests import Request as StarletteRequest

from tinylite.server.errors import Refused
from tinylite.server.http import ClientGone, Request

MAX_FILE = 10 * 1024 * 1024 * 1024
"""Bytes of one file."""


@dataclass(frozen=True, slots=True)
class Upload:
    """`path` is None when there was no file; `name` is what the client calls it; `fields` are a form's other fields."""

    path: Path | None
    name: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@asynccontextmanager
async def upload(request: Request, folder: Path) -> AsyncIterator[Upload]:
    """The file is gone at the end. Raises Refused (400, 413)."""
    path = folder / f"{uuid.uuid4().hex}.upload"
    kind = request.header("content-type")
    whole = StarletteRequest(request.scope, request.receive)
    try:
        if kind.startswith("multipart/form-data"):
            yield await _of_form(whole, path)
        else:
            yield await _of_body(whole, path)
    except ClientDisconnect:
        raise ClientGone from None
    finally:
        path.unlink(missing_ok=True)


async def _of_body(request: StarletteRequest, path: Path) -> Upload:
    size = 0
    with path.open("wb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            if size > MAX_FILE:
                raise Refused(413, f"the file has more than {MAX_FILE:,} bytes")
            file.write(chunk)
    return Upload(path if size else None)


async def _of_form(request: StarletteRequest, path: Path) -> Upload:
    """The first file, whatever its field is called."""
    try:
        async with request.form() as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
            file = next((value for value in form.values() if isinstance(value, UploadFile)), None)
            if file is None:
                return Upload(None, fields=fields)
            with path.open("wb") as target:
                shutil.copyfileobj(file.file, target)
            return Upload(path, file.filename or "", fields)
    except HTTPException as problem:
        raise Refused(400, f"the form can't be read: {problem.detail}") from None
