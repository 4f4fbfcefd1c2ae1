"""Answers of either side in one form."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tinylite.types import Type, TypeSyntaxError, parse_type

Cells = Sequence[object]


@dataclass(frozen=True, slots=True)
class Answer:
    """`columns` are (name, type); values are as JSON has them, floats as floats however they are written.

    `refusal` is why there is no answer; `seconds` are the asker's.
    """

    columns: Sequence[tuple[str, str]]
    rows: Sequence[Cells]
    seconds: float
    totals: Cells | None = None
    refusal: str = ""


def refusal(reason: str, seconds: float) -> Answer:
    return Answer((), (), seconds, refusal=reason)


def of_cells(columns: Sequence[tuple[str, str]], rows: Sequence[Cells], totals: Cells | None, seconds: float) -> Answer:
    """Rows as lists of what JSON gives."""
    types = [_type(type_) for _, type_ in columns]

    def valued(row: Cells) -> Cells:
        return [_value(value, type_) for value, type_ in zip(row, types, strict=True)]

    return Answer(columns, [valued(row) for row in rows], seconds, valued(totals) if totals is not None else None)


class _Pairs(list[tuple[str, Any]]):
    """An object with its names in order: two columns may have one name."""


def of_body(text: str, seconds: float) -> Answer:
    """Of FORMAT JSON. Raises ValueError when it is none."""
    try:
        body = dict(json.loads(text, object_pairs_hook=_Pairs))
        columns = [(str(dict(column)["name"]), str(dict(column)["type"])) for column in body["meta"]]
        rows = [_cells(row) for row in body["data"]]
        totals = _cells(body["totals"]) if "totals" in body else None
        return of_cells(columns, rows, totals, seconds)
    except (TypeError, LookupError) as problem:
        raise ValueError(f"no answer in JSON: {problem}") from None


def lines(answer: Answer, rows: Sequence[Cells] | None = None) -> str:
    """Its rows as NDJSON."""
    names = [json.dumps(name, ensure_ascii=False) for name, _ in answer.columns]
    return "".join(f"{_line(names, row)}\n" for row in (answer.rows if rows is None else rows))


def _line(names: Sequence[str], row: Cells) -> str:
    cells = (f"{name}:{json.dumps(value, ensure_ascii=False)}" for name, value in zip(names, row, strict=True))
    return "{" + ",".join(cells) + "}"


def _cells(row: _Pairs) -> list[object]:
    return [_plain(value) for _, value in row]


def _plain(value: object) -> object:
    if isinstance(value, _Pairs):
        return {name: _plain(inner) for name, inner in value}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _type(text: str) -> Type | None:
    """None for one that only ClickHouse knows."""
    try:
        return parse_type(text)
    except TypeSyntaxError:
        return None


def _value(value: object, type_: Type | None) -> object:
    if type_ is None or value is None:
        return value
    if type_.name == "AggregateFunction":
        return "(state)"  # each engine has its own
    if isinstance(value, list):
        types = type_.args if type_.name == "Tuple" else type_.args[:1] * len(value)
        return [_value(item, arg) for item, arg in zip(value, types, strict=True)] if types else value
    if isinstance(value, dict) and type_.name in ("Map", "Tuple"):
        types = type_.args[1:] * len(value) if type_.name == "Map" else type_.args
        return {name: _value(item, arg) for (name, item), arg in zip(value.items(), types, strict=True)}
    if type_.is_float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value
