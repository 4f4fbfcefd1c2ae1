"""/v0/events: events in, and what became of them."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from weakref import WeakKeyDictionary, ref

from tinylite.ingest.decode import MAX_BODY, decode
from tinylite.ingest.errors import IngestError
from tinylite.ingest.fits import MOST_BYTES
from tinylite.ingest.keys import LONGEST_KEY
from tinylite.ingest.receipts import receipt_of
from tinylite.ingest.request import Ack, Answered, Outcome
from tinylite.server.auth import allow, authenticate
from tinylite.server.errors import Refused, answer_of
from tinylite.server.http import Answer, Request, fresh_id, header_fields, json_answer
from tinylite.server.quick import LEARN
from tinylite.server.routes.schemas import create_for_events
from tinylite.workspace import Workspace
from tinylite.workspace.scopes import Scope

FORMATS = ("ndjson", "json")
CREATES = Scope("DATASOURCES:CREATE")
_LIMIT = "TINYLITE_MAX_BODY"


@cache
def largest_body() -> int:
    """Bytes of a request, unpacked: the vendor's limit, unless the environment says otherwise."""
    text = os.environ.get(_LIMIT, "")
    if text and not text.isdecimal():
        logging.getLogger("tinylite.server").warning("%s is a number of bytes, not %r", _LIMIT, text)
    return int(text) if text.isdecimal() else MAX_BODY


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the parameters and the token of a request ask for, checked; right while no token changes."""

    name: str
    format: str
    waits: bool
    creates: bool
    """Whether a data source that is not there is made: not for admins, who would make one of every slip of the pen."""
    tokens: int
    is_kept: bool
    """Whether who asks the same again need not be looked at again."""


_REMEMBERED = 1000
_known: WeakKeyDictionary[Workspace, dict[tuple[bytes, bytes], _Asked]] = WeakKeyDictionary()
"""By query string and Authorization: whoever sends events sends the same ones each time."""


async def post_events(request: Request, workspace: Workspace) -> Answer:
    """The body is events, whatever its Content-Type says: clients send every kind of it."""
    asked = _asked(request, workspace)
    if request.header("content-type").startswith("multipart/"):
        raise Refused(400, "the body is a form: send the events themselves as the body, or files to /v0/datasources")
    key = request.header("idempotency-key")
    if len(key.encode()) > LONGEST_KEY:
        raise Refused(400, f"the Idempotency-Key has more than {LONGEST_KEY} bytes")
    encoding, limit = request.header("content-encoding"), largest_body()
    told = request.header("content-length")
    size = int(told[:20]) if told.isdecimal() else 0
    if size <= MOST_BYTES:
        body = await request.body(limit)
        lines = decode(body, encoding=encoding, format=asked.format, limit=limit)
    else:
        with workspace.ingest.receiving(min(size, limit)):
            body = await request.body(limit)
            # The other requests go on meanwhile.
            lines = await asyncio.to_thread(decode, body, encoding=encoding, format=asked.format, limit=limit)
    if asked.creates and lines and asked.name not in workspace.datasources():
        await create_for_events(asked.name, lines, workspace)
    ack = await workspace.ingest.append(asked.name, lines, wait=asked.waits, key=key)
    learn = request.scope.get(LEARN)
    if learn is not None and asked.is_kept and not (asked.waits or key or encoding) and size <= MOST_BYTES:
        learn(_Again(asked, workspace))
    headers = {"x-receipt": ack.receipt} if ack.receipt else {}
    return Answer(_counts(ack), 200 if asked.waits else 202, headers=headers)


def _counts(ack: Ack) -> bytes:
    return b'{"successful_rows":%d,"quarantined_rows":%d}' % (ack.successful_rows, ack.quarantined_rows)


class _Again:
    """Takes bodies behind a head that was read before, and answers as `post_events` does."""

    __slots__ = ("_asked", "_loop", "_workspace")

    def __init__(self, asked: _Asked, workspace: Workspace) -> None:
        self._asked = asked
        self._workspace = ref(workspace)
        self._loop = asyncio.get_running_loop()

    def take(self, body: bytes, answered: Answered) -> bool:
        workspace, asked = self._workspace(), self._asked
        if workspace is None or workspace.is_closed or workspace.tokens.version != asked.tokens:
            return False
        try:
            lines = decode(body, format=asked.format, limit=largest_body())
        except IngestError:
            return False
        return workspace.ingest.take(asked.name, lines, self._loop, answered)

    def written(self, outcome: Outcome, started: float) -> bytes:
        request_id = fresh_id()
        if isinstance(outcome, Ack):
            status, body = 202, _counts(outcome)
            fields = _FIELDS % (len(body), outcome.receipt.encode(), request_id.encode())
        else:
            answer = answer_of(outcome, request_id)
            assert isinstance(answer.body, bytes)
            status, body = answer.status, answer.body
            listed = [*header_fields(answer, len(body), ""), (b"x-request-id", request_id.encode())]
            fields = b"".join(b"%s: %s\r\n" % field for field in listed)
        workspace = self._workspace()
        if workspace is not None:
            workspace.counters.count("/v0/events", status, time.perf_counter() - started)
        return b"%d %s\r\n%s\r\n%s" % (status, HTTPStatus(status).phrase.encode(), fields, body)


_FIELDS = b"".join(b"%s: %s\r\n" % field for field in header_fields(Answer(b""), 0, "")).replace(
    b": 0\r", b": %d\r"
) + (b"x-receipt: %s\r\nx-request-id: %s\r\n")


def _asked(request: Request, workspace: Workspace) -> _Asked:
    """Raises Refused."""
    remembered = _known.setdefault(workspace, {})
    place = request.scope["query_string"], request.raw_header(b"authorization")
    found = remembered.get(place)
    if found is not None and found.tokens == workspace.tokens.version and not request.deployment:
        return found
    name = request.text("name")
    token = authenticate(request, workspace)
    if not name:
        raise Refused(400, "the parameter name is missing: the data source to append to")
    allow(token, "DATASOURCES:APPEND", name)
    format = request.text("format", "ndjson")
    if format not in FORMATS:
        raise Refused(400, f"the format {format} is not supported here; there are {', '.join(FORMATS)}")
    waits, creates = request.text("wait").lower() in ("true", "1"), CREATES in token.scopes
    is_kept = request.is_settled and not request.deployment
    asked = _Asked(name, format, waits, creates, workspace.tokens.version, is_kept)
    if is_kept:
        if len(remembered) >= _REMEMBERED:
            remembered.clear()
        remembered[place] = asked
    return asked


async def get_receipt(request: Request, workspace: Workspace) -> Answer:
    """GET /v0/events/receipts/ID: for who may append to the data source, or read it."""
    id = request.path.rpartition("/")[2]
    token = authenticate(request, workspace)
    receipt = receipt_of(id)
    if receipt is None:
        raise Refused(404, f"there is no receipt {id}")
    if not token.allows("DATASOURCES:READ", receipt.source):
        allow(token, "DATASOURCES:APPEND", receipt.source)
    fate = await workspace.workers.run(lambda: workspace.ingest.fate(receipt))
    if fate is None:
        raise Refused(404, f"there is no receipt {id}")
    return json_answer(
        {
            "receipt": id,
            "datasource": receipt.source,
            "status": fate.status,
            "successful_rows": fate.successful_rows,
            "quarantined_rows": fate.quarantined_rows,
            "errors": [{"error": reason, "rows": rows} for reason, rows in fate.reasons],
        }
    )
