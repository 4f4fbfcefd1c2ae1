"""/endpoints: pages for people, made in the browser of what /v0/pipes/openapi.json says to their token.

The files are the same for everyone and hold no data, so they need no token.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files

from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request
from tinylite.workspace import Workspace

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".html": "text/html"}
# Scripts, styles and answers of this server only: what a project or its rows hold can start nothing.
_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cache-control": "no-cache",
}


async def show_page(request: Request, workspace: Workspace) -> Answer:
    """GET /endpoints and /endpoints/NAME."""
    return _file("page.html", request)


async def console_file(request: Request, workspace: Workspace) -> Answer:
    """GET /console/FILE: styles and scripts of the pages."""
    return _file(request.path.rpartition("/")[2], request)


def _file(name: str, request: Request) -> Answer:
    found = _contents().get(name)
    if found is None:
        raise Refused(404, f"there is nothing at {request.path}")
    content, etag = found
    kind = _TYPES[name[name.rindex(".") :]] + "; charset=utf-8"
    headers = {**_HEADERS, "etag": etag}
    if request.header("if-none-match") == etag:
        return Answer(b"", 304, kind, headers, shared=False)
    return Answer(content, content_type=kind, headers=headers, shared=False)


@lru_cache(maxsize=1)
def _contents() -> dict[str, tuple[bytes, str]]:
    """Each file with its ETag, by name."""
    found = {}
    for file in files("tinylite.server").joinpath("console").iterdir():
        content = file.read_bytes()
        found[file.name] = content, f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    return found
