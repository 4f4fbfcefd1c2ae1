"""The statements that turn a batch of event lines into rows and quarantined rows of one data source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tinylite.datafile.model import Column, Datasource
from tinylite.engine.duckdb.ddl import QUARANTINE_SUFFIX, quarantine_columns
from tinylite.ingest.cells import Cells
from tinylite.ingest.insertion import Insertion, insertion, with_defaults
from tinylite.ingest.numbers import Steps
from tinylite.ingest.strict import StrictRows, strict_rows
from tinylite.ingest.typed_text import from_text, json_key
from tinylite.sql.physical import quoted, text_literal

SEPARATOR = b"\x1f"
"""Parts the exact texts from the line in a staged file: no character of JSON text."""
BLOCK = "_block"
"""The temporary table of a parsed batch: bad, v0… (values) of good rows, line, valid, x0… (texts) of bad ones."""
MESSAGE = "__message"
"""In an event that was a message of Kafka: its whole text, where a column is for that."""
_LEAST_LINE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """Made once for each version of a data source. `strict` is tried first, where there is one; its rows are all good.
    The others are for batches that it does not take.
    """

    into: Insertion
    strict: StrictRows | None
    completed: str
    """A SELECT with the DEFAULTs of `{rows}`, a SELECT of the columns."""
    parse: str
    rows: str
    """A SELECT of the good rows as they are stored."""
    rejected: str
    """A SELECT of the others, as the quarantine keeps them; it takes `starts`, the number of the first
    line of each request, and `ids`, their names."""
    exact: tuple[tuple[int, Steps, bool], ...]
    """The columns whose numbers must keep their text: their indexes, steps, and whether they take documents as text."""

    @property
    def tables(self) -> tuple[str, str]:
        return self.into.table, self.into.table + QUARANTINE_SUFFIX

    @property
    def statements(self) -> tuple[str, ...]:
        """All that may call functions."""
        return self.parse, self.rows, self.rejected, self.into.order, self.into.merged

    @property
    def insert(self) -> str:
        return self.into.sql(f"({self.rows})")

    @property
    def quarantine(self) -> str:
        return f"INSERT INTO {quoted(self.tables[1])} {self.rejected}"

    def unsorted(self) -> BlockPlan:
        """In the order of coming."""
        return replace(self, into=replace(self.into, order=""))

    def strictly(self, path: Path, *, has_long_lines: bool = True) -> str:
        """A SELECT of the rows of a staged file as they are stored. It fails when one may not fit."""
        assert self.strict is not None
        return _around(self.completed, "{rows}", self.strict.read(path, has_long_lines=has_long_lines))

    def strictly_of(self, cells: Cells, path: Path) -> str:
        """The same of a staged file of CSV."""
        assert self.strict is not None
        return _around(self.completed, "{rows}", self.strict.of(cells.read(path, self.strict.keys)))

    def read(self, path: Path, longest: int, *, exact: bool) -> str:
        """The statement that parses a staged file whose longest line has `longest` bytes. With `exact` each line has
        the texts of numbers before it (`numbers.exact_texts` as JSON), and the separator.
        """
        file = text_literal(str(path))
        line = max(_LEAST_LINE, longest + 64)
        columns = "{'o': 'VARCHAR', 'line': 'VARCHAR'}" if exact else "{'line': 'VARCHAR'}"
        rows = (
            f"read_csv({file}, delim = chr(31), quote = '', escape = '', header = false, auto_detect = false, "
            f"columns = {columns}, max_line_size = {line}, buffer_size = {2 * line})"
        )
        return _around(_around(self.parse, "{file}", rows), _INEXACT, _EXACT if exact else _INEXACT)


COUNT = f"SELECT count(*) FROM {BLOCK}"
_ROW = f"rowid - (SELECT min(rowid) FROM {BLOCK})"
"""The number of the line, from 0: what was not committed yet has very large row ids."""
BAD_ROWS = f"SELECT {_ROW} FROM {BLOCK} WHERE bad"
_INEXACT = "CAST(NULL AS JSON) AS o"
_EXACT = "TRY_CAST(nullif(o, '') AS JSON) AS o"


def plan(datasource: Datasource, table: str) -> BlockPlan:
    """Raises DiagnosticError when a DEFAULT or the sorting key can't be compiled."""
    columns = datasource.columns
    plain = [column for column in columns if _is_plain(column)]
    # What stands for the whole document: of a message of Kafka the text of the message.
    whole = "doc"
    paths = [_path(column) for column in plain]
    if datasource.kafka and not all(map(_steps, columns)):
        paths.append(f"$.{MESSAGE}")
        whole = f"coalesce(t[{len(paths)}], doc)"
    listed = ", ".join(map(text_literal, paths))
    exact = tuple((i, _steps(c), _takes_text(c)) for i, c in enumerate(columns) if _keeps_text(c))
    kept = {i for i, _, _ in exact}
    texts = ", ".join(_text_of(i, column, plain, whole, exact=i in kept) for i, column in enumerate(columns))
    values = values_of(columns)
    bad = " OR ".join(unfit(i, column) for i, column in enumerate(columns))
    told = ", ".join(f"CASE WHEN bad THEN x{i} END AS x{i}" for i in range(len(columns)))
    given = ", ".join(f"v{i}" for i in range(len(columns)))
    # A line is parsed once, by the one call that takes out all plain columns. It is an object if it begins like one.
    found = f"CASE WHEN starts_with(ltrim(line), '{{') THEN TRY(json_extract_string(line, [{listed}])) END"
    parse = (
        f"CREATE OR REPLACE TEMP TABLE {BLOCK} AS "
        f"SELECT bad, valid, CASE WHEN NOT valid THEN line END AS line, {given}, {told} FROM ("
        f"SELECT *, (NOT valid OR {bad}) AS bad FROM ("
        f"SELECT *, {values} FROM (SELECT line, valid, {texts} FROM ("
        "SELECT *, t IS NOT NULL AS valid, CASE WHEN t IS NOT NULL THEN line END AS doc FROM ("
        f"SELECT line, {_INEXACT}, {found} AS t FROM {{file}})))))"
    )
    completed = with_defaults("{rows}", datasource, columns)
    good = f"SELECT {', '.join(f'v{i} AS {quoted(c.name)}' for i, c in enumerate(columns))} FROM {BLOCK} WHERE NOT bad"
    return BlockPlan(
        insertion(datasource, table),
        strict_rows(datasource),
        completed,
        parse,
        _around(completed, "{rows}", good),
        _rejected(datasource),
        exact,
    )


def _around(statement: str, mark: str, text: str) -> str:
    """The last mark counts: a jsonpath or a DEFAULT may hold such a text too."""
    before, _, after = statement.rpartition(mark)
    return before + text + after


def _keeps_text(column: Column) -> bool:
    """Whether the text of a number counts, and not just its value as a double."""
    return not (column.type.is_integer or column.type.is_float or column.type.name in ("Bool", "UUID", "IPv4", "IPv6"))


def _takes_text(column: Column) -> bool:
    return column.type.is_string or column.type.name == "JSON"


def _text_of(index: int, column: Column, plain: list[Column], whole: str, *, exact: bool) -> str:
    found = _extracted(column, plain, whole)
    if exact and _steps(column):
        found = f"coalesce(json_extract_string(o, '$.\"{index}\"'), {found})"
    return f"{found} AS x{index}"


def _steps(column: Column) -> Steps:
    return column.jsonpath.steps if column.jsonpath else (column.name,)


def _is_plain(column: Column) -> bool:
    """Whether one path gives the value: not for the whole document, nor for `[:]`."""
    return bool(_steps(column)) and None not in _steps(column)


def _path(column: Column) -> str:
    return "$" + "".join("[*]" if step is None else "." + json_key(step) for step in _steps(column))


def _extracted(column: Column, plain: list[Column], whole: str) -> str:
    """The text of a column's value: of a container its JSON."""
    if _is_plain(column):
        return f"t[{plain.index(column) + 1}]"
    steps = _steps(column)
    if not steps:
        return whole
    # `[*]` gives a list of matches; without the array there is no value.
    before = text_literal("$" + "".join("." + json_key(str(step)) for step in steps[: steps.index(None)]))
    found = f"CAST(to_json(json_extract(doc, {text_literal(_path(column))})) AS VARCHAR)"
    return f"(CASE WHEN json_type(doc, {before}) = 'ARRAY' THEN {found} END)"


def values_of(columns: Sequence[Column]) -> str:
    """The values v0… of the texts x0…"""
    return ", ".join(f"{from_text(f'x{i}', column.type.plain)} AS v{i}" for i, column in enumerate(columns))


def unfit(index: int, column: Column) -> str:
    """Whether a text x and its value v keep a row out. The only place that says so."""
    wrong = f"(x{index} IS NOT NULL AND v{index} IS NULL)"
    if column.type.nullable or column.default is not None:
        return wrong
    return f"v{index} IS NULL"


def _rejected(datasource: Datasource) -> str:
    texts = ", ".join(f"x{i} AS {quoted(column.name)}" for i, column in enumerate(datasource.columns))
    checks = [
        (f"(NOT valid OR NOT {unfit(i, c)})", text_literal(c.name), _reason(i, c))
        for i, c in enumerate(datasource.columns)
    ]
    listed = ", ".join(f"CASE WHEN {fits} THEN NULL ELSE {name} END" for fits, name, _ in checks)
    reasons = ", ".join(f"CASE WHEN {fits} THEN NULL ELSE {reason} END" for fits, _, reason in checks)
    no_json = "CASE WHEN valid THEN NULL ELSE 'invalid JSON: ' || coalesce(line, '') END"
    why = {
        "c__error_column": f"list_filter([{listed}], lambda e: e IS NOT NULL)",
        "c__error": f"list_filter([{no_json}, {reasons}], lambda e: e IS NOT NULL)",
        "c__import_id": "import_id",
        "insertion_date": "CAST(date_trunc('second', timezone('UTC', now())) AS TIMESTAMP)",
    }
    names = [column.name for column in quarantine_columns(datasource)[len(datasource.columns) :]]
    own = ", ".join(f"{why[name]} AS {quoted(name)}" for name in names)
    rows = f"SELECT *, {_ROW} AS row FROM {BLOCK} WHERE bad"
    imports = "SELECT unnest($starts) AS start, unnest($ids) AS import_id"
    return f"SELECT {texts}, {own} FROM ({rows}) ASOF JOIN ({imports}) ON row >= start ORDER BY row"


def _reason(index: int, column: Column) -> str:
    text = f"coalesce(CASE WHEN length(x{index}) > 200 THEN left(x{index}, 200) || '…' ELSE x{index} END, 'null')"
    tail = text_literal(f"' on column '{column.name}' is not {column.type}")
    return f"'value ''' || {text} || {tail}"
