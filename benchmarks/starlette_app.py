"""What the endpoint is measured against: one Starlette route that does nothing."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def hello(request: Request) -> JSONResponse:
    return JSONResponse({"data": [{"x": 1}]})


app = Starlette(routes=[Route("/hello", hello)])
