"""The answer of a query: kept ones again, others written while their rows come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable

from tinylite.engine.base import Limits
from tinylite.formats.body import Body, Writing
from tinylite.formats.compression import chosen
from tinylite.formats.json import statistics
from tinylite.formats.table import Format
from tinylite.server.http import Answer, Request
from tinylite.workspace import Workspace
from tinylite.workspace.answers import Made
from tinylite.workspace.queries import Answered, Output


class _Output(Writing):
    def __init__(self, format: Format, workspace: Workspace, limits: Limits, encoding: str) -> None:
        super().__init__(format, workspace.engine.staging, limits, encoding)


async def answer_of_query(
    request: Request,
    workspace: Workspace,
    format: Format,
    asked: Hashable,
    ask: Callable[[Output], Awaitable[Answered]],
    ask_at_once: Callable[[Hashable, Output], Awaitable[Answered | None] | None] | None = None,
) -> Answer:
    """`asked` holds all that the rows depend on, but for the tables, the project and the secrets. `ask_at_once` is for
    what takes so little that nobody else should ask it meanwhile; it may have no answer.
    """
    encoding = chosen(request.header("accept-encoding")) if not format.file else ""
    key = (workspace.state, format.name, encoding, asked)

    def output() -> _Output:
        return _Output(format, workspace, workspace.queries.limits, encoding)

    async def make() -> Made:
        return _made(format, await ask(output()))

    answers = workspace.answers
    answer, was_kept = answers.find(key), True
    if answer is None:
        soon = ask_at_once(key, output()) if ask_at_once is not None and not answers.is_asked(key) else None
        answered = await soon if soon is not None else None
        if answered is None:
            answer, was_kept = await request.unless_gone(answers.get(key, make))
        elif (answer := answers.find(key)) is None:
            made = _made(format, answered)
            answers.keep(key, made)
            answer, was_kept = made[0], False
    assert isinstance(answer, Answer)
    # Who asks for the first time may be the last one too.
    request.kept_as = key if was_kept else None
    if was_kept:
        answer = answer.again()
    return _unchanged(answer, request) or answer.with_header("x-cache", "hit" if was_kept else "miss")


_NEVER_KEPT = 1 << 62


def _made(format: Format, answered: Answered) -> Made:
    body, result = answered.made, answered.result
    assert isinstance(body, Body)
    # The statistics stand in a header too: not every format has a place for them.
    headers = {"x-db-statistics": statistics(result), "etag": f'W/"{body.digest}"'}
    if not format.file:
        headers["vary"] = "accept-encoding"
    answer = Answer(
        body if body.whole is None else body.whole,
        content_type=format.content_type,
        headers=headers,
        encoding=body.encoding,
        rows=result.count,
        rows_read=result.rows_read,
        bytes_read=result.bytes_read,
    )
    return answer, body.size if body.whole is not None else _NEVER_KEPT, answered.freshness


def _unchanged(answer: Answer, request: Request) -> Answer | None:
    """An answer without a body (304) for who has this one already (RFC 9110, If-None-Match)."""
    known = request.header("if-none-match")
    if not known or answer.headers["etag"] not in [tag.strip() for tag in known.split(",")]:
        return None
    return Answer(b"", 304, answer.content_type, {"etag": answer.headers["etag"]}, rows=answer.rows)
