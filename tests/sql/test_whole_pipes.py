"""Every request of every whole pipe, on the embedded engine."""

from __future__ import annotations

import json

import pytest

from tests.sql import whole_pipes
from tests.sql.embedded import Embedded
from tests.sql.probe import read_ledger
from tests.sql.whole_pipes import Pipe


@pytest.fixture(scope="module")
def engine() -> Embedded:
    return Embedded()


@pytest.mark.parametrize("pipe", whole_pipes.load(), ids=lambda pipe: pipe.name)
def test_a_pipe_answers_as_recorded(pipe: Pipe, engine: Embedded) -> None:
    record = whole_pipes.read_record()
    faults = {}
    for request in pipe.requests:
        found = whole_pipes.fault(engine, pipe, request, record[pipe.name, json.dumps(request)])
        if found:
            faults[json.dumps(request)] = found
    if f"pipe:{pipe.name}" in read_ledger():
        assert faults, "is in the ledger of known failures, but is right: strike it out"
    else:
        assert not faults


def test_the_record_holds_all_requests() -> None:
    asked = {(pipe.name, json.dumps(request)) for pipe in whole_pipes.load() for request in pipe.requests}
    assert set(whole_pipes.read_record()) == asked, "run python -m tests.sql.truth pipes"
