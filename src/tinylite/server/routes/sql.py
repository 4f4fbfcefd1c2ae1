"""/v0/sql: a SELECT of the caller's."""

from __future__ import annotations

import re

from tinylite.server.auth import admin, authenticate
from tinylite.server.errors import Refused
from tinylite.server.formats.table import FORMATS, Format
from tinylite.server.http import Answer, Request
from tinylite.server.params import MAX_BODY, of_body, text_of
from tinylite.workspace import Workspace

_FORM = re.compile(rb"(?:^|&)q=")
_FORMAT = re.compile(r"\s+FORMAT\s+([A-Za-z]+)\s*;?\s*\Z", re.I)


async def run_sql(request: Request, workspace: Workspace) -> Answer:
    """GET with `q`; POST with a form, with JSON, or with the text itself as the body. The default format is TSV."""
    token = authenticate(request, workspace.tokens)
    admin(token)
    found = dict(request.query)
    if request.method == "POST":
        body = await request.body(MAX_BODY)
        kind = request.header("content-type")
        # curl calls every body a form.
        if "json" in kind or ("x-www-form-urlencoded" in kind and _FORM.search(body)):
            found = {**of_body(body, kind), **found}
        elif body.strip():
            found["q"] = text_of(body)
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
