"""/v0/sql: a SELECT of the caller's."""

from __future__ import annotations

import re
from collections.abc import Awaitable

from tinylite.formats.table import FORMATS, formatted
from tinylite.server.auth import admin, allow, authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request
from tinylite.server.params import MAX_BODY, key_of, of_body, text_of
from tinylite.server.routes.explain import explained
from tinylite.server.written import answer_of_query
from tinylite.workspace import Workspace
from tinylite.workspace.queries import Answered, Output

_FORM = re.compile(rb"(?:^|&)q=")


async def run_sql(request: Request, workspace: Workspace) -> Answer:
    """GET with `q`; POST with a form, with JSON, or with the text itself as the body. The default format is TSV."""
    token = authenticate(request, workspace)
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
    if str(found.pop("explain", "")).lower() in ("true", "1"):
        admin(token)
        text, _ = formatted(text, FORMATS["TSV"])
        return explained(await workspace.explain(text, found, str(found.get("pipeline") or "")))
    text, format = formatted(text, FORMATS["TSV"])
    pipeline = str(found.get("pipeline") or "")
    if pipeline:
        allow(token, "PIPES:READ", pipeline)
    deployment = request.deployment

    def ask(output: Output) -> Awaitable[Answered]:
        return workspace.query(text, found, pipeline or None, token.access, output, deployment)

    version = workspace.at(deployment).built_at if deployment else None
    asked = ("", text, pipeline, token.access_key, key_of(found), version)
    return await answer_of_query(request, workspace, format, asked, ask)
