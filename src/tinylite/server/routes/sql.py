"""/v0/sql: a SELECT of the caller's."""

from __future__ import annotations

import re

from tinylite.server.auth import admin, authenticate
from tinylite.server.errors import Refused
from tinylite.server.formats.table import FORMATS, Format
from tinylite.server.http import Answer, Request, parameters
from tinylite.server.params import MAX_BODY
from tinylite.workspace import Workspace

_FORMAT = re.compile(r"\s+FORMAT\s+([A-Za-z]+)\s*;?\s*\Z", re.I)


async def run_sql(request: Request, workspace: Workspace) -> Answer:
    """GET with `q`; POST with a form, or with the text itself as the body. The default format is TSV."""
    token = authenticate(request, workspace.tokens)
    admin(token)
    found = dict(request.query)
    if request.method == "POST":
        body = (await request.body(MAX_BODY)).decode("utf-8", "replace")
        if (
            "x-www-form-urlencoded" in request.header("content-type") and body.startswith(("q=", "q ="))
        ) or "&q=" in body:
            found = {**parameters(body), **found}
        elif body.strip():
            found["q"] = body
    text = str(found.pop("q", "")).strip()
    if not text:
        raise Refused(400, "the parameter q is missing: the SELECT to run")
    text, format = _split(text)
    result = await workspace.query(text, found, str(found.get("pipeline", "")) or None)
    return Answer(format.write(result), content_type=format.content_type)


def _split(text: str) -> tuple[str, Format]:
    match = _FORMAT.search(text)
    if match is None:
        return text.rstrip().rstrip(";"), FORMATS["TSV"]
    by_fold = {name.lower(): format for name, format in FORMATS.items()}
    format = by_fold.get(match.group(1).lower())
    if format is None:
        raise Refused(400, f"the format {match.group(1)} is not supported; there are {', '.join(sorted(FORMATS))}")
    return text[: match.start()], format
