"""A result as an HTTP answer."""

from __future__ import annotations

from tinylite.engine.base import Result
from tinylite.server.formats.json import statistics
from tinylite.server.formats.table import Format
from tinylite.server.http import Answer


def written(result: Result, format: Format) -> Answer:
    """The statistics stand in a header too: not every format has a place for them."""
    headers = {"x-db-statistics": statistics(result)}
    return Answer(format.body(result), content_type=format.content_type, headers=headers, rows=len(result.rows))
