"""Rows into a topic, each once: what an attempt that was cut short has sent already is not sent again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import xxhash

from tinylite.ingest.connectors.errors import Unreachable, missing, refused
from tinylite.ingest.connectors.kafka import client_logger, configuration
from tinylite.project.connections import Endpoint

_PATIENCE = 10.0
_DELIVERY = 60.0
"""Seconds for the brokers to take what was sent."""
_JOB = "tinylite_job"
"""The header that names the job of a message."""
_AT_ONCE = 1000
_SENDING = {
    "enable.idempotence": True,
    "delivery.timeout.ms": int(_DELIVERY * 1000),
    "linger.ms": 20,
}
Ends = Mapping[str, int]
"""The next offset of each partition, whose number is text, since it is kept as JSON."""


class Topic:
    """Raises DiagnosticError (TL513), and Unreachable in all methods."""

    def __init__(self, name: str, connection: Endpoint) -> None:
        try:
            from confluent_kafka import KafkaException, Producer
        except ImportError:
            raise missing("confluent-kafka", "kafka") from None
        self.name = name
        self._settings = configuration(connection)
        try:
            self._producer = partial(Producer, {**self._settings, **_SENDING}, logger=client_logger)
            self._producer()
        except (KafkaException, ValueError, TypeError) as problem:
            raise refused(f"the connection {connection.name} is wrong: {problem}") from None

    def ends(self) -> Ends:
        """Where each partition ends now."""
        from confluent_kafka import KafkaException, TopicPartition

        consumer = self._reader()
        try:
            found = consumer.list_topics(self.name, timeout=_PATIENCE).topics[self.name]
            return {
                str(number): consumer.get_watermark_offsets(TopicPartition(self.name, number), timeout=_PATIENCE)[1]
                for number in found.partitions
            }
        except KafkaException as problem:
            raise Unreachable(f"the brokers do not answer: {problem}") from None
        finally:
            consumer.close()

    def sent(self, job: str, since: Ends) -> Counter[int]:
        """How often each value was sent by a job already, from these offsets on, by their digests."""
        from confluent_kafka import TopicPartition

        found: Counter[int] = Counter()
        now = self.ends()
        rest = {int(number): end for number, end in now.items() if end > since.get(number, 0)}
        if not rest:
            return found
        consumer = self._reader()
        end = time.monotonic() + _DELIVERY
        try:
            consumer.assign([TopicPartition(self.name, number, since.get(str(number), 0)) for number in rest])
            while rest:
                if time.monotonic() > end:
                    raise Unreachable(f"the topic {self.name} can't be read back")
                for message in consumer.consume(_AT_ONCE, 0.3):
                    if message.error() is None and dict(message.headers() or ()).get(_JOB) == job.encode():
                        found[_digest(message.value())] += 1
                places = consumer.position([TopicPartition(self.name, number) for number in rest])
                rest = {each.partition: rest[each.partition] for each in places if each.offset < rest[each.partition]}
        finally:
            consumer.close()
        return found

    def send(self, job: str, values: Iterable[bytes], sent: Counter[int], check: Callable[[], None]) -> int:
        """Returns when the brokers have all of them. `check` may raise to end it early. How many values there were."""
        failures: list[str] = []

        def delivered(error: Any, message: Any) -> None:
            if error is not None:
                failures.append(error.str())

        count = 0
        producer = self._producer()
        try:
            for value in values:
                count += 1
                digest = _digest(value)
                if sent[digest] > 0:
                    sent[digest] -= 1
                    continue
                self._produce(producer, value, job, delivered, check)
                if count % _AT_ONCE == 0:
                    check()
                    producer.poll(0)
                if failures:
                    break
            left = producer.flush(_DELIVERY)
        finally:
            # What is left must not be sent after another attempt has begun.
            producer.purge()
        if failures or left:
            reason = failures[0] if failures else f"{left} messages were not taken"
            raise Unreachable(f"the topic {self.name} can't be written: {reason}")
        return count

    def _produce(self, producer: Any, value: bytes, job: str, delivered: Any, check: Callable[[], None]) -> None:
        while True:
            try:
                producer.produce(self.name, value, headers={_JOB: job.encode()}, on_delivery=delivered)
                return
            except BufferError:
                producer.poll(0.5)
                check()

    def _reader(self) -> Any:
        from confluent_kafka import Consumer

        settings = {**self._settings, "group.id": "tinylite", "enable.auto.commit": False,
                    "auto.offset.reset": "earliest"}  # fmt: skip
        return Consumer(settings, logger=client_logger)


def _digest(value: bytes | None) -> int:
    return xxhash.xxh3_64_intdigest(value or b"")
