"""Connectors in: what data sources say about the topics and buckets that their rows come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tinylite.datafile.model import Datasource, Text
from tinylite.diagnostics import Diagnostic, Severity, did_you_mean
from tinylite.project.connections import check_address
from tinylite.project.copies import ON_DEMAND, fires
from tinylite.project.model import Project

VALUE_FORMATS = ("json_without_schema", "json_with_schema", "avro")
"""Of messages of Kafka, and of their keys."""
FILE_FORMATS = ("csv", "ndjson", "json", "parquet", "avro")
_AUTO = "@auto"
_EVERY_MINUTE = "* * * * *"


@dataclass(frozen=True, slots=True)
class Source:
    """A bucket that a data source is filled from."""

    datasource: Datasource
    connection: Text | None
    uri: Text
    format: str
    """Empty when the names of the objects tell."""
    since: datetime | None
    """Older objects are left out."""
    schedule: str
    """Cron, in UTC; empty for on demand."""


def kafka_sources(project: Project) -> Iterator[Datasource]:
    for datasource in project.datasources.values():
        if "KAFKA_CONNECTION_NAME" in datasource.kafka and "KAFKA_TOPIC" in datasource.kafka:
            yield datasource


def bucket_sources(project: Project) -> Iterator[Source]:
    """Those that can run: what is wrong with others `check_connectors` tells."""
    for datasource in project.datasources.values():
        uri = datasource.imports.get("IMPORT_BUCKET_URI")
        if uri is None or _appends_not(datasource.imports):
            continue
        yield Source(
            datasource,
            datasource.imports.get("IMPORT_CONNECTION_NAME"),
            uri,
            _plain(datasource.imports.get("IMPORT_FORMAT")),
            moment(datasource.imports.get("IMPORT_FROM_TIMESTAMP")),
            cron(datasource.imports.get("IMPORT_SCHEDULE")),
        )


def cron(schedule: Text | None) -> str:
    """@auto looks once a minute."""
    text = schedule.value.strip("\"' ") if schedule else ""
    return _EVERY_MINUTE if text.lower() == _AUTO else "" if text.lower() in ON_DEMAND else text


def moment(written: Text | None) -> datetime | None:
    """None also when it is no moment. Without a zone it is in UTC."""
    if written is None:
        return None
    try:
        found = datetime.fromisoformat(written.value.strip("\"' "))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _plain(text: Text | None) -> str:
    return text.value.lower().strip("\"' ") if text else ""


def _appends_not(imports: Mapping[str, Text]) -> bool:
    return _plain(imports.get("IMPORT_STRATEGY")) not in ("", "append", "@append")


def check_connectors(project: Project) -> Iterator[Diagnostic]:
    yield from _check_groups(project)
    for datasource in project.datasources.values():
        for name in ("KAFKA_KEY_FORMAT", "KAFKA_VALUE_FORMAT"):
            yield from _check_choice(datasource.kafka.get(name), name, VALUE_FORMATS)
        yield from _check_import(project, datasource)


def _check_groups(project: Project) -> Iterator[Diagnostic]:
    """Two readers of one group share the messages of a topic: each gets a part."""
    known: dict[tuple[str, str, str], str] = {}
    for datasource in kafka_sources(project):
        group = datasource.kafka.get("KAFKA_GROUP_ID")
        if group is None:
            continue
        place = (datasource.kafka["KAFKA_CONNECTION_NAME"].value, datasource.kafka["KAFKA_TOPIC"].value, group.value)
        first = known.setdefault(place, datasource.name)
        if first != datasource.name:
            message = f"{first} reads the same topic with the same group: each of the two gets a part of the messages"
            yield Diagnostic("TL114", message, group.span, "give each a group of its own", Severity.WARNING)


def _check_import(project: Project, datasource: Datasource) -> Iterator[Diagnostic]:
    imports = datasource.imports
    uri = imports.get("IMPORT_BUCKET_URI")
    if uri is None:
        return
    named = imports.get("IMPORT_CONNECTION_NAME")
    connection = project.connections.get(named.value) if named else None
    yield from check_address(uri, connection.kind if connection else None)
    yield from _check_choice(imports.get("IMPORT_FORMAT"), "IMPORT_FORMAT", FILE_FORMATS)
    if _appends_not(imports):
        message = f"rows of a bucket can only be appended to {datasource.name}"
        hint = "IMPORT_STRATEGY append; an object that changes is imported again, beside the rows that it had before"
        yield Diagnostic("TL406", message, imports["IMPORT_STRATEGY"].span, hint)
    schedule = imports.get("IMPORT_SCHEDULE")
    if schedule is not None and "{{" not in schedule.value and cron(schedule) and not fires(cron(schedule)):
        hint = "@auto, @on-demand, or minute hour day month weekday in UTC"
        yield Diagnostic("TL107", f"{schedule.value} is no schedule", schedule.span, hint)
    since = imports.get("IMPORT_FROM_TIMESTAMP")
    if since is not None and "{{" not in since.value and moment(since) is None:
        yield Diagnostic("TL107", f"{since.value} is no moment", since.span, "as in 2026-04-01T00:00:00Z")


def _check_choice(text: Text | None, name: str, choices: tuple[str, ...]) -> Iterator[Diagnostic]:
    value = _plain(text)
    if text is not None and "{{" not in text.value and value not in ("", *choices):
        hint = did_you_mean(value, choices) or f"there are {', '.join(choices)}"
        yield Diagnostic("TL107", f"{name} can't be {text.value}", text.span, hint)
