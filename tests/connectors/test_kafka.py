"""Kafka into data sources: each message once."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import duckdb
import pytest

from tests.connectors.brokers import Brokers, brokers, until
from tests.connectors.deliveries import Consumer, Faults, Topic
from tests.ingest.loading import Loading, datasource, loading
from tests.server.client import Client
from tests.workspace.projects import ask, project, workspace
from tinylite.ingest.connectors import kafka
from tinylite.ingest.connectors.kafka import KafkaReader, subscription
from tinylite.project.connections import Endpoint
from tinylite.workspace import Workspace

KAFKA = "KAFKA_CONNECTION_NAME stream\nKAFKA_TOPIC hits\nKAFKA_GROUP_ID readers\n"
IDS = datasource("`id` UInt32 `json:$.id`", KAFKA)
SETTINGS = {"KAFKA_TOPIC": "hits", "KAFKA_GROUP_ID": "readers", "KAFKA_AUTO_OFFSET_RESET": "earliest"}
NOWHERE = Endpoint("stream", "kafka", {"KAFKA_BOOTSTRAP_SERVERS": "localhost:1"})


def payloads(numbers: range) -> list[bytes | None]:
    return [b'{"id": %d}' % number for number in numbers]


@contextmanager
def reading(loaded: Loading, topic: Topic, chance: random.Random, faults: Faults, **more: str) -> Iterator[KafkaReader]:
    wanted = subscription(IDS, {**SETTINGS, **more}, NOWHERE)
    told: list[Any] = []
    reader = KafkaReader(wanted, loaded.engine, loaded.ingest, told.append, lambda _: Consumer(topic, chance, faults))
    reader.start()
    try:
        yield reader
    finally:
        reader.stop()
        reader.join()


def is_read(loaded: Loading, topic: Topic) -> bool:
    return len(loaded.rows()) >= sum(map(len, topic.partitions))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka, "_RETRY", 0.001)
    monkeypatch.setattr(kafka, "_LONGEST_RETRY", 0.002)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_delivered_twice_or_out_of_order_each_message_is_there_once(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    topic = Topic([payloads(range(0, 300)), payloads(range(300, 500)), []])
    worst = Faults(twice=0.5, shuffled=0.5, rebalanced=0.1, broken=0.1)
    with loading(tmp_path, IDS) as loaded:
        for end in (600, 700, 800):
            # Another reader each time: the earlier one was stopped wherever it was.
            with reading(loaded, topic, chance, worst):
                until(lambda: is_read(loaded, topic) or chance.random() < 0.2)
            topic.partitions[2] += payloads(range(end - 100, end))
        with reading(loaded, topic, chance, worst):
            until(lambda: is_read(loaded, topic))
        assert sorted(loaded.rows("id")) == [(number,) for number in range(800)]
        positions = loaded.rows("partition, next_offset", "_tinylite_kafka_positions")
        assert sorted(positions) == [(0, 300), (1, 200), (2, 300)]


def test_a_database_that_fails_gets_the_batch_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = Topic([payloads(range(50))])
    with loading(tmp_path, IDS) as loaded:
        consume, failures = loaded.ingest.consume, iter(range(3))

        def failing(*what: Any) -> Any:
            if next(failures, None) is not None:
                # After the rows, before the commit: nothing of it may stay.
                with loaded.engine.transaction() as writer:
                    writer.execute("INSERT INTO hits (id) VALUES (1)")
                    raise duckdb.IOException("the disk is full")
            return consume(*what)

        monkeypatch.setattr(loaded.ingest, "consume", failing)
        with reading(loaded, topic, random.Random(1), Faults()):
            until(lambda: is_read(loaded, topic))
        assert sorted(loaded.rows("id")) == [(number,) for number in range(50)]


def test_the_database_and_not_the_group_says_where_to_go_on(tmp_path: Path) -> None:
    topic = Topic([payloads(range(50))])
    with loading(tmp_path, IDS) as loaded:
        with reading(loaded, topic, random.Random(1), Faults()):
            until(lambda: topic.committed == {0: 50})
        topic.committed = {0: 10}
        topic.partitions[0] += payloads(range(50, 60))
        with reading(loaded, topic, random.Random(1), Faults()):
            until(lambda: topic.committed == {0: 60})
        assert sorted(loaded.rows("id")) == [(number,) for number in range(60)]


def test_two_readers_at_once_load_each_message_once(tmp_path: Path) -> None:
    """As when one that was told to end is late."""
    topic = Topic([payloads(range(400)), payloads(range(400, 800))])
    with loading(tmp_path, IDS) as loaded:
        with (
            reading(loaded, topic, random.Random(1), Faults(twice=0.3)),
            reading(loaded, topic, random.Random(2), Faults(shuffled=0.3)),
        ):
            until(lambda: is_read(loaded, topic))
        assert sorted(loaded.rows("id")) == [(number,) for number in range(800)]


def test_a_new_group_begins_where_the_data_source_says(tmp_path: Path) -> None:
    topic = Topic([payloads(range(50))])
    with loading(tmp_path, IDS) as loaded:
        with reading(loaded, topic, random.Random(1), Faults(), KAFKA_AUTO_OFFSET_RESET="latest") as reader:
            until(lambda: reader.progress.problem == "")
        # What came before the first message was read counts too, although no server was up.
        topic.partitions[0] += payloads(range(50, 60))
        with reading(loaded, topic, random.Random(1), Faults(), KAFKA_AUTO_OFFSET_RESET="latest"):
            until(lambda: topic.committed == {0: 60})
        assert sorted(loaded.rows("id")) == [(number,) for number in range(50, 60)]


def test_a_topic_that_was_made_anew_is_read_from_its_beginning(tmp_path: Path) -> None:
    with loading(tmp_path, IDS) as loaded:
        first = Topic([payloads(range(50))])
        with reading(loaded, first, random.Random(1), Faults()):
            until(lambda: is_read(loaded, first))
        with reading(loaded, Topic([payloads(range(50, 60))]), random.Random(1), Faults()):
            until(lambda: len(loaded.rows()) == 60)


def test_messages_that_the_topic_has_forgotten_are_told_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    topic = Topic([payloads(range(50))])
    with loading(tmp_path, IDS) as loaded:
        with reading(loaded, topic, random.Random(1), Faults()):
            until(lambda: is_read(loaded, topic))
        topic.partitions[0] += payloads(range(50, 90))
        topic.first = 70
        with reading(loaded, topic, random.Random(1), Faults()):
            until(lambda: len(loaded.rows()) == 70)
        assert "20 messages of partition 0 are gone from the topic" in caplog.text


# -- with brokers ---------------------------------------------------------------------------------------------------


def files(found: Brokers, more: str = "") -> dict[str, str]:
    schema = "SCHEMA >\n    `id` UInt32 `json:$.id`,\n    `doc` String `json:$`\n"
    settings = f"{KAFKA}KAFKA_AUTO_OFFSET_RESET earliest\nKAFKA_STORE_HEADERS True\n{more}"
    return {**found.connection(), "hits.datasource": schema + settings}


def started(opened: Workspace, folder: Path, made: dict[str, str]) -> None:
    build = opened.build(project(folder, made))
    assert [fault.message for fault in build.diagnostics] == []
    opened.background.start()


def count(opened: Workspace, table: str = "hits") -> object:
    return ask(opened, f"SELECT count() FROM {table}")[0][0]


def test_messages_come_with_what_kafka_knows_of_them_and_poison_is_set_aside(tmp_path: Path) -> None:
    with brokers() as found, workspace(tmp_path) as opened:
        found.send("hits", b'{"id": 1}', key="k", headers=[("source", b"web")])
        found.send("hits", b'{"id": 2,\n "__topic": "mine"}', b"{oops", b"[3]", b"\xff", None, b'{"id": "x"}')
        started(opened, tmp_path, files(found))
        until(lambda: count(opened, "hits_quarantine") == 5)
        columns = "id, doc, __topic, __partition, __offset, __key, __headers, __value"
        assert ask(opened, f"SELECT {columns} FROM hits ORDER BY id") == [
            (1, '{"id": 1}', "hits", 0, 0, "k", {"source": "web"}, ""),
            (2, '{"id": 2,\n "__topic": "mine"}', "hits", 0, 1, "", {}, ""),
        ]
        assert ask(opened, "SELECT __offset, c__error FROM hits_quarantine ORDER BY __offset") == [
            ("2", ["invalid JSON: {oops"]),
            ("3", ["the message is no JSON object: [3]"]),
            ("4", ["invalid JSON: \\xff"]),
            ("5", ["value 'null' on column 'id' is not UInt32"]),
            ("6", ["value 'x' on column 'id' is not UInt32"]),
        ]
        told = "SELECT sum(processed_messages), max(lag), any(topic) FROM tinybird.kafka_ops_log"
        assert ask(opened, told) == [(7, 0, "hits")]
        assert opened.background.connectors.lag() == {"hits": 0}
        shown = Client(opened).get("/metrics").text.splitlines()
        assert 'tinylite_kafka_lag_messages{datasource="hits",partition="0"} 0' in shown
        assert 'tinylite_kafka_messages_total{datasource="hits"} 7' in shown


# Reads until the end of days, and says how many rows there are.
READER = """
import sys
from pathlib import Path
from tests.workspace.projects import ask, workspace
from tinylite.ingest.connectors import kafka
from tinylite.project import load

kafka.BATCH, kafka.SESSION_MS = 20, 5000
with workspace(Path(sys.argv[1])) as opened:
    opened.build(load(Path(sys.argv[1]) / "project"))
    opened.background.start()
    while True:
        print(ask(opened, "SELECT count() FROM hits")[0][0], flush=True)
"""


def test_a_kill_loses_and_doubles_no_message(tmp_path: Path) -> None:
    numbers = range(3000)
    with brokers() as found:
        for number in numbers:
            found.producer.produce("hits", b'{"id": %d}' % number, partition=number % 4)
        found.send("hits")
        project(tmp_path, files(found))
        with subprocess.Popen([sys.executable, "-c", READER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as one:
            assert one.stdout is not None
            next(line for line in one.stdout if int(line) > 0)
            os.kill(one.pid, signal.SIGKILL)
        with workspace(tmp_path) as opened:
            started(opened, tmp_path, files(found))
            assert 0 < int(str(count(opened))) < 3000
            until(lambda: count(opened) == 3000)
            assert ask(opened, "SELECT uniqExact(id) FROM hits") == [(3000,)]


# Brokers of their own process, which can be held.
HELD = """
import sys, time
from tests.connectors.brokers import brokers

with brokers() as found:
    print(found.servers, flush=True)
    for number in range(10**6):
        found.send("hits", b'{"id": %d}' % number)
        time.sleep(0.002)
"""


def test_brokers_that_do_not_answer_for_a_while_cost_nothing(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HELD], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = Brokers(None, process.stdout.readline().strip())
            with workspace(tmp_path) as opened:
                started(opened, tmp_path, files(found))
                until(lambda: int(str(count(opened))) > 100)
                os.kill(process.pid, signal.SIGSTOP)
                before = int(str(count(opened)))
                # So long they are gone.
                Event().wait(0.5)
                os.kill(process.pid, signal.SIGCONT)
                until(lambda: int(str(count(opened))) > before + 200)
                opened.background.connectors.close()
                ((rows, unique, last),) = ask(opened, "SELECT count(), uniqExact(id), max(id) FROM hits")
                assert rows == unique == int(str(last)) + 1
        finally:
            process.kill()


def test_no_broker_at_all_is_told_and_stops_nothing(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        started(opened, tmp_path, files(Brokers(None, "localhost:1")))
        opened.ingest.append_now("hits", json.dumps({"id": 1}).encode())
        assert count(opened) == 1
        assert opened.background.connectors.problem("hits") == "connecting"


def test_a_reader_follows_the_project(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        made = files(Brokers(None, "localhost:1"))
        started(opened, tmp_path, made)
        readers = opened.background.connectors._readers
        first = readers["hits"]
        opened.build(project(tmp_path, made))
        assert readers["hits"] is first
        opened.build(project(tmp_path, files(Brokers(None, "localhost:1"), "KAFKA_STORE_RAW_VALUE True\n")))
        assert readers["hits"] is not first
        opened.build(project(tmp_path, {"hits.datasource": "SCHEMA >\n    id UInt32\n"}))
        assert readers == {}
