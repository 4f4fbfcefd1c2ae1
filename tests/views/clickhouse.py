"""A project in ClickHouse itself (chDB), with native materialized views. Needs `tinylite[truth]`."""

from __future__ import annotations

import random
from typing import Any

from tests.views.projects import Written, blocks
from tinylite.engine.clickhouse import ClickHouse as Engine
from tinylite.engine.clickhouse.engine import SETTINGS
from tinylite.project import Library, assemble, views

# Quoted denormals tell NaN from NULL, and quoted decimals keep all their digits.
_SETTINGS = {**SETTINGS, "output_format_json_quote_denormals": "1", "output_format_json_quote_decimals": "1"}


class ClickHouse:
    """The project's rows are loaded, in blocks that `seed` decides."""

    def __init__(self, project: Written, seed: int) -> None:
        self._engine = Engine.open("chdb://", _SETTINGS)
        for datasource in project.datasources.values():
            self._engine.create(datasource)
        built = assemble({path: text.encode() for path, text in project.files.items()})
        for view in views(built, Library(built), built.secrets.get):
            self._engine.create_view(view)
        chance = random.Random(seed)
        for source in project.sources:
            for block in blocks(project.events(source), chance):
                self._engine.insert(source.name, block)

    def answer(self, sql: str) -> dict[str, Any]:
        told = self._engine.answer(sql)
        return {"meta": [list(column) for column in told.columns], "data": told.rows}

    def close(self) -> None:
        self._engine.close()
