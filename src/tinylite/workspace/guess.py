"""A data source from a file: names, types, jsonpaths and keys, as the text of a datafile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from tinylite.workspace.opened import InputFile
from tinylite.workspace.readers.piece import Dialect
from tinylite.workspace.samples import Sample, sampled

MAX_KEYS = 100
"""Of one object: what has more is kept as JSON text, since the keys seem to be values."""
_DEPTH = 6
_FEW = 1000
"""Different texts that are few, when they come again and again."""
_WHOLE = re.compile(r"[+-]?(?:0|[1-9]\d*)")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_DAY = re.compile(r"(?:19[7-9]\d|20\d\d|21[0-4]\d)-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_MOMENT = re.compile(_DAY.pattern + r"[T ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(\d{1,9}))?(?:Z|[+-]\d\d:?\d\d)?")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
Steps = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """`present` is the share of rows that have a value; `path` the jsonpath."""

    name: str
    path: str
    type: str
    present: float


@dataclass(frozen=True, slots=True)
class Analysis:
    format: str
    columns: tuple[Guess, ...]
    datafile: str
    rows: Sequence[dict[str, object]]
    """The first ones, by column."""
    delimiter: str = ""

    @property
    def schema(self) -> str:
        return ", ".join(_written(column) for column in self.columns)


def analyze(file: InputFile, format: str, dialect: Dialect, description: str = "") -> Analysis:
    """Raises IngestError when the file has no rows that can be read. It may be cut off somewhere."""
    sample = sampled(file, format, dialect)
    found = _typed(sample) if sample.types else list(_of_values(sample))
    columns = _named(found)
    names = {steps: guess.name for (steps, *_), guess in zip(found, columns, strict=True)}
    rows = [{names[steps]: value for steps, value in _leaves(row) if steps in names} for row in sample.rows[:5]]
    return Analysis(format, tuple(columns), _datafile(columns, description), rows, sample.delimiter)


# -- what the values are ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Seen:
    """The values of one path. Of a path through an array they are lists."""

    values: list[object] = field(default_factory=list)


_Found = tuple[Steps, str, float]
"""Where, of which type, in which share of the rows."""


def _of_values(sample: Sample) -> Iterator[_Found]:
    seen: dict[Steps, _Seen] = {}
    for row in sample.rows:
        for steps, value in _leaves(row):
            seen.setdefault(steps, _Seen()).values.append(value)
    counts = _inner(seen)
    whole = {steps for steps in counts if _is_text(seen.get(steps), counts[steps], steps)}
    for steps in whole:
        seen.setdefault(steps, _Seen(["{}"] * len(sample.rows)))
    for steps, entry in seen.items():
        is_within = any(steps != other and steps[: len(other)] == other for other in whole)
        if is_within or (steps in counts and steps not in whole) or any("`" in (step or "") for step in steps):
            continue
        there = [value for value in entry.values if value is not None]
        present = [value for value in there if value != ""] if sample.texts else there
        type_ = "String" if steps in whole else _type(present, sample.texts)
        filled = len(there if type_.endswith(("String", "String)")) else present)
        shown = steps[:-1] if type_ == "String" and steps[-1] is None else steps
        yield shown, type_ if filled == len(sample.rows) else _nullable(type_), len(present) / len(sample.rows)


def _inner(seen: Iterable[Steps]) -> dict[Steps, int]:
    """How many paths go on from each."""
    counts: dict[Steps, int] = {}
    for steps in seen:
        for length in range(1, len(steps)):
            counts[steps[:length]] = counts.get(steps[:length], 0) + 1
    # The array itself is the path to its elements.
    return {steps: count for steps, count in counts.items() if (*steps, None) not in seen or count > 1}


def _is_text(entry: _Seen | None, count: int, steps: Steps) -> bool:
    """Whether a path is kept as JSON text: it is now an object and now something else, or has too many keys."""
    if count > MAX_KEYS and None not in steps:
        return True
    return entry is not None and any(value not in (None, "", [], {}) for value in entry.values)


def _leaves(row: dict[str, object], before: Steps = ()) -> Iterator[tuple[Steps, object]]:
    for key, value in row.items():
        steps = (*before, key)
        if isinstance(value, dict) and value and len(steps) < _DEPTH:
            yield from _leaves(value, steps)
        elif isinstance(value, list) and value and all(isinstance(item, dict) and item for item in value):
            yield from _items(value, (*steps, None))
        elif isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
            yield (*steps, None), value
        else:
            yield steps, value


def _items(items: list[object], before: Steps) -> Iterator[tuple[Steps, object]]:
    """Fields of the objects in an array, each as a list."""
    known: dict[str, list[object]] = {}
    for item in items:
        for key, value in item.items() if isinstance(item, dict) else ():
            known.setdefault(key, []).append(value)
    for key, values in known.items():
        yield (*before, key), values


def _type(values: Sequence[object], texts: bool) -> str:
    """Of values that are there; `texts` when the file knows nothing else."""
    lists = [value for value in values if isinstance(value, list)]
    if values and len(lists) == len(values):
        return f"Array({_plain(_type([item for value in lists for item in value if item is not None], texts))})"
    if not values or lists or any(isinstance(value, dict) for value in values):
        return "String"
    if all(isinstance(value, bool) for value in values) or _all(values, texts, ("true", "false").__contains__):
        return "Bool"
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values) or _all(
        values, texts, _WHOLE.fullmatch
    ):
        return _whole(values)
    if all(isinstance(value, int | float | Decimal) and not isinstance(value, bool) for value in values):
        return "Float64"
    if _all(values, texts, _NUMBER.fullmatch):
        return "Float64"
    if all(isinstance(value, str | datetime | date) for value in values):
        return _of_texts([value if isinstance(value, str) else value.isoformat() for value in values])  # type: ignore[attr-defined]
    return "String"


def _all(values: Sequence[object], texts: bool, fits: object) -> bool:
    return texts and all(isinstance(value, str) and fits(value) for value in values)  # type: ignore[operator]


def _whole(values: Iterable[object]) -> str:
    numbers = [int(str(value)) for value in values if len(str(value)) < 40]
    least, most = min(numbers, default=0), max(numbers, default=0)
    if least >= -(2**63) and most < 2**63:
        return "Int64"
    if least >= 0 and most < 2**64:
        return "UInt64"
    return "String"


def _of_texts(values: Sequence[str]) -> str:
    if all(map(_DAY.fullmatch, values)):
        return "Date"
    moments = [_MOMENT.fullmatch(value) for value in values]
    if all(moments):
        digits = max((len(moment[1] or "") for moment in moments if moment), default=0)
        return "DateTime" if not digits else f"DateTime64({3 if digits <= 3 else 6 if digits <= 6 else 9})"
    if all(map(_UUID.fullmatch, values)):
        return "UUID"
    different = len(set(values))
    if len(values) >= 10 and different <= min(_FEW, len(values) // 5):
        return "LowCardinality(String)"
    return "String"


def _nullable(type_: str) -> str:
    """Arrays can't be: a missing one is an empty one."""
    if type_.startswith(("Array(", "Map(")):
        return f"{type_} DEFAULT {'[]' if type_.startswith('Array(') else 'map()'}"
    inner = type_.removeprefix("LowCardinality(")
    return f"Nullable({type_})" if inner == type_ else f"LowCardinality(Nullable({inner[:-1]}))"


def _plain(type_: str) -> str:
    return "String" if type_ == "LowCardinality(String)" else type_


# -- what a file says of itself --------------------------------------------------------------------------------------


def _typed(sample: Sample) -> list[_Found]:
    """Of Parquet: all but how often a text comes again is written in the file."""
    found: list[_Found] = []
    for name, type_ in sample.types.items():
        values = [row.get(name) for row in sample.rows]
        present = [value for value in values if value is not None]
        if type_ == "String" and present and _type(present, False).startswith("LowCardinality"):
            type_ = "LowCardinality(String)"
        type_ = _nullable(type_) if name in sample.nullable else type_
        found.append(((name,), type_, len(present) / max(1, len(values))))
    return found


# -- the datafile ----------------------------------------------------------------------------------------------------


def _named(found: Sequence[_Found]) -> list[Guess]:
    taken: set[str] = set()
    guesses = []
    for steps, type_, present in found:
        base = re.sub(r"\W+", "_", "_".join(step for step in steps if step is not None), flags=re.ASCII).strip("_")
        base = base if base and not base[0].isdigit() else f"c_{base}"
        name, number = base, 2
        while name.lower() in taken:
            name, number = f"{base}_{number}", number + 1
        taken.add(name.lower())
        guesses.append(Guess(name, _path(steps), type_, round(present, 4)))
    return guesses


def _path(steps: Steps) -> str:
    text = "$"
    for step in steps:
        if step is None:
            text += "[:]"
        elif _PLAIN.fullmatch(step):
            text += f".{step}"
        else:
            text += "['" + step.replace("\\", "\\\\").replace("'", "\\'") + "']"
    return text


def _written(column: Guess) -> str:
    return f"`{column.name}` {column.type} `json:{column.path}`"


def _datafile(columns: Sequence[Guess], description: str) -> str:
    schema = ",\n".join(f"    {_written(column)}" for column in columns)
    moment = next((column.name for column in columns if column.type.startswith("Date")), "")
    keys = [column.name for column in columns if column.type == "LowCardinality(String)"][:2] if moment else []
    keys += [moment] if moment else _any_key(columns)
    partition = f'ENGINE_PARTITION_KEY "toYYYYMM({moment})"\n' if moment else ""
    said = f"DESCRIPTION >\n    {description}\n\n" if description else ""
    key = f'"{", ".join(keys)}"' if keys else '"tuple()"'
    return f'{said}SCHEMA >\n{schema}\n\nENGINE "MergeTree"\n{partition}ENGINE_SORTING_KEY {key}\n'


def _any_key(columns: Sequence[Guess]) -> list[str]:
    simple = ("Int", "UInt", "String", "LowCardinality(String)", "UUID")
    return [column.name for column in columns if column.type.startswith(simple) and "Nullable" not in column.type][:1]
