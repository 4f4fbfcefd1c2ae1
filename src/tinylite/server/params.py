"""Parameters of a query: from the query string, a form, or a JSON body."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import orjson

from tinylite.server.errors import Refused
from tinylite.server.http import Request, parameters
from tinylite.workspace.parameters import as_parameters

MAX_BODY = 5 * 1024 * 1024
# Of the query string, but no parameters of a pipe.
_OWN = ("token", "from", "cli_version", "__tb__deployment")


async def arguments(request: Request) -> dict[str, object]:
    """All of them; those of the query string win. Raises Refused (400)."""
    found: dict[str, object] = {}
    if request.method == "POST":
        body = await request.body(MAX_BODY)
        found = of_body(body, request.header("content-type")) if body.strip() else {}
    return {**found, **{name: value for name, value in request.query.items() if name not in _OWN}}


def key_of(found: Mapping[str, object]) -> Hashable:
    """Equal for the same parameters."""
    return tuple(sorted((name, value if isinstance(value, str) else repr(value)) for name, value in found.items()))


def of_body(body: bytes, content_type: str) -> dict[str, object]:
    """Raises Refused (400)."""
    if "json" in content_type or body.lstrip()[:1] == b"{":
        try:
            value = orjson.loads(body)
        except ValueError as problem:
            raise Refused(400, f"the body is not JSON: {problem}") from None
        if not isinstance(value, dict):
            raise Refused(400, "the body must be a JSON object of parameters")
        try:
            return {name: item for name, item in as_parameters(value).items() if item is not None}
        except RecursionError:
            raise Refused(400, "the body is nested too deep") from None
    return parameters(text_of(body))


def text_of(body: bytes) -> str:
    """Raises Refused (400)."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Refused(400, "the body is not UTF-8") from None
