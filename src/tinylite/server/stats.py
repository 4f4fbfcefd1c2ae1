"""What was asked, for `tinybird.pipe_stats_rt` and `tinybird.endpoint_errors`."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from urllib.parse import urlencode

from tinylite.formats.body import Body
from tinylite.server.http import Answer, Request
from tinylite.workspace.records import Records, Requested, Row, shown

_SQL = "query_api"
"""The vendor's name for the pipe of a SELECT that stands in no pipe."""


def record_request(records: Records, request: Request, answer: Answer, started: float, request_id: str) -> None:
    """`started` is by time.perf_counter()."""
    if request.path.endswith(("/openapi.json", ".pipe")):
        return
    took = time.perf_counter() - started
    moment = time.time() - took

    records.add_request(
        Requested(
            int(moment), request_id, took, pipe_of(request.path), request.path, request.query, answer.status,
            answer.rows, answer.rows_read, answer.bytes_read, *request.asker, request.method,
            request.header("user-agent") or None,
        )
    )  # fmt: skip
    if answer.status >= 400:
        records.add("endpoint_errors", lambda: _error_row(request, answer, moment, request_id))


def row_of(request: Request, answer: Answer) -> Row:
    """But for the moment, the request's id and the duration."""
    return {
        **_asked(request, answer.status), "result_rows": answer.rows, "read_rows": answer.rows_read,
        "read_bytes": answer.bytes_read, "error": int(answer.status >= 400), "token": request.asker[0],
        "token_name": request.asker[1], "method": request.method, "parameters": _parameters(request),
        "user_agent": request.header("user-agent") or None,
    }  # fmt: skip


def _asked(request: Request, status: int) -> Row:
    name = pipe_of(request.path)
    parameters = _parameters(request)
    url = request.path + (f"?{urlencode(parameters)}" if parameters else "")
    return {"pipe_id": name, "pipe_name": name, "url": url, "status_code": status}


def pipe_of(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0] or _SQL


def _parameters(request: Request) -> dict[str, str]:
    return {key: str(value) for key, value in request.query.items() if key != "token"}


def _error_row(request: Request, answer: Answer, moment: float, request_id: str) -> Row:
    return {
        **_asked(request, answer.status), "request_id": request_id, "start_datetime": _text(moment),
        "params": json.dumps(_parameters(request)), "error": _error(answer),
    }  # fmt: skip


def _text(moment: float) -> str:
    return shown(datetime.fromtimestamp(moment, UTC))


def _error(answer: Answer) -> str:
    """CustomError answers with a body of the project's own."""
    if isinstance(answer.body, Body):
        return ""
    try:
        return str(json.loads(answer.body)["error"])
    except (ValueError, LookupError, TypeError):
        return answer.body.decode("utf-8", "replace")[:1000]
