"""A result as an HTTP answer."""

from __future__ import annotations

from hashlib import blake2b

from tinylite.engine.base import Result
from tinylite.formats.json import statistics
from tinylite.formats.table import Format
from tinylite.server.http import Answer, Request


def written(result: Result, format: Format) -> Answer:
    """The statistics stand in a header too: not every format has a place for them."""
    body = format.body(result)
    # Two runs of a query differ in their statistics only, which stand last.
    digest = blake2b(body.rpartition(b'"statistics"')[0] or body, digest_size=12).hexdigest()
    headers = {"x-db-statistics": statistics(result), "etag": f'W/"{digest}"'}
    return Answer(body, content_type=format.content_type, headers=headers)


def unchanged(answer: Answer, request: Request) -> Answer | None:
    """An answer without a body (304) for who has this one already (RFC 9110, If-None-Match)."""
    known = request.header("if-none-match")
    if not known or answer.headers.get("etag", "") not in [tag.strip() for tag in known.split(",")]:
        return None
    return Answer(b"", 304, answer.content_type, {"etag": answer.headers["etag"]})
