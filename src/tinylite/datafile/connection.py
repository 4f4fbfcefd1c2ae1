"""`.connection`: where a connector or a sink leads to."""

from __future__ import annotations

from tinylite.datafile.instructions import CONNECTION_TYPES
from tinylite.datafile.model import Connection
from tinylite.datafile.section import Section, one_of
from tinylite.diagnostics import Diagnostic, Severity, Span, did_you_mean

_NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "kafka": (("KAFKA_BOOTSTRAP_SERVERS",),),
    "s3": (("S3_ARN", "S3_ACCESS_KEY"),),
    "gcs": (("GCS_SERVICE_ACCOUNT_CREDENTIALS_JSON", "GCS_HMAC_ACCESS_ID"),),
}
_NOT_SERVED = frozenset({"bigquery", "snowflake", "dynamodb"})
"""Tinybird has, or had, connectors to them."""


def connection(name: str, section: Section, whole: Span) -> Connection | None:
    if not section.require("a connection", "TYPE", hint=one_of(CONNECTION_TYPES)):
        return None
    written = section.values["TYPE"]
    kind = written.value.lower()
    if kind in _NOT_SERVED:
        message = f"connections to {kind} are not supported: nothing comes or goes"
        section.faults.append(Diagnostic("TL406", message, written.span, severity=Severity.WARNING))
        return None
    if kind not in CONNECTION_TYPES:
        hint = did_you_mean(kind, CONNECTION_TYPES) or one_of(CONNECTION_TYPES)
        section.fault("TL107", f"unknown TYPE {written.value}", written.span, hint)
        return None
    for alternatives in _NEEDS[kind]:
        section.require(f"TYPE {kind}", *alternatives, at=section.spans["TYPE"])
    settings = section.others("TYPE", "DESCRIPTION")
    for setting in settings:
        if not setting.startswith(f"{kind.upper()}_"):
            section.warn(f"{setting} has no effect on a {kind} connection", section.spans[setting])
    return Connection(name, kind, settings, whole)
