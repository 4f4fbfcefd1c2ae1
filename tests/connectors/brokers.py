"""Kafka brokers of librdkafka's own, in this process, and what is sent to them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from confluent_kafka import Producer

SILENT = logging.getLogger("tests.kafka")


@dataclass
class Brokers:
    producer: Any
    servers: str

    def send(self, topic: str, *values: bytes | str | None, partition: int = 0, **how: Any) -> None:
        for value in values:
            self.producer.produce(topic, value, partition=partition, **how)
        assert self.producer.flush(30) == 0

    def connection(self, name: str = "stream", more: str = "") -> dict[str, str]:
        """The file of a project."""
        text = f"TYPE kafka\nKAFKA_BOOTSTRAP_SERVERS {self.servers}\nKAFKA_SECURITY_PROTOCOL PLAINTEXT\n{more}"
        return {f"connections/{name}.connection": text}


@contextmanager
def brokers(count: int = 1) -> Iterator[Brokers]:
    """They live as long as the producer that they belong to."""
    SILENT.setLevel(logging.CRITICAL)
    producer = Producer({"test.mock.num.brokers": count, "bootstrap.servers": "none"}, logger=SILENT)
    found = producer.list_topics(timeout=10).brokers.values()
    yield Brokers(producer, ",".join(f"{each.host}:{each.port}" for each in found))


def until(happened: Callable[[], bool], seconds: float = 40.0) -> None:
    """Waits for what another thread does; a test that waits too long has failed."""
    import time

    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
