"""CSV that the engine reads itself: the same rows and the same quarantine as row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.server.client import Client, served
from tinylite.datafile.model import Datasource
from tinylite.ingest.cells import Cells
from tinylite.ingest.staged import Staged
from tinylite.workspace.files import pieces
from tinylite.workspace.opened import InputFile
from tinylite.workspace.readers import csv as reader
from tinylite.workspace.readers import csv_parts

HITS = """SCHEMA >
    `id` UInt16 `json:$.id`,
    `page` String `json:$.page`,
    `note` Nullable(String) `json:$.note`,
    `at` Nullable(DateTime) `json:$.at`,
    `price` Decimal(8, 2) DEFAULT 1.5 `json:$.price`,
    `tags` Array(String) DEFAULT [] `json:$.tags[:]`
"""
NAMES = "id,page,note,at,price,tags\n"
ANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(tmp_path_factory.mktemp("plain"), {"hits.datasource": HITS}) as client:
        yield client


def stored(client: Client, text: bytes) -> tuple[object, ...]:
    """What a file leads to, or why it is refused."""
    answer = client.post("/v0/datasources", text, mode="append", name="hits", format="csv")
    if answer.status != 200:
        return answer.status, answer.error
    found = [
        client.get("/v0/sql", q=f"SELECT * {less} FROM {table} ORDER BY ALL FORMAT JSONCompactEachRow").text
        for table, less in (("hits", ""), ("hits_quarantine", "EXCEPT (insertion_date, c__import_id)"))
    ]
    client.post("/v0/datasources/hits/truncate")
    return (answer.json()["successful_rows"], answer.json()["quarantine_rows"], *found)


CELL = st.sampled_from(
    ["1", "65536", "", " ", "a", "é", '"', "a,b", "x\ny", "x\r\ny", "2026-05-01 10:00:00", "2026-13-01", "1.5", "2.345",
     "['a']", '["a", "b"]', "NULL", "null", "\\N", "'", "0x1", "1e2", "\x1f", "\0"]
)  # fmt: skip
ROWS = st.lists(st.lists(CELL, min_size=6, max_size=6) | st.lists(CELL, max_size=8), max_size=12)


def written(rows: list[list[str]], quoting: int, end: str) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator=end).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


WRITTEN = st.builds(written, ROWS, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.sampled_from(["\n", "\r\n"]))
SOUP = st.lists(st.sampled_from(["1", "a", ",", ",,", '"', '""', "\n", "\r", "\r\n", " ", "é"]), max_size=40).map(
    "".join
)


@ANY
@given(text=WRITTEN | SOUP, size=st.sampled_from([12, 50, 1 << 20]))
@example(text='1,a "x,,,,\n2,"b\nc",,,,\n', size=12)
@example(text='1,"a\n",,,,\n\n2,b,,,,', size=12)
@example(text="1,a,,,,\n2,b,,,,,\n3,c,,,\n", size=1 << 20)
def test_it_is_the_same_either_way(client: Client, text: str, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_parts, "BYTES", size)
        body = (NAMES + text).encode()
        in_parts = stored(client, body)
        patch.setattr(reader, "_plain_delimiter", lambda *_: "")
        assert in_parts == stored(client, body)


def test_whole_parts_go_to_the_engine(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_parts, "BYTES", 4000)
    path = tmp_path / "hits.csv"
    path.write_text(NAMES + "".join(f'{n},"a ""b"", \n{n}",x,2026-05-01 10:00:00,1.5,[]\n' for n in range(1000)))
    datasource: Datasource = client.workspace.datasource("hits")[0]
    found = list(pieces(InputFile(path), "csv", datasource))
    assert sum(piece.rows for piece in found) == 1000
    assert sum(piece.cells.rows for piece in found if piece.cells) >= 990
    taken: list[bool] = []
    load = Staged._load_cells

    def noted(staged: Staged, *rest: object) -> bool:
        taken.append(load(staged, *rest))  # type: ignore[arg-type]
        return taken[-1]

    monkeypatch.setattr(Staged, "_load_cells", noted)
    client.workspace.imports.load("hits", path, "csv")
    assert len(taken) > 5 and all(taken)
    client.post("/v0/datasources/hits/truncate")


def test_cells_are_texts_or_no_values(tmp_path: Path) -> None:
    cells = Cells(b"1,,\n", 1, ["id", "page", ""], frozenset({"page"}), ",", '"')
    sql = cells.read(tmp_path / "x", ["id", "page", "at"])
    assert 'nullif(c0, \'\') AS "id", coalesce(c1, \'\') AS "page", CAST(NULL AS VARCHAR) AS "at"' in sql
