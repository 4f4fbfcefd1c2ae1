"""tinybird-python-sdk: buffered rows, asynchronous ones, its log handler, raw requests."""

import asyncio
import logging
import os

from tb.a.datasource import AsyncDatasource
from tb.api import API
from tb.datasource import Datasource
from tb.logger import TinybirdLoggingHandler

url, token = os.environ["TINYBIRD_URL"], os.environ["TINYBIRD_TOKEN"]
ROW = {"id": "p", "tenant": "python", "time": "2026-01-01T00:00:00.123Z", "n": 1}

with Datasource("events", token, api_url=url) as source:
    for _ in range(3):
        source << ROW


async def send() -> None:
    async with AsyncDatasource("events", token, api_url=url) as other:
        await other.append({**ROW, "n": 10})
        # Its own end forgets what it has not sent.
        await other.flush()


asyncio.run(send())
logger = logging.getLogger("client")
logger.addHandler(TinybirdLoggingHandler(token, url, "client", "logs"))
logger.warning("said by the log handler")

api = API(token, url)
found = api.get("/pipes/by_tenant.json?tenant=python").json()
assert found["data"][0]["total"] == 13, found
told = api.get("/sql", params={"q": "SELECT count() AS n FROM logs WHERE message LIKE '%log handler%' FORMAT JSON"})
assert told.json()["data"] == [{"n": 1}], told.text
assert api.post("/datasources/logs/truncate").ok
try:
    API("wrong", url).get("/pipes")
except Exception as problem:
    assert "403" in str(problem) or "token" in str(problem), problem
else:
    raise AssertionError("a wrong token was let in")
