"""A consumer that delivers as brokers may at their worst: twice, out of order, from earlier on, or not at all."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import KafkaException, TopicPartition


@dataclass(frozen=True)
class Delivered:
    """As confluent_kafka.Message."""

    number: int
    place: int
    payload: bytes | None

    def error(self) -> None:
        return None

    def topic(self) -> str:
        return "hits"

    def partition(self) -> int:
        return self.number

    def offset(self) -> int:
        return self.place

    def timestamp(self) -> tuple[int, int]:
        return 1, 1_775_000_000_123

    def key(self) -> bytes:
        return b"key"

    def value(self) -> bytes | None:
        return self.payload

    def headers(self) -> Sequence[tuple[str, bytes]]:
        return [("source", b"web")]


@dataclass
class Topic:
    """Partitions with their messages, and what the group has committed."""

    partitions: list[list[bytes | None]]
    committed: dict[int, int] = field(default_factory=dict)
    first: int = 0
    """The offset of the first message that is still there."""


@dataclass
class Faults:
    """How often, between 0 and 1."""

    twice: float = 0.0
    shuffled: float = 0.0
    rebalanced: float = 0.0
    broken: float = 0.0


class Consumer:
    """Of one reader; a new one begins where the database or the group says."""

    def __init__(self, topic: Topic, chance: random.Random, faults: Faults) -> None:
        self._topic = topic
        self._chance = chance
        self._faults = faults
        self._next: dict[int, int] = {}
        self._assign: Callable[[Any, list[Any]], None] = lambda consumer, partitions: None
        self._is_assigned = False

    def subscribe(self, topics: list[str], on_assign: Callable[[Any, list[Any]], None]) -> None:
        self._assign = on_assign

    def assign(self, partitions: list[Any]) -> None:
        self._next = {each.partition: each.offset for each in partitions}

    def committed(self, partitions: list[Any], timeout: float) -> list[Any]:
        return [TopicPartition("hits", each.partition, self._topic.committed.get(each.partition, -1001))
                for each in partitions]  # fmt: skip

    def get_watermark_offsets(self, place: Any, timeout: float = 0, cached: bool = False) -> tuple[int, int]:
        return self._topic.first, len(self._topic.partitions[place.partition])

    def commit(self, offsets: list[Any], asynchronous: bool) -> None:
        if not self._happens(self._faults.broken):
            self._topic.committed |= {each.partition: each.offset for each in offsets}

    def close(self) -> None:
        self._is_assigned = False

    def consume(self, count: int, timeout: float) -> list[Delivered]:
        if self._happens(self._faults.broken):
            raise KafkaException("the broker is gone")
        if not self._is_assigned or self._happens(self._faults.rebalanced):
            self._is_assigned = True
            self._assign(self, [TopicPartition("hits", number) for number in range(len(self._topic.partitions))])
        found = [message for number in self._next for message in self._some(number)]
        if not found:
            time.sleep(0.001)
        if self._happens(self._faults.twice):
            found += found[: self._chance.randrange(len(found) + 1)]
        if self._happens(self._faults.shuffled):
            self._chance.shuffle(found)
        return found

    def _some(self, number: int) -> list[Delivered]:
        """A few of a partition, at times from earlier on."""
        start = self._next[number]
        if self._happens(self._faults.twice):
            start = self._chance.randrange(self._topic.first, start + 1)
        end = min(len(self._topic.partitions[number]), start + self._chance.randrange(1, 40))
        self._next[number] = max(self._next[number], end)
        return [Delivered(number, place, self._topic.partitions[number][place]) for place in range(start, end)]

    def _happens(self, often: float) -> bool:
        return self._chance.random() < often
