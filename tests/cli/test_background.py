"""copy, job, materialization, logs and endpoint stats, on a data folder without a server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import Said, tinylite

FILES = {
    "hits.datasource": "SCHEMA >\n    id UInt32\n",
    "kept.datasource": "SCHEMA >\n    id UInt32\n",
    "sums.datasource": "SCHEMA >\n    total UInt64\n",
    "keep.pipe": "NODE wanted\nSQL >\n    %\n    SELECT id FROM hits WHERE id > {{Int32(above, 0)}}\n"
    "TYPE copy\nTARGET_DATASOURCE kept\nCOPY_SCHEDULE 0 * * * *\n",
    "broken.pipe": "NODE failing\nSQL >\n    SELECT toUInt32(concat('x', toString(id))) AS id FROM hits\n"
    "TYPE copy\nTARGET_DATASOURCE kept\n",
    "fill.pipe": "NODE added\nSQL >\n    SELECT sum(id) AS total FROM hits\nTYPE materialized\nDATASOURCE sums\n",
    "top.pipe": "NODE answer\nSQL >\n    SELECT max(id) AS most FROM hits\nTYPE endpoint\n",
    "fixtures/hits.ndjson": '{"id": 1}\n{"id": 2}\n',
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert tinylite("build", "--fixtures", folder=tmp_path).status == 0
    return tmp_path


def data(said: Said) -> object:
    assert said.status == 0, said.err
    return json.loads(said.out)


def test_a_copy_runs_with_parameters_and_is_waited_for(folder: Path) -> None:
    said = tinylite("copy", "run", "keep", "--param", "above=1", "--wait", folder=folder)
    assert (said.status, said.out.startswith("copy keep done (job ")) == (0, True)
    assert tinylite("sql", "SELECT id FROM kept", folder=folder).out == "id\n2\n"


def test_a_copy_that_fails_fails_the_command_with_its_reason(folder: Path) -> None:
    said = tinylite("copy", "run", "broken", "--wait", folder=folder)
    assert said.status == 1
    assert said.out.startswith("copy broken error: Cannot parse string as UInt32: x1 (job ")


def test_copies_are_listed_paused_and_resumed(folder: Path) -> None:
    assert tinylite("copy", "pause", "keep", folder=folder).out == "keep is paused\n"
    listed = data(tinylite("copy", "ls", "--output", "json", folder=folder))
    assert {each["name"]: each["schedule"]["status"] for each in listed} == {  # type: ignore[attr-defined]
        "keep": "paused",
        "broken": "on-demand",
    }
    assert tinylite("copy", "resume", "keep", folder=folder).out.startswith("keep is running, next ")


def test_jobs_are_listed_and_shown(folder: Path) -> None:
    tinylite("copy", "run", "keep", "--wait", folder=folder)
    (job,) = data(tinylite("job", "ls", "--output", "json", folder=folder))  # type: ignore[misc]
    assert (job["kind"], job["status"], job["pipe_name"]) == ("copy", "done", "keep")
    assert data(tinylite("job", "details", job["id"], "--output", "json", folder=folder)) == job
    said = tinylite("job", "cancel", job["id"], folder=folder)
    assert (said.status, "the job is over: done" in said.err) == (1, True)


def test_a_view_is_populated(folder: Path) -> None:
    assert tinylite("materialization", "ls", folder=folder).out == "name\tnode\tdescription\nfill\tadded\t\n"
    said = tinylite("materialization", "populate", "fill", "--truncate", "--wait", folder=folder)
    assert said.out.startswith("populateview fill done (job ")
    assert tinylite("sql", "SELECT total FROM sums", folder=folder).out == "total\n3\n"


def test_logs_tell_what_happened(folder: Path) -> None:
    tinylite("copy", "run", "keep", "--wait", folder=folder)
    lines = tinylite("logs", "--source", "datasources_ops_log", "--output", "json", folder=folder).out.splitlines()
    found = [json.loads(line)["data"] for line in lines]
    assert {(each["event_type"], each["datasource_name"]) for each in found} == {
        ("append", "hits"),
        ("append", "sums"),
        ("copy", "kept"),
    }
    assert tinylite("logs", "--start", "2999-01-01", folder=folder).out == ""
    assert tinylite("logs", "--start", "soon", folder=folder).status == 2


def test_an_endpoints_requests_are_counted(folder: Path) -> None:
    tinylite("endpoint", "data", "top", folder=folder)
    (day,) = data(tinylite("endpoint", "stats", "top", "--output", "json", folder=folder))["data"]  # type: ignore[index]
    assert (day["requests"], day["errors"]) == (1, 0)
    assert tinylite("endpoint", "stats", "none", folder=folder).status == 1


def test_a_parameter_without_a_value_is_a_wrong_usage(folder: Path) -> None:
    assert tinylite("copy", "run", "keep", "--param", "above", folder=folder).status == 2
