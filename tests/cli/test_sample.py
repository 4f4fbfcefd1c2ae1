"""What `tinylite dev` offers to try things with is accepted by what it serves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tinylite.cli import sample
from tinylite.project import load
from tinylite.workspace import Snapshot, Workspace

TYPES = [
    "String", "LowCardinality(String)", "FixedString(4)", "Nullable(String)", "UInt8", "Int64", "UInt256", "Float32",
    "Decimal(10, 2)", "Bool", "Date", "Date32", "DateTime", "DateTime('Europe/Rome')", "DateTime64(3)", "UUID",
    "Enum8('on' = 1, 'off' = 2)", "IPv4", "IPv6", "Array(UInt8)", "Array(Array(String))", "Map(String, UInt64)",
    "Tuple(a UInt8, b String)", "SimpleAggregateFunction(sum, UInt64)", "JSON",
]  # fmt: skip


@contextmanager
def built(folder: Path, files: Mapping[str, str]) -> Iterator[tuple[Workspace, Snapshot]]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    with closing(Workspace.open(folder / ".tinylite")) as workspace:
        assert workspace.build(load(folder)).errors == []
        assert workspace.snapshot is not None
        yield workspace, workspace.snapshot


def accepted(workspace: Workspace, event: Mapping[str, object]) -> bool:
    ack = workspace.ingest.append_now("events", json.dumps(event).encode())
    return (ack.successful_rows, ack.quarantined_rows) == (1, 0)


def test_a_made_up_event_fits_its_columns(tmp_path: Path) -> None:
    columns = ",\n".join(f"    `c{number}` {name} `json:$.c{number}`" for number, name in enumerate(TYPES))
    with built(tmp_path, {"events.datasource": f"SCHEMA >\n{columns}\n"}) as (workspace, snapshot):
        event = sample.event(snapshot.project.datasources["events"], None)
        assert len(event) == len(TYPES)
        assert accepted(workspace, event)


def test_its_values_stand_where_the_jsonpaths_look(tmp_path: Path) -> None:
    source = """\
SCHEMA >
    `user` String `json:$.user.id`,
    `skus` Array(String) `json:$.items[:].sku`,
    `counts` Array(UInt8) `json:$.items[:].count`,
    `tags` Array(String) `json:$.tags[:]`,
    `odd` String `json:$.['odd name']`,
    `unset` String DEFAULT 'x'
"""
    with built(tmp_path, {"events.datasource": source}) as (workspace, snapshot):
        event = sample.event(snapshot.project.datasources["events"], None)
        assert event == {
            "user": {"id": "a"}, "items": [{"sku": "a", "count": 1}], "tags": ["a"], "odd name": "a",
        }  # fmt: skip
        assert accepted(workspace, event)
        assert workspace.query_now("SELECT user, skus, counts, tags, odd FROM events").rows == [
            ("a", ["a"], [1], ["a"], "a")
        ]


@pytest.mark.parametrize(
    ("fixture", "user"),
    [('{"user":"ana"}\n{"user":"bob"}\n', "ana"), (f'{{"user":"{"x" * 1000}"}}\n', "a"), ("[1]\n", "a"), ("", "a")],
    ids=["short", "long", "no object", "empty"],
)
def test_the_first_event_of_a_fixture_is_preferred(fixture: str, user: str, tmp_path: Path) -> None:
    files = {
        "events.datasource": "SCHEMA >\n    `user` String `json:$.user`\n",
        "fixtures/events.ndjson": fixture,
    }
    with built(tmp_path, files) as (_, snapshot):
        project = snapshot.project
        assert sample.event(project.datasources["events"], project.fixtures["events"]) == {"user": user}


@pytest.mark.parametrize(
    ("sql", "arguments"),
    [
        ("SELECT 1 {% if defined(x) %} WHERE 1 = {{Int32(x)}} {% end %}", {}),
        ("SELECT {{Int32(x, 7)}} AS x", {"x": "7"}),
        ("SELECT {{Int32(x)}} AS x", {"x": "1"}),
        ("SELECT {{String(x, required=True, example='ana')}} AS x", {"x": "ana"}),
        ("SELECT {{String(x, 'a', required=True)}} AS x, {{Date(y)}} AS y", {"x": "a", "y": "2024-01-01"}),
    ],
)
def test_arguments_are_those_that_it_takes_to_answer(sql: str, arguments: dict[str, str], tmp_path: Path) -> None:
    pipe = f"NODE n\nSQL >\n    {sql}\nTYPE endpoint\n"
    with built(tmp_path, {"one.pipe": pipe}) as (_, snapshot):
        assert sample.arguments(snapshot.programs["one"], {}) == arguments
