"""Sinks to Kafka: a message a row, each once."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.brokers import SILENT, Brokers, brokers
from tests.workspace.projects import project, workspace
from tinylite.ingest.connectors.errors import Unreachable
from tinylite.ingest.connectors.topics import Topic
from tinylite.project.connections import Endpoint
from tinylite.workspace import Workspace, tries

HITS = "SCHEMA >\n    id UInt32,\n    page String\n"
SINK = (
    "NODE rows_out\nSQL >\n    SELECT id, page FROM hits ORDER BY id\n"
    "TYPE sink\nEXPORT_CONNECTION_NAME stream\nEXPORT_KAFKA_TOPIC out\n"
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "WAITS", (0.0, 0.0))


def topic(found: Brokers, name: str = "out") -> Topic:
    return Topic(name, Endpoint("stream", "kafka", {"KAFKA_BOOTSTRAP_SERVERS": found.servers}))


def values(found: Brokers, name: str = "out") -> list[bytes]:
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer({"bootstrap.servers": found.servers, "group.id": "test"}, logger=SILENT)
    read: list[bytes] = []
    ends = topic(found, name).ends()
    consumer.assign([TopicPartition(name, int(number), 0) for number in ends])
    while len(read) < sum(ends.values()):
        read += [message.value() for message in consumer.consume(1000, 0.3)]
    consumer.close()
    return sorted(read)


def built(opened: Workspace, folder: Path, found: Brokers) -> None:
    assert opened.build(project(folder, {"hits.datasource": HITS, "out.pipe": SINK, **found.connection()})).errors == []
    opened.background.jobs.start()


def test_each_row_is_a_message_and_a_job_that_is_begun_again_sends_none_twice(tmp_path: Path) -> None:
    with brokers() as found:
        with workspace(tmp_path) as opened:
            built(opened, tmp_path, found)
            opened.ingest.append_now("hits", b"\n".join(b'{"id": %d, "page": "/"}' % n for n in range(100)))
            job = opened.background.jobs.wait(opened.background.run_sink("out", {}).id, 60)
            assert (job.status, job.progress["written_rows"]) == ("done", 100)
            # As after a kill between the last message and the end of the job.
            opened.store.write(("UPDATE jobs SET status = 'working' WHERE id = ?", [job.id]))
        with workspace(tmp_path) as opened:
            built(opened, tmp_path, found)
            assert opened.background.jobs.wait(job.id, 60).status == "done"
        assert sorted(json.loads(value)["id"] for value in values(found)) == list(range(100))
        assert values(found)[0] == b'{"id":0,"page":"\\/"}'


def test_an_attempt_that_was_cut_short_is_completed_and_equal_rows_are_counted() -> None:
    rows = [b"a", b"a", b"b", b"c", b"a"]
    with brokers() as found:
        out = topic(found)
        found.send("out", b"a", headers={"tinylite_job": b"another"})
        since = out.ends()

        out.send("job", rows[:3], Counter(), lambda: None)
        sent = out.sent("job", since)
        assert sum(sent.values()) == 3
        out.send("job", rows, sent, lambda: None)
        assert values(found) == [b"a", b"a", b"a", b"a", b"b", b"c"]


def test_brokers_that_are_not_there_end_the_job_with_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ends(self: Any) -> None:
        raise Unreachable("the brokers do not answer: timed out")

    monkeypatch.setattr(Topic, "ends", ends)
    with workspace(tmp_path) as opened:
        built(opened, tmp_path, Brokers(None, "localhost:1"))
        job = opened.background.jobs.wait(opened.background.run_sink("out", {}).id, 60)
        assert (job.status, job.error) == ("error", "the brokers do not answer: timed out (tried 3 times)")
