"""Short ways to read a datafile in a test."""

from __future__ import annotations

from textwrap import dedent

from tinylite.datafile import parse
from tinylite.datafile.model import Connection, Datasource, Pipe, Resource
from tinylite.diagnostics import Diagnostic, Source


def faults(path: str, text: str) -> list[Diagnostic]:
    return parse(Source(path, dedent(text)))[1]


def datasource(text: str) -> Datasource:
    found = _clean("events.datasource", text)
    assert isinstance(found, Datasource)
    return found


def pipe(text: str) -> Pipe:
    found = _clean("top.pipe", text)
    assert isinstance(found, Pipe)
    return found


def connection(text: str) -> Connection:
    found = _clean("store.connection", text)
    assert isinstance(found, Connection)
    return found


def _clean(path: str, text: str) -> Resource | None:
    found, problems = parse(Source(path, dedent(text)))
    assert problems == []
    return found
