"""A project that is worth attacking, and who may see what of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.server.client import Client, Response, endpoint, served

OTHERS = "b's own page"
"""Only tenant b has it."""
HITS = """SCHEMA >
    `tenant` String `json:$.tenant`,
    `page` String `json:$.page`,
    `n` Int32 `json:$.n`

ENGINE ReplacingMergeTree
ENGINE_SORTING_KEY tenant, page
"""
ROWS = [("a", "/1", 1), ("a", "/2", 2), ("b", OTHERS, 3), ("b", f"{OTHERS} too", 4)]
FILES = {
    "hits.datasource": HITS,
    "hits_by_page.datasource": "SCHEMA >\n    `page` String,\n    `n` Int64\n",
    "other.datasource": "SCHEMA >\n    `word` String `json:$.word`\n",
    "all_hits.pipe": "NODE every\nSQL >\n    SELECT * FROM hits\n",
    "pages.pipe": endpoint("SELECT page FROM hits WHERE tenant = {{String(tenant, 'a')}} ORDER BY page"),
    "nested.pipe": endpoint("SELECT * FROM all_hits"),
    "kept_back.pipe": endpoint("SELECT * FROM hits_quarantine"),
    "told.pipe": endpoint("SELECT length({{tb_secret('word')}}) AS n"),
    "fixtures/hits.ndjson": "".join(json.dumps({"tenant": t, "page": p, "n": n}) + "\n" for t, p, n in ROWS),
    "fixtures/other.ndjson": json.dumps({"word": OTHERS}) + "\n",
}
SECRET = "open sesame"


@dataclass(frozen=True)
class Prey:
    """`part` sees tenant a of hits only; `reader` all of hits; `asker` may ask the endpoint pages and nothing else."""

    client: Client
    part: str
    reader: str
    asker: str

    @property
    def tokens(self) -> tuple[str, ...]:
        return self.part, self.reader, self.asker, self.client.admin

    def check(self, answer: Response, *statuses: int) -> Response:
        """What every answer must keep to."""
        assert answer.status in statuses, (answer.status, answer.text[:500])
        text = answer.body.decode("utf-8", "replace")
        for told in (*self.tokens, SECRET, "Traceback", "root:x:", str(self.client.workspace.folder.database)):
            assert told not in text, text[:500]
        if answer.status >= 400:
            assert set(answer.json()) == {"error", "documentation"}
            assert len(answer.error) < 3000
        return answer


@pytest.fixture(scope="package")
def prey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prey]:
    with served(tmp_path_factory.mktemp("prey"), FILES) as client:
        client.post("/v0/variables", f"name=word&value={SECRET}".encode())
        client.post("/v0/events", json.dumps({"tenant": "b", "page": OTHERS, "n": "x"}).encode(), name="hits")

        def token(name: str, *scopes: str) -> str:
            return str(client.post("/v0/tokens", name=name, scope=list(scopes)).json()["token"])

        part = token("part", "DATASOURCES:READ:hits:tenant = 'a'", "PIPES:READ:nested", "PIPES:READ:all_hits",
                     "PIPES:READ:kept_back")  # fmt: skip
        yield Prey(client, part, token("reader", "DATASOURCES:READ:hits"), token("asker", "PIPES:READ:pages"))
