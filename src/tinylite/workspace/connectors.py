"""The readers of Kafka that a project asks for, and what is known of all its connections.

A connector that can't run is a warning and never stops anything else: a package that is not there, a secret that is not
set, a broker that does not answer.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from functools import partial

from tinylite.datafile.model import Connection, Datasource
from tinylite.diagnostics import Diagnostic, DiagnosticError, Severity
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.ingest.connectors.buckets import open_bucket
from tinylite.ingest.connectors.errors import Unreachable
from tinylite.ingest.connectors.kafka import KafkaReader, Progress, Subscription, Tell, ask_brokers, subscription
from tinylite.ingest.ingest import Ingest
from tinylite.project import Project
from tinylite.project.connections import Endpoint, address, endpoint, endpoint_of, settled
from tinylite.project.connectors import kafka_sources
from tinylite.project.program import Secrets

logger = logging.getLogger("tinylite.connectors")
_PATIENCE = 10.0


class Connectors:
    """`follow` gives it a project; nothing is read before `start`."""

    def __init__(self, engine: DuckDBEngine, ingest: Ingest, secrets: Secrets, tell: Tell) -> None:
        self._engine = engine
        self._ingest = ingest
        self._secrets = secrets
        self._tell = tell
        self._lock = threading.RLock()
        self._project: Project | None = None
        self._readers: dict[str, KafkaReader] = {}
        self._problems: dict[str, str] = {}
        self._is_started = False

    def follow(self, project: Project) -> None:
        with self._lock:
            self._project = project
            if self._is_started:
                self._adapt(project)

    def start(self) -> None:
        """Only the first call does anything."""
        with self._lock:
            if not self._is_started:
                self._is_started = True
                if self._project is not None:
                    self._adapt(self._project)

    def refresh(self) -> None:
        """Secrets have changed."""
        with self._lock:
            if self._is_started and self._project is not None:
                self._adapt(self._project)

    def close(self) -> None:
        with self._lock:
            self._end(list(self._readers))
            self._is_started = False

    def problem(self, source: str) -> str:
        """Why a data source gets nothing from its topic; empty while all is well."""
        with self._lock:
            reader = self._readers.get(source)
            return reader.progress.problem if reader else self._problems.get(source, "")

    def lag(self) -> dict[str, int]:
        """How many messages wait, by data source."""
        return {name: sum(found.lag.values()) for name, found in self.progress().items()}

    def progress(self) -> dict[str, Progress]:
        """How far readers are, by data source."""
        with self._lock:
            return {name: reader.progress for name, reader in self._readers.items()}

    def _adapt(self, project: Project) -> None:
        """Readers of what has changed begin anew, the others go on."""
        self._problems = {}
        wanted = dict(self._wanted(project))
        self._end([name for name, reader in self._readers.items() if wanted.get(name) != reader.subscription])
        for name, found in wanted.items():
            if name not in self._readers:
                self._readers[name] = KafkaReader(found, self._engine, self._ingest, self._tell)
                self._readers[name].start()

    def _wanted(self, project: Project) -> Iterator[tuple[str, Subscription]]:
        for source in kafka_sources(project):
            try:
                yield source.name, self._subscription(project, source)
            except DiagnosticError as problem:
                self._problems[source.name] = problem.diagnostics[0].message
                logger.warning("%s gets no messages: %s", source.name, problem.diagnostics[0].message)

    def _subscription(self, project: Project, source: Datasource) -> Subscription:
        connection = endpoint(project, source.kafka["KAFKA_CONNECTION_NAME"], self._secrets)
        return subscription(source, settled(source.kafka, self._secrets), connection)

    def _end(self, names: list[str]) -> None:
        ending = [self._readers.pop(name) for name in names]
        for reader in ending:
            reader.stop()
        for reader in ending:
            # One that does not end in time loads nothing more, or nothing that another one has loaded.
            reader.join(_PATIENCE)


def unready(project: Project, secrets: Secrets) -> Iterator[Diagnostic]:
    """Why connections of a project can't be used as things are: warnings."""
    kinds: dict[str, tuple[str, str]] = {"kafka": ("confluent_kafka", "kafka"), "s3": ("obstore", "buckets")}
    for connection in project.connections.values():
        try:
            endpoint_of(connection, secrets)
        except DiagnosticError as problem:
            for fault in problem.diagnostics:
                yield Diagnostic(fault.code, fault.message, fault.span, fault.hint, Severity.WARNING)
        module, extra = kinds.get(connection.kind, kinds["s3"])
        if not _is_installed(module):
            message = (
                f"connections to {connection.kind} need the package {module.replace('_', '-')}: nothing comes or goes"
            )
            span = connection.span.source.span(0, 0)
            yield Diagnostic("TL513", message, span, f"pip install 'tinylite[{extra}]'", Severity.WARNING)


def _is_installed(module: str) -> bool:
    from importlib.util import find_spec

    return find_spec(module) is not None


def try_connection(connection: Connection, bucket: str, secrets: Secrets) -> str:
    """What a connection leads to, in a few words. `bucket` is one that must be there, or empty.

    Raises DiagnosticError.
    """
    found = endpoint_of(connection, secrets)
    attempt: Callable[[], str] = partial(_brokers, found) if found.kind == "kafka" else partial(_bucket, found, bucket)
    try:
        return attempt()
    except Unreachable as problem:
        raise DiagnosticError(Diagnostic("TL513", str(problem))) from None


def _brokers(connection: Endpoint) -> str:
    topics = ask_brokers(connection)
    return f"{len(topics)} topics: {', '.join(topics[:10])}" if topics else "the brokers answer; there are no topics"


def _bucket(connection: Endpoint, uri: str) -> str:
    place = address(uri)
    if place is None:
        message = f"to test {connection.name} a bucket is needed"
        raise DiagnosticError(Diagnostic("TL513", message, hint="name one: --bucket s3://bucket/folder/"))
    bucket = open_bucket(place, connection, None)
    found = next(iter(bucket.list(place.path)), None)
    return f"{uri} can be listed" + (f": {found.key} is there" if found else "; it holds nothing")


def buckets_of(project: Project, connection: str) -> list[str]:
    """Addresses that sinks and data sources of the project use a connection for."""
    settings = [source.imports for source in project.datasources.values()]
    settings += [pipe.output.settings for pipe in project.pipes.values()]
    found = []
    for each in settings:
        for kind in ("IMPORT", "EXPORT"):
            name, uri = each.get(f"{kind}_CONNECTION_NAME"), each.get(f"{kind}_BUCKET_URI")
            if name is not None and uri is not None and name.value == connection:
                found.append(uri.value.split("*")[0].rpartition("/")[0] + "/")
    return found


def used_by(project: Project, connection: str) -> list[str]:
    """Names of data sources and pipes."""
    found = [
        source.name
        for source in project.datasources.values()
        if any(_names(text.value, name, connection) for name, text in {**source.imports, **source.kafka}.items())
    ]
    return found + [
        pipe.name
        for pipe in project.pipes.values()
        if any(_names(text.value, name, connection) for name, text in pipe.output.settings.items())
    ]


def _names(value: str, setting: str, connection: str) -> bool:
    return setting.endswith("_CONNECTION_NAME") and value == connection
