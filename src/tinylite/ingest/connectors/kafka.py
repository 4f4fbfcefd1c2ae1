"""Kafka into a data source: each message once, whatever is delivered twice.

The next offset of each partition is written in the transaction of the rows, and only then committed to the group. What
comes again lies below it and is dropped. So the database decides where reading goes on, and the group's own offsets
only serve to show how far it is, and where a data source that is new here begins.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from tinylite.datafile.model import Datasource
from tinylite.diagnostics import DiagnosticError
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import KAFKA_POSITIONS
from tinylite.engine.duckdb.writer import Writer
from tinylite.ingest.connectors.errors import Unreachable, missing, refused
from tinylite.ingest.connectors.messages import Message, Shape, events, shape
from tinylite.ingest.connectors.registry import Registry
from tinylite.ingest.errors import UnknownDatasource
from tinylite.ingest.ingest import Ingest
from tinylite.project.connections import Endpoint

logger = logging.getLogger("tinylite.kafka")
client_logger = logging.getLogger("tinylite.kafka.client")
"""What librdkafka says, at every one of its many attempts."""
BATCH = 5000
"""Messages of one transaction."""
SESSION_MS = 10_000
"""How long the brokers wait for a reader that was killed before they give its partitions to another."""
_POLL = 0.3
"""Seconds to wait for a message."""
_PATIENCE = 10.0
"""Seconds for a broker to answer a question."""
_RETRY = 1.0
_LONGEST_RETRY = 30.0
_TOLD_AGAIN = 60.0
_QUEUE_KB = 32 * 1024
"""What may wait in memory for the database."""


class _Once(logging.Filter):
    """Lets a message through that is not like one of the last minute."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        text = re.sub(r"\(.*?\)|\d+|#\S+", "", record.getMessage())
        now = time.monotonic()
        is_new = now - self._seen.get(text, -_TOLD_AGAIN) >= _TOLD_AGAIN
        if is_new:
            self._seen[text] = now
        return is_new


client_logger.addFilter(_Once())
Tell = Callable[[Mapping[str, object]], None]
"""Gets rows of `kafka_ops_log`."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A data source and what it reads."""

    source: str
    topic: str
    group: str
    reset: str
    """`earliest` or `latest`: where a group without offsets begins."""
    shape: Shape
    connection: Endpoint

    @property
    def registry_url(self) -> str:
        return self.connection.get("KAFKA_SCHEMA_REGISTRY_URL")


def subscription(datasource: Datasource, settings: Mapping[str, str], connection: Endpoint) -> Subscription:
    """`settings` are the data source's, settled. Raises DiagnosticError (TL513) for what is not supported."""
    made = shape(datasource)
    wanted = replace(
        made,
        value_format=settings.get("KAFKA_VALUE_FORMAT", "").lower(),
        key_format=settings.get("KAFKA_KEY_FORMAT", "").lower(),
    )
    topic = settings["KAFKA_TOPIC"]
    group = settings.get("KAFKA_GROUP_ID") or f"tinylite_{datasource.name}"
    reset = settings.get("KAFKA_AUTO_OFFSET_RESET", "latest").lower()
    return Subscription(datasource.name, topic, group, reset, wanted, connection)


def configuration(connection: Endpoint) -> dict[str, str | int | float | bool]:
    """What librdkafka is told of brokers. Raises DiagnosticError (TL513)."""
    if connection.get("KAFKA_SASL_OAUTHBEARER_METHOD"):
        raise refused(f"{connection.name}: KAFKA_SASL_OAUTHBEARER_METHOD is not supported", "use SASL PLAIN or SCRAM")
    user = connection.get("KAFKA_KEY")
    protocol = connection.get("KAFKA_SECURITY_PROTOCOL") or ("SASL_SSL" if user else "PLAINTEXT")
    made: dict[str, str | int | float | bool] = {
        "bootstrap.servers": connection.get("KAFKA_BOOTSTRAP_SERVERS"),
        "security.protocol": protocol.upper(),
        "client.id": "tinylite",
    }
    if "SASL" in protocol.upper():
        made |= {
            "sasl.mechanism": connection.get("KAFKA_SASL_MECHANISM", "PLAIN").upper(),
            "sasl.username": user,
            "sasl.password": connection.get("KAFKA_SECRET"),
        }
    if connection.get("KAFKA_SSL_CA_PEM"):
        made["ssl.ca.pem"] = connection.get("KAFKA_SSL_CA_PEM")
    return made


def connect(subscription: Subscription) -> Any:
    """A consumer. Raises DiagnosticError (TL513)."""
    try:
        from confluent_kafka import Consumer, KafkaException
    except ImportError:
        raise missing("confluent-kafka", "kafka") from None
    settings = {
        **configuration(subscription.connection),
        "group.id": subscription.group,
        "auto.offset.reset": subscription.reset,
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "session.timeout.ms": SESSION_MS,
        "heartbeat.interval.ms": SESSION_MS // 3,
        # As long as the database can't take a batch nothing more is asked for.
        "max.poll.interval.ms": 86_400_000,
        "queued.max.messages.kbytes": _QUEUE_KB,
        "topic.metadata.refresh.interval.ms": 60_000,
    }
    try:
        return Consumer(settings, logger=client_logger)
    except (KafkaException, ValueError, TypeError) as problem:
        raise refused(f"the connection {subscription.connection.name} is wrong: {_said(problem)}") from None


def ask_brokers(connection: Endpoint) -> list[str]:
    """The names of the topics. Raises Unreachable; DiagnosticError (TL513)."""
    try:
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import AdminClient
    except ImportError:
        raise missing("confluent-kafka", "kafka") from None
    try:
        client = AdminClient(configuration(connection), logger=client_logger)
        return sorted(client.list_topics(timeout=_PATIENCE).topics)
    except KafkaException as problem:
        raise Unreachable(f"the brokers do not answer: {_said(problem)}") from None


def _said(problem: Exception) -> str:
    said = problem.args[0] if problem.args else problem
    return str(said.str()) if hasattr(said, "str") else str(said)


class Overtaken(Exception):
    """Somebody else has loaded what this reader was about to."""


@dataclass(slots=True)
class Progress:
    """How far one reader is; `problem` is empty while all is well."""

    problem: str = "connecting"
    lag: dict[int, int] = field(default_factory=dict)
    """Messages that wait, by partition."""
    messages: int = 0


class KafkaReader:
    """One thread for one data source. `begin` makes consumers; tests give it others."""

    def __init__(
        self,
        subscription: Subscription,
        engine: DuckDBEngine,
        ingest: Ingest,
        tell: Tell,
        begin: Callable[[Subscription], Any] = connect,
    ) -> None:
        self.subscription = subscription
        self.progress = Progress()
        self._engine = engine
        self._ingest = ingest
        self._tell = tell
        self._begin = begin
        self._next: dict[int, int] = {}
        self._said: dict[str, float] = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"tinylite-kafka-{subscription.source}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Tells it to end; `join` waits until it has, or so many seconds."""
        self._stopped.set()

    def join(self, seconds: float | None = None) -> None:
        self._thread.join(seconds)

    # -- the thread -------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        wait = _RETRY
        while not self._stopped.is_set():
            try:
                self._read()
                return
            except UnknownDatasource:
                return
            except DiagnosticError as problem:
                self._say("error", problem.diagnostics[0].message)
                return
            except Exception as problem:
                # Brokers fail in ways that nobody listed: none of them may end the reading for good.
                self._say("warning", _said(problem))
            self._stopped.wait(wait)
            wait = min(wait * 2, _LONGEST_RETRY)

    def _read(self) -> None:
        wanted = self.subscription
        registry = Registry(wanted.registry_url) if wanted.registry_url else None
        consumer = self._begin(wanted)
        try:
            consumer.subscribe([wanted.topic], on_assign=self._assigned)
            while not self._stopped.is_set():
                found = consumer.consume(BATCH, _POLL)
                messages = [message for message in found if not self._is_problem(message)]
                if messages:
                    self._take(consumer, [_message(message) for message in messages], registry)
        finally:
            consumer.close()
            if registry is not None:
                registry.close()

    def _is_problem(self, message: Any) -> bool:
        error = message.error()
        if error is None:
            return False
        if error.fatal():
            raise Unreachable(error.str())
        self._say("warning", error.str())
        return True

    # -- where to read ----------------------------------------------------------------------------------------------

    def _assigned(self, consumer: Any, partitions: Sequence[Any]) -> None:
        """Sets each partition to where the database is; a new one to where the group is, or to the end that the data
        source names.
        """
        with self._engine.transaction() as writer:
            known = self._known(writer)
        committed = {each.partition: each.offset for each in consumer.committed(list(partitions), timeout=_PATIENCE)}
        for each in partitions:
            low, high = consumer.get_watermark_offsets(each, timeout=_PATIENCE)
            start = known.get(each.partition, committed.get(each.partition, -1))
            if start > high:
                self._say("warning", f"partition {each.partition} is a new one: its {high} messages are read anew")
                start = low
            elif 0 <= start < low:
                lost = f"{low - start} messages of partition {each.partition} are gone from the topic"
                self._say("warning", f"{lost} before they could be read")
                start = low
            if start < 0:
                start = high if self.subscription.reset == "latest" else low
            each.offset = self._next[each.partition] = start
        with self._engine.transaction() as writer:
            if self._known(writer) != known:
                raise Overtaken("another reader has read on; this one begins anew")
            self._note(partitions, writer)
        consumer.assign(list(partitions))
        self.progress.problem = ""

    def _known(self, writer: Writer) -> dict[int, int]:
        """The next offsets, by partition."""
        wanted = self.subscription
        sql = f"SELECT partition, next_offset FROM {KAFKA_POSITIONS} WHERE source = ? AND group_id = ? AND topic = ?"
        return dict(writer.execute(sql, [wanted.source, wanted.group, wanted.topic]).fetchall())

    def _note(self, partitions: Iterable[Any], writer: Writer) -> None:
        wanted = self.subscription
        for each in partitions:
            writer.execute(
                f"INSERT OR REPLACE INTO {KAFKA_POSITIONS} VALUES (?, ?, ?, ?, ?)",
                [wanted.source, wanted.group, wanted.topic, each.partition, each.offset],
            )

    # -- rows -------------------------------------------------------------------------------------------------------

    def _take(self, consumer: Any, found: list[Message], registry: Registry | None) -> None:
        """Loads a batch, and then tells the group. Returns early when the reader is stopped before it could."""
        from confluent_kafka import TopicPartition

        fresh = self._fresh(found)
        if not fresh:
            return
        ends = {message.partition: message.offset + 1 for message in fresh}
        moved = [TopicPartition(self.subscription.topic, partition, end) for partition, end in ends.items()]
        ack = self._persistently(lambda: self._load(fresh, moved, registry))
        if ack is None:
            return
        self._next |= ends
        consumer.commit(offsets=moved, asynchronous=True)
        self.progress.messages += len(fresh)
        self._report(consumer, fresh, ack)

    def _fresh(self, found: Iterable[Message]) -> list[Message]:
        """In the order of each partition, without those that are loaded already or came twice."""
        unique = {(message.partition, message.offset): message for message in found}
        return [
            message for (partition, offset), message in sorted(unique.items()) if offset >= self._next.get(partition, 0)
        ]

    def _load(self, fresh: list[Message], moved: Sequence[Any], registry: Registry | None) -> int:
        """How many messages were set aside."""
        lines, rejected = events(fresh, self.subscription.shape, registry)

        def note(writer: Writer) -> None:
            self._check_alone(writer, [each.partition for each in moved])
            self._note(moved, writer)

        return self._ingest.consume(self.subscription.source, lines, rejected, note).quarantined_rows

    def _check_alone(self, writer: Writer, partitions: Iterable[int]) -> None:
        """The transaction that writes rows is the one that must know. Raises Overtaken, and so ends it."""
        known = self._known(writer)
        for partition in partitions:
            if known.get(partition) != self._next[partition]:
                raise Overtaken(f"another reader has read partition {partition} on; this one begins anew")

    def _persistently(self, load: Callable[[], int]) -> int | None:
        """None when the reader is stopped before it went well."""
        while not self._stopped.is_set():
            try:
                return load()
            except (duckdb.Error, OSError, Unreachable) as problem:
                self._say("warning", f"a batch can't be loaded, it is tried again: {problem}")
                self._stopped.wait(_RETRY)
        return None

    # -- what is told -----------------------------------------------------------------------------------------------

    def _report(self, consumer: Any, fresh: Sequence[Message], quarantined: int) -> None:
        from confluent_kafka import TopicPartition

        for partition in sorted({message.partition for message in fresh}):
            of_it = [message for message in fresh if message.partition == partition]
            place = TopicPartition(self.subscription.topic, partition)
            _, high = consumer.get_watermark_offsets(place, cached=True)
            lag = max(0, high - self._next[partition])
            self.progress.lag[partition] = lag
            size = sum(len(message.value or b"") for message in of_it)
            self._tell({
                **self._row("info", f"{quarantined} messages were set aside" if quarantined else ""),
                "partition": partition, "lag": lag, "processed_messages": len(of_it), "processed_bytes": size,
                "committed_messages": len(of_it),
            })  # fmt: skip
        self.progress.problem = ""

    def _say(self, kind: str, text: str) -> None:
        """The same is not said again within a minute."""
        self.progress.problem = text
        now = time.monotonic()
        if now - self._said.get(text, -_TOLD_AGAIN) < _TOLD_AGAIN:
            return
        self._said[text] = now
        log = logger.error if kind == "error" else logger.warning
        log("%s gets no messages of %s: %s", self.subscription.source, self.subscription.topic, text)
        self._tell({**self._row(kind, text), "partition": -1})

    def _row(self, kind: str, text: str) -> dict[str, object]:
        source = self.subscription.source
        return {"datasource_id": source, "topic": self.subscription.topic, "msg_type": kind, "msg": text}


def _message(found: Any) -> Message:
    kind, moment = found.timestamp()
    return Message(
        found.topic(), found.partition(), found.offset(), moment if kind else None, found.key(), found.value(),
        found.headers() or (),
    )  # fmt: skip
