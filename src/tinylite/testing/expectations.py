"""Writes expected results into test files: what else stands in them, comments included, stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

_FIELDS = ("expected_result", "expected_http_status")
_UNPLAIN = re.compile(r"[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
"""What no block of YAML can hold as it is."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """`result` is NDJSON, or an error's text."""

    status: int
    result: str


def updated(text: str, expectations: Mapping[str, Expectation]) -> str:
    """A test file with other expectations, by the names of its cases."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    edits: list[tuple[int, int, str]] = []
    for node in root.value if isinstance(root, yaml.SequenceNode) else []:
        entries = {str(key.value): (key, value) for key, value in node.value}
        expectation = expectations.get(str(entries["name"][1].value)) if "name" in entries else None
        if expectation is not None:
            edits += _edits(text, node, entries, expectation)
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _edits(
    text: str, node: yaml.Node, entries: Mapping[str, tuple[yaml.Node, yaml.Node]], expectation: Expectation
) -> list[tuple[int, int, str]]:
    """Places of the text with what stands there from now on."""
    column = node.start_mark.column
    result, status = (entries.get(field) for field in _FIELDS)
    found: list[tuple[int, int, str]] = []
    missing = ""
    if result is not None:
        found.append(_replacement(text, *result, _scalar(expectation.result, column)))
    else:
        missing += f"{' ' * column}expected_result: {_scalar(expectation.result, column)}\n"
    if status is not None:
        found.append(_replacement(text, *status, str(expectation.status)))
    elif expectation.status != 200:
        missing += f"{' ' * column}expected_http_status: {expectation.status}\n"
    if missing:
        # Before the field that comes first: behind the last one a block might go on.
        first = node.value[0][0].start_mark
        place = first.index
        found.append((place, place, missing.lstrip() + " " * column))
    return found


def _replacement(text: str, key: yaml.Node, value: yaml.Node, new: str) -> tuple[int, int, str]:
    """From the colon on; blank lines and comments behind the value stay."""
    start = text.index(":", key.end_mark.index) + 1
    end = max(start, len(text[: value.end_mark.index].rstrip()))
    return start, end, f" {new}"


def _scalar(text: str, column: int) -> str:
    """A block of lines where the text has some, and YAML's shortest spelling of it elsewhere."""
    if _UNPLAIN.search(text):
        return _dumped(text, default_style='"', allow_unicode=False)
    if "\n" in text and not text.startswith((" ", "\n")):
        lines = text.rstrip("\n").split("\n")
        indent = " " * (column + 2)
        return "|\n" + "\n".join(indent + line if line else "" for line in lines)
    return _dumped(text, allow_unicode=True)


def _dumped(text: str, **options: Any) -> str:
    dumped: str = yaml.safe_dump(text, width=1_000_000, **options)
    return dumped.removesuffix("\n...\n").rstrip("\n")


def created(cases: Sequence[tuple[str, str, str, Expectation]]) -> str:
    """A test file: name, description, parameters and expectation of each case."""
    parts = []
    for name, description, parameters, expectation in cases:
        lines = [f"- name: {name}"]
        lines += [f"  description: {_scalar(description, 2)}", f"  parameters: {_scalar(parameters, 2)}"]
        if expectation.status != 200:
            lines.append(f"  expected_http_status: {expectation.status}")
        lines.append(f"  expected_result: {_scalar(expectation.result, 2)}")
        parts.append("\n".join(lines) + "\n")
    return "".join(parts)
