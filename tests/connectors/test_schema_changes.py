"""Deployments that change the schema of what Kafka or a bucket fills: each message and object is in each once."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.connectors.brokers import Brokers, brokers, until
from tests.connectors.stores import Store, s3
from tests.workspace.projects import ask, workspace
from tinylite.deploy import Deployer, deployer_of
from tinylite.ingest.connectors import kafka
from tinylite.project.plan import Plan
from tinylite.workspace import Workspace, tries

KAFKA = "KAFKA_CONNECTION_NAME stream\nKAFKA_TOPIC hits\nKAFKA_GROUP_ID readers\nKAFKA_AUTO_OFFSET_RESET earliest\n"
FIRST = "`id` UInt32 `json:$.id`,\n    `page` String `json:$.page`"
CHANGES = {
    "a column comes": FIRST + ",\n    `site` String DEFAULT concat('of ', page) `json:$.site`",
    "a column goes": "`id` UInt32 `json:$.id`",
    "a column gets another type": FIRST.replace("UInt32", "UInt64"),
    "a column may be NULL": FIRST.replace("String", "Nullable(String)"),
    "a column gets another name": FIRST.replace("`page` String", "`path` String"),
}
RENAMED = "FORWARD_QUERY >\n    WITH '(' AS bracket, (SELECT 1) AS one SELECT id, page AS path\n"


def source(schema: str, settings: str) -> str:
    forward = RENAMED if "`path`" in schema else ""
    return f"SCHEMA >\n    {schema}\n{settings}ENGINE_SORTING_KEY id\n{forward}"


def deploy(deployer: Deployer, files: Mapping[str, str], *, promote: bool) -> tuple[int, Plan]:
    contents = {name: text.encode() for name, text in files.items()}
    found = deployer.deploy(contents, check_only=False, allow_destructive=True, promote=promote)
    assert found.deployment is not None and found.deployment.is_ready, found.errors
    return found.deployment.id, found.plan


# -- Kafka ----------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka, "BATCH", 50)
    monkeypatch.setattr(tries, "WAITS", (0.0, 0.0))


class Sending(threading.Thread):
    """Messages with ids from 0 to two partitions, until it is told to end."""

    def __init__(self, found: Brokers) -> None:
        super().__init__(daemon=True)
        self.sent = 0
        self._brokers = found
        self._over = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._over.wait(0.002):
            for partition in (0, 1):
                self._brokers.producer.produce("hits", b'{"id": %d, "page": "p"}' % self.sent, partition=partition)
                self.sent += 1
            self._brokers.producer.poll(0)

    def finish(self) -> int:
        self._over.set()
        self.join()
        assert self._brokers.producer.flush(30) == 0
        return self.sent


def numbers(opened: Workspace, deployment: str = "") -> tuple[object, ...]:
    """Of rows, of their ids, of the places that they came from."""
    return ask(opened, "SELECT count(), uniqExact(id), uniqExact((__partition, __offset)) FROM hits", deployment)[0]


def has_come(opened: Workspace, more: int) -> None:
    before = int(str(numbers(opened)[0]))
    until(lambda: int(str(numbers(opened)[0])) >= before + more)


@contextmanager
def served(tmp_path: Path, files: Mapping[str, str]) -> Iterator[tuple[Workspace, Deployer]]:
    with workspace(tmp_path) as opened:
        opened.serve(merges=False)
        deployer = deployer_of(opened)
        deploy(deployer, files, promote=True)
        yield opened, deployer


@pytest.mark.parametrize("change", ["a column comes", "a column gets another type", "a column gets another name"])
def test_messages_flow_on_through_a_change_and_back(tmp_path: Path, change: str) -> None:
    with brokers() as found:
        files = {**found.connection(), "hits.datasource": source(FIRST, KAFKA)}
        with served(tmp_path, files) as (opened, deployer):
            sending = Sending(found)
            has_come(opened, 200)
            changed = {**files, "hits.datasource": source(CHANGES[change], KAFKA)}
            second, plan = deploy(deployer, changed, promote=False)
            assert [(step.datasource, step.table) for step in plan.steps] == [("hits", "fresh")]
            has_come(opened, 200)
            for live in (second, 1, second):
                deployer.promote(live)
                has_come(opened, 200)
            sent = sending.finish()
            until(lambda: numbers(opened)[0] == sent)
            assert numbers(opened, "1") == numbers(opened, str(second)) == (sent, sent, sent)
            assert ask(opened, "SELECT count() FROM hits_quarantine") == [(0,)]
            assert opened.background.connectors.problem("hits") == ""


def test_what_does_not_fit_any_more_is_set_aside_with_its_place(tmp_path: Path) -> None:
    with brokers() as found:
        files = {**found.connection(), "hits.datasource": source("`id` String `json:$.id`", KAFKA)}
        with served(tmp_path, files) as (opened, deployer):
            found.send("hits", b'{"id": "1"}', b'{"id": "2"}')
            until(lambda: numbers(opened)[0] == 2)
            narrow = source("`id` UInt8 `json:$.id`", KAFKA) + "FORWARD_QUERY >\n    SELECT toUInt8(id) AS id\n"
            deploy(deployer, {**files, "hits.datasource": narrow}, promote=True)
            found.send("hits", b'{"id": "x"}', b'{"id": 3}')
            until(lambda: numbers(opened)[0] == 3)
            assert ask(opened, "SELECT id, __offset FROM hits ORDER BY id") == [(1, 0), (2, 1), (3, 3)]
            assert ask(opened, "SELECT id, __offset FROM hits_quarantine") == [("x", "2")]


# -- a bucket -------------------------------------------------------------------------------------------------------


def sync(opened: Workspace) -> object:
    job = opened.background.jobs.wait(opened.buckets.sync("hits").id, 60)
    assert job.status == "done", job.error
    return job.progress["objects"]


@pytest.mark.parametrize("change", CHANGES)
def test_objects_come_once_through_a_change_and_back(tmp_path: Path, change: str) -> None:
    with s3() as store:
        bucket = f"IMPORT_CONNECTION_NAME lake\nIMPORT_BUCKET_URI {store.uri}/in/*.ndjson\n"
        files = {**store.connection(), "hits.datasource": source(FIRST, bucket)}
        with served(tmp_path, files) as (opened, deployer):
            put(store, 0)
            assert sync(opened) == 1
            changed = {**files, "hits.datasource": source(CHANGES[change], bucket)}
            second, _ = deploy(deployer, changed, promote=False)
            put(store, 1)
            assert sync(opened) == 1
            for number, live in enumerate((second, 1, second), start=2):
                deployer.promote(live)
                put(store, number)
                assert sync(opened) == 1
            assert sync(opened) == 0
            for deployment in ("1", str(second)):
                assert ask(opened, "SELECT count(), uniqExact(id) FROM hits", deployment) == [(500, 500)], deployment


def put(store: Store, number: int) -> None:
    lines = [f'{{"id": {id}, "page": "p"}}' for id in range(number * 100, number * 100 + 100)]
    store.put(f"in/{number}.ndjson", "\n".join(lines))
