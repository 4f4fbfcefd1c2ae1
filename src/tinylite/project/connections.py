"""Where connectors and sinks lead to: settings with their secrets filled in, and addresses of buckets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tinylite.datafile.model import Connection, Text
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.project.model import Project
from tinylite.template import Binder, CustomError, Secrets, parse, render

Settings = Mapping[str, str]
"""By the full names of instructions."""
SCHEMES = {"s3": "s3", "gs": "gcs", "gcs": "gcs", "file": "file"}
"""What the beginning of a bucket's address says about the kind of its connection."""
_BOUND = re.compile(r"\{(\w+):String\}")
_ADDRESS = re.compile(r"(\w+)://([^/]*)/?(.*)", re.S)


@dataclass(frozen=True, slots=True)
class Address:
    """`s3://bucket/path`. Of `file://` all is `path`: relative to the project's folder, or absolute."""

    kind: str
    bucket: str
    path: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A connection with its secrets: nothing of it may be shown."""

    name: str
    kind: str
    settings: Settings

    def get(self, name: str, default: str = "") -> str:
        return self.settings.get(name, default) or default

    def __repr__(self) -> str:
        return f"Endpoint({self.name!r}, {self.kind!r})"


def settled(settings: Mapping[str, Text], secrets: Secrets) -> Settings:
    """The settings as texts. Raises DiagnosticError, at the place of a secret that is not set (TL307)."""
    return {name: _settled(text, secrets) for name, text in settings.items()}


def _settled(text: Text, secrets: Secrets) -> str:
    if "{{" not in text.value and "{%" not in text.value:
        return text.value
    binder, span = Binder(), text.span
    if len(span.text) > 1 and span.text[0] == span.text[-1] and span.text[0] in "\"'":
        # In SQL a value must not stand inside of quotes; here the whole text may.
        span = span.within(1, len(span.text) - 1)
    try:
        rendered = render(parse(span), {}, binder, secrets=secrets)
    except CustomError as problem:
        raise DiagnosticError(Diagnostic("TL306", str(problem.body), text.span)) from None

    def value(match: re.Match[str]) -> str:
        bound = binder.values.get(match[1])
        return match[0] if bound is None else str(bound.value)

    return _BOUND.sub(value, rendered.text).strip().strip("\"'")


def endpoint(project: Project, name: Text | None, secrets: Secrets) -> Endpoint:
    """Raises DiagnosticError: TL207 when there is no such connection, TL307 when a secret is not set."""
    connection = project.connections.get(name.value) if name else None
    if connection is None:
        message = f"there is no connection {name.value}" if name else "no connection is named"
        raise DiagnosticError(Diagnostic("TL207", message, name.span if name else None))
    return endpoint_of(connection, secrets)


def endpoint_of(connection: Connection, secrets: Secrets) -> Endpoint:
    return Endpoint(connection.name, connection.kind, settled(connection.settings, secrets))


def address(text: str) -> Address | None:
    """None when it is no address of a bucket or a folder."""
    found = _ADDRESS.fullmatch(text.strip())
    kind = SCHEMES.get(found[1].lower(), "") if found else ""
    if found is None or not kind:
        return None
    if kind == "file":
        return Address("file", "", text.strip()[len(found[1]) + 3 :])
    return Address(kind, found[2], found[3]) if found[2] else None


def check_address(uri: Text, kind: str | None) -> Iterator[Diagnostic]:
    """`kind` is that of the connection, if it is known."""
    if "{{" in uri.value:
        return
    found = address(uri.value)
    if found is None:
        hint = "as in s3://bucket/path, gs://bucket/path or file://folder"
        yield Diagnostic("TL107", f"{uri.value} is no address of a bucket", uri.span, hint)
    elif kind is not None and found.kind not in (kind, "file"):
        message = f"the address is one of {found.kind}, and the connection leads to {kind}"
        yield Diagnostic("TL207", message, uri.span)
