"""What views make of replaced rows is made anew in the order that they lead to each other."""

from __future__ import annotations

from pathlib import Path

from tests.server.client import served

ROWS = "SCHEMA >\n    `x` Int32\nENGINE MergeTree\nENGINE_SORTING_KEY x\n"
VIEW = "NODE n\nSQL >\n    SELECT {} AS x FROM {}\nTYPE materialized\nDATASOURCE {}\n"
FILES = {
    "first.datasource": ROWS,
    "middle.datasource": ROWS,
    "last.datasource": ROWS,
    # By name the short way to the last one comes before the long one.
    "a_short_way.pipe": VIEW.format("x", "first", "last"),
    "b_half_way.pipe": VIEW.format("x * 10", "first", "middle"),
    "c_other_half.pipe": VIEW.format("x + 1", "middle", "last"),
}


def test_a_target_is_made_behind_what_it_is_made_of(tmp_path: Path) -> None:
    with served(tmp_path, FILES) as client:
        for body, expected in ((b"1\n2\n", "1\n2\n11\n21\n"), (b"5\n", "5\n51\n")):
            assert client.post("/v1/datasources/first/replace", body, format="csv").status == 200
            assert client.get("/v0/sql", q="SELECT x FROM last ORDER BY x FORMAT TSV").text == expected
