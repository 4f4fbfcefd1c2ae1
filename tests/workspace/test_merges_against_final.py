"""FINAL answers the same whether a table was merged in the background or never."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workspace.projects import ask, project, workspace
from tinylite.workspace import Workspace

SCHEMA = (
    "SCHEMA >\n    `k` UInt8 `json:$.k`,\n    `day` UInt8 `json:$.day`,\n    `v` UInt8 `json:$.v`,\n"
    '    `sign` Int8 `json:$.sign`,\n    `note` String `json:$.note`\n\nENGINE_SORTING_KEY "k"\n'
)
ENGINES = {
    "replacing": 'ENGINE "ReplacingMergeTree"\n',
    "replacing_by_version": 'ENGINE "ReplacingMergeTree"\nENGINE_VER "v"\n',
    "summing": 'ENGINE "SummingMergeTree"\nENGINE_COLUMNS "v"\n',
    "collapsing": 'ENGINE "CollapsingMergeTree"\nENGINE_SIGN "sign"\n',
    "versioned": 'ENGINE "VersionedCollapsingMergeTree"\nENGINE_SIGN "sign"\nENGINE_VERSION "v"\n',
}
# Rows that add up to zero go in a merge, and then another row of their key is the first one: sums are not zero here.
_EVENT = st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(1, 3), st.sampled_from("abc"))
_BATCHES = st.lists(st.lists(_EVENT, min_size=1, max_size=6), min_size=1, max_size=4)
Event = dict[str, object]


def with_signs(batches: list[list[tuple[int, int, int, str]]], by_version: bool) -> Iterator[list[Event]]:
    """Each row is taken back by the next one of its key: what no such history has, engines collapse as it happens."""
    signs: dict[object, int] = {}
    for batch in batches:
        events: list[Event] = []
        for k, day, v, note in batch:
            key = (k, v) if by_version else k
            signs[key] = -signs.get(key, -1)
            events.append({"k": k, "day": day, "v": v, "note": note, "sign": signs[key]})
        yield events


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Of each engine a data source that is merged, and one that never is; of these some are partitioned."""
    files = {
        f"{name}_{kind}{part}.datasource": SCHEMA + engine + ('ENGINE_PARTITION_KEY "day"\n' if part else "")
        for name, engine in ENGINES.items()
        for kind in ("merged", "kept")
        for part in ("", "_by_day")
    }
    folder: Path = tmp_path_factory.mktemp("merges")
    with workspace(folder) as made:
        build = made.build(project(folder, files))
        assert not build.errors, build.errors
        yield made


CASES = [(engine, part) for engine in ENGINES for part in ("", "_by_day") if "sign" not in ENGINES[engine] or not part]


@pytest.mark.parametrize(("engine", "part"), CASES)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=_BATCHES)
def test_final_is_the_same(
    opened: Workspace, engine: str, part: str, batches: list[list[tuple[int, int, int, str]]]
) -> None:
    tables = [f"{engine}_{kind}{part}" for kind in ("merged", "kept")]
    for table in tables:
        opened.deletions.truncate(table)
    for events in with_signs(batches, by_version=engine == "versioned"):
        for table in tables:
            opened.ingest.append_now(table, "\n".join(map(json.dumps, events)).encode())
        assert opened.merger.merge(tables[0])

    merged, kept = (sorted(ask(opened, f"SELECT * FROM {table} FINAL")) for table in tables)
    assert merged == kept
