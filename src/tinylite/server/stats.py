"""What was asked, for `tinybird.pipe_stats_rt` and `tinybird.endpoint_errors`."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from tinylite.server.http import Answer, Request
from tinylite.workspace.records import Records, shown

_SQL = "query_api"
"""The vendor's name for the pipe of a SELECT that stands in no pipe."""


def record_request(records: Records, request: Request, answer: Answer, started: float, request_id: str) -> None:
    """`started` is by time.perf_counter()."""
    if request.path.endswith(("/openapi.json", ".pipe")):
        return
    took = time.perf_counter() - started
    name = request.path.rpartition("/")[2].rpartition(".")[0] or _SQL
    parameters = {key: str(value) for key, value in request.query.items() if key != "token"}
    row: dict[str, object] = {
        "start_datetime": shown(datetime.now(UTC) - timedelta(seconds=took)),
        "pipe_id": name,
        "pipe_name": name,
        "url": request.path + (f"?{urlencode(parameters)}" if parameters else ""),
        "request_id": request_id,
        "status_code": answer.status,
    }
    records.add("pipe_stats_rt", {
        **row, "duration": took, "result_rows": answer.rows, "error": int(answer.status >= 400),
        "token": request.asker[0], "token_name": request.asker[1], "method": request.method, "parameters": parameters,
        "user_agent": request.header("user-agent") or None,
    })  # fmt: skip
    if answer.status >= 400:
        records.add("endpoint_errors", {**row, "params": json.dumps(parameters), "error": _error(answer)})


def _error(answer: Answer) -> str:
    """CustomError answers with a body of the project's own."""
    try:
        return str(json.loads(answer.body)["error"])
    except (ValueError, LookupError, TypeError):
        return answer.body.decode("utf-8", "replace")[:1000]
