"""mcp-tinybird as an assistant uses it: over its standard input and output. Prints what each tool said, as JSON."""

import asyncio
import json
import os
import sys
from pathlib import Path

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

ROW = '{"id": "m1", "tenant": "mcp", "time": "2026-01-01 00:00:00", "n": 7}'
CALLS = (
    ("save-event", {"datasource_name": "events", "data": ROW}),
    ("list-data-sources", {}),
    ("get-data-source", {"datasource_id": "events"}),
    ("list-pipes", {}),
    ("get-pipe", {"pipe_id": "by_tenant"}),
    ("request-pipe-data", {"pipe_id": "by_tenant", "params": {"tenant": "mcp"}}),
    ("run-select-query", {"select_query": "SELECT sum(n) AS n FROM events WHERE tenant = 'mcp'"}),
    ("analyze-pipe", {"pipe_name": "by_tenant"}),
    ("run-select-query", {"select_query": "SELECT nothing FROM events"}),
)


async def main() -> None:
    program = StdioServerParameters(
        command=sys.executable, args=["-c", "from mcp_tinybird.__main__ import main; main()"], env=dict(os.environ)
    )
    said = {}
    async with (
        stdio_client(program, errlog=Path(os.devnull).open("w")) as (read, write),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        for tool, words in CALLS:
            answer = await session.call_tool(tool, words)
            said.setdefault(tool, " ".join(part.text for part in answer.content))
    print(json.dumps(said))


asyncio.run(main())
