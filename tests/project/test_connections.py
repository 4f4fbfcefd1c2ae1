"""Settings of connections with their secrets, and addresses."""

from __future__ import annotations

import pytest

from tinylite.datafile import parse
from tinylite.datafile.model import Connection
from tinylite.diagnostics import DiagnosticError, Source
from tinylite.project.connections import Address, address, endpoint_of

SECRETS = {"USER": "me", "ODD": "a\"b {x:String} 'c"}


def settings(line: str) -> str:
    text = f"TYPE kafka\nKAFKA_BOOTSTRAP_SERVERS localhost:1\nKAFKA_KEY {line}\n"
    connection, faults = parse(Source("stream.connection", text), include=None)
    assert isinstance(connection, Connection), faults
    return endpoint_of(connection, SECRETS.get).get("KAFKA_KEY")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("me", "me"),
        ('"me"', "me"),
        ('{{ tb_secret("USER") }}', "me"),
        ("\"{{ tb_secret('USER') }}\"", "me"),
        ('"{{ tb_secret("USER") }}"', "me"),
        ('{{ tb_secret("NONE", "nobody") }}', "nobody"),
        ('before-{{ tb_secret("USER") }}-after', "before-me-after"),
        ('{{ tb_secret("ODD") }}', "a\"b {x:String} 'c"),
    ],
)
def test_a_secret_is_put_in_as_it_is(written: str, value: str) -> None:
    assert settings(written) == value


def test_a_secret_that_is_not_set_is_told_with_its_place() -> None:
    with pytest.raises(DiagnosticError) as problem:
        settings('{{ tb_secret("NONE") }}')
    (fault,) = problem.value.diagnostics
    assert fault.code == "TL307" and fault.span is not None
    assert (fault.span.line, fault.span.source.path) == (3, "stream.connection")


def test_what_is_secret_is_not_shown() -> None:
    text = "TYPE kafka\nKAFKA_BOOTSTRAP_SERVERS localhost:1\nKAFKA_SECRET hush\n"
    connection, _ = parse(Source("stream.connection", text), include=None)
    assert isinstance(connection, Connection)
    assert "hush" not in repr(endpoint_of(connection, SECRETS.get))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("s3://bucket/a/*.csv", Address("s3", "bucket", "a/*.csv")),
        ("gs://bucket", Address("gcs", "bucket", "")),
        ("file://exports/x", Address("file", "", "exports/x")),
        ("file:///tmp/x", Address("file", "", "/tmp/x")),
        ("s3:///x", None),
        ("https://bucket/x", None),
        ("bucket/x", None),
    ],
)
def test_addresses(text: str, found: Address | None) -> None:
    assert address(text) == found
