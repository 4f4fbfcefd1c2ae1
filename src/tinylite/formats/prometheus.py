"""Prometheus' text format (0.0.4), out of rows with the columns name, type, value, help, labels.

A row is one sample, as in ClickHouse's format Prometheus: rows of one name stand together, the first one's `type` and
`help` count; `labels` is a Map(String, String); `timestamp` is in milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.base import Result
from tinylite.formats.values import plain_writer

_TYPES = ("counter", "gauge", "histogram", "summary", "untyped", "")


def write_prometheus(result: Result) -> bytes:
    """Raises DiagnosticError (TL406) when the columns are not those."""
    index = {column.name: number for number, column in enumerate(result.columns)}
    for needed in ("name", "value"):
        if needed not in index:
            hint = "SELECT … AS name, 'gauge' AS type, … AS value, map('k', 'v') AS labels"
            raise DiagnosticError(Diagnostic("TL406", f"the format prometheus needs a column {needed}", hint=hint))
    number = plain_writer(result.columns[index["value"]].type)
    families: dict[str, list[str]] = {}
    for row in result.rows:
        cells = {name: row[place] for name, place in index.items()}
        name = str(cells["name"])
        if name not in families:
            families[name] = _head(name, cells)
        value = "NaN" if cells["value"] is None else number(cells["value"])
        stamp = f" {cells['timestamp']}" if cells.get("timestamp") not in (None, 0) else ""
        families[name].append(f"{name}{_labels(cells.get('labels'))} {_SPECIAL.get(value, value)}{stamp}")
    blocks = ("\n".join(lines) + "\n" for lines in families.values())
    return "\n".join(blocks).encode("utf-8", "surrogateescape")


_SPECIAL = {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}


def _head(name: str, cells: Mapping[str, object]) -> list[str]:
    lines = []
    if cells.get("help"):
        help_ = str(cells["help"]).replace("\\", "\\\\").replace("\n", "\\n")
        lines.append(f"# HELP {name} {help_}")
    kind = str(cells.get("type") or "")
    if kind not in _TYPES:
        raise DiagnosticError(Diagnostic("TL406", f"'{kind}' is no type of a Prometheus metric"))
    if kind:
        lines.append(f"# TYPE {name} {kind}")
    return lines


def _labels(labels: object) -> str:
    if not isinstance(labels, Mapping) or not labels:
        return ""
    escaped = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}
    cells = (
        f'{key}="' + "".join(escaped.get(char, char) for char in str(value)) + '"' for key, value in labels.items()
    )
    return "{" + ",".join(cells) + "}"
