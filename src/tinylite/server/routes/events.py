"""/v0/events: events in, and what became of them."""

from __future__ import annotations

from tinylite.ingest.decode import MAX_BODY, decode
from tinylite.ingest.keys import LONGEST_KEY
from tinylite.ingest.receipts import receipt_of
from tinylite.server.auth import allow, authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request, json_answer
from tinylite.workspace import Workspace

FORMATS = ("ndjson", "json")


async def post_events(request: Request, workspace: Workspace) -> Answer:
    """The body is events, whatever its Content-Type says: clients send every kind of it."""
    name = request.text("name")
    token = authenticate(request, workspace)
    if not name:
        raise Refused(400, "the parameter name is missing: the data source to append to")
    allow(token, "DATASOURCES:APPEND", name)
    if request.deployment not in ("", "live"):
        raise Refused(400, "events go to the live deployment and to all beside it: send them without __tb__deployment")
    format = request.text("format", "ndjson")
    if format not in FORMATS:
        raise Refused(400, f"the format {format} is not supported here; there are {', '.join(FORMATS)}")
    if request.header("content-type").startswith("multipart/"):
        raise Refused(400, "the body is a form: send the events themselves as the body, or files to /v0/datasources")
    key = request.header("idempotency-key")
    if len(key.encode()) > LONGEST_KEY:
        raise Refused(400, f"the Idempotency-Key has more than {LONGEST_KEY} bytes")
    body = await request.body(MAX_BODY)
    lines = decode(body, encoding=request.header("content-encoding"), format=format)
    wait = request.text("wait").lower() in ("true", "1")
    ack = await workspace.ingest.append(name, lines, wait=wait, key=key)
    counts = {"successful_rows": ack.successful_rows, "quarantined_rows": ack.quarantined_rows}
    headers = {"x-receipt": ack.receipt} if ack.receipt else {}
    return json_answer(counts, 200 if wait else 202, headers)


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
