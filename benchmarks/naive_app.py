"""What somebody writes in an afternoon: a route, a thread, a cursor, SQL as text, all rows, JSON. And bare routes."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import anyio.to_thread
import duckdb
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

CONNECTION = duckdb.connect(os.environ["NAIVE_DATABASE"], read_only=True)
SQL = "SELECT id, value FROM points WHERE id = $id LIMIT $limit"
BODY = b'{"data":[{"x":1}]}'.ljust(int(os.environ.get("BARE_BYTES", "65")))


def answer(values: dict[str, object]) -> bytes:
    cursor = CONNECTION.cursor()
    rows = cursor.execute(SQL, values).fetchall()
    names = [column[0] for column in cursor.description or ()]
    return orjson.dumps({"data": [dict(zip(names, row, strict=True)) for row in rows], "rows": len(rows)})


async def one_point(request: Request) -> Response:
    values = {"id": int(request.query_params["id"]), "limit": int(request.query_params.get("limit", "10"))}
    return Response(await anyio.to_thread.run_sync(answer, values), media_type="application/json")


async def hello(request: Request) -> JSONResponse:
    return JSONResponse({"data": [{"x": 1}]})


app = Starlette(routes=[Route("/one_point", one_point), Route("/hello", hello)])


async def bare(
    scope: MutableMapping[str, Any], receive: object, send: Callable[[MutableMapping[str, Any]], Awaitable[None]]
) -> None:
    """An ASGI application that does nothing, with as many bytes as a kept answer."""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})
