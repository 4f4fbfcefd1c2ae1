"""Problems as answers."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping

from tinylite.diagnostics import DiagnosticError
from tinylite.ingest.errors import IngestError, Overloaded
from tinylite.ingest.ingest import MAX_WAITING
from tinylite.server.http import Answer, ClientGone, TooSlow, error_answer
from tinylite.template import CustomError
from tinylite.workspace.jobs import Job
from tinylite.workspace.workers import Busy

logger = logging.getLogger("tinylite.server")
_STATUS = {
    "TL502": 408,
    "TL508": 404,
    "TL509": 403,
    "TL512": 409,
    "TL527": 409,
    "TL528": 409,
    "TL517": 503,
    "TL523": 409,
    "TL524": 409,
    "TL514": 409,
    "TL522": 413,
}


class Refused(Exception):
    """The request can't be answered, with HTTP's status and the reason."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.headers = headers


def later(limit: int) -> dict[str, str]:
    """Headers of an answer that a client may ask for again in a second. Clients read the reset as a moment or as a
    delay: all of them look at Retry-After first.
    """
    reset = str(int(time.time()) + 1)
    return {
        "retry-after": "1",
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": reset,
    }


def status_of(job: Job) -> int:
    """Of an answer that tells of a job that failed."""
    if job.status == "cancelled":
        return 409
    status = job.progress.get("status_code", 400)
    return status if isinstance(status, int) else 400


def answer_of(problem: Exception, request_id: str) -> Answer:
    """What the client is told. A problem that is not one of its own is logged, with the request's id."""
    match problem:
        case CustomError():
            body = problem.body if isinstance(problem.body, dict) else {"error": str(problem.body)}
            return Answer(json.dumps(body).encode(), problem.status)
        case DiagnosticError():
            first = problem.diagnostics[0]
            text = first.message + (f" ({first.hint})" if first.hint else "")
            return error_answer(text, _STATUS.get(first.code, 400))
        case Busy():
            return error_answer(str(problem), 503, {"retry-after": str(problem.retry_after)})
        case Overloaded():
            return error_answer(str(problem), problem.status, later(MAX_WAITING))
        case Refused():
            return error_answer(str(problem), problem.status, problem.headers)
        case IngestError():
            return error_answer(str(problem), problem.status)
        case TooSlow():
            # What is still to come of the body can't be told from another request.
            return error_answer(str(problem), 408, {"connection": "close"})
        case ClientGone():
            return error_answer("the client closed the connection", 400)
    logger.error("request %s failed", request_id, exc_info=problem)
    return error_answer(f"an unexpected error happened; its id in the server's log is {request_id}", 500)
