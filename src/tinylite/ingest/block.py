"""The statements that turn a batch of event lines into rows and quarantined rows of one data source."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tinylite.datafile.model import Column, Datasource
from tinylite.engine.duckdb.ddl import QUARANTINE_SUFFIX, quarantine_columns
from tinylite.ingest.insertion import Insertion, insertion, with_defaults
from tinylite.ingest.typed_text import from_text, json_key
from tinylite.sql.physical import quoted, text_literal

# Parts the request's number from the line in a staged file: no character of JSON text.
SEPARATOR = b"\x1f"
BLOCK = "_block"
"""The temporary table of a parsed batch: r, line, valid, then x0… (texts) and v0… (values)."""
MESSAGE = "__message"
"""In an event that was a message of Kafka: its whole text, where a column is for that."""
_LEAST_LINE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """Made once for each version of a data source. `parse` takes the staged file's path (see `read`)."""

    into: Insertion
    parse: str
    rows: str
    """A SELECT of the good rows as they are stored."""
    rejected: str
    """One of the others, as the quarantine keeps them; it takes `import_id`."""

    @property
    def tables(self) -> tuple[str, str]:
        return self.into.table, self.into.table + QUARANTINE_SUFFIX

    @property
    def statements(self) -> tuple[str, ...]:
        """All that may call functions."""
        return self.parse, self.rows, self.rejected, self.into.order

    @property
    def insert(self) -> str:
        return self.into.sql(f"({self.rows})")

    @property
    def quarantine(self) -> str:
        return f"INSERT INTO {quoted(self.tables[1])} {self.rejected}"

    def read(self, path: Path, longest: int) -> str:
        """The statement that parses a staged file whose longest line has `longest` bytes."""
        file = text_literal(str(path))
        line = max(_LEAST_LINE, longest + 64)
        # The last one: a jsonpath may hold this text too.
        before, _, after = self.parse.rpartition("{file}")
        return (
            f"{before}read_csv({file}, delim = chr(31), quote = '', escape = '', header = false, auto_detect = false, "
            f"columns = {{'r': 'INTEGER', 'line': 'VARCHAR'}}, max_line_size = {line}, buffer_size = {2 * line}){after}"
        )


COUNTS = f"SELECT r, count(*) FILTER (WHERE NOT bad), count(*) FILTER (WHERE bad) FROM {BLOCK} GROUP BY r"


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
    texts = ", ".join(f"{_extracted(column, plain, whole)} AS x{i}" for i, column in enumerate(columns))
    values = ", ".join(f"{from_text(f'x{i}', column.type.plain)} AS v{i}" for i, column in enumerate(columns))
    bad = " OR ".join(_unfit(i, column) for i, column in enumerate(columns))
    listed = ", ".join(map(text_literal, paths))
    # A line is parsed once, by the one call that takes out all plain columns. It is an object if it begins like one.
    found = f"CASE WHEN starts_with(ltrim(line), '{{') THEN TRY(json_extract_string(line, [{listed}])) END"
    parse = (
        f"CREATE OR REPLACE TEMP TABLE {BLOCK} AS SELECT *, (NOT valid OR {bad}) AS bad FROM ("
        f"SELECT *, {values} FROM (SELECT r, line, valid, {texts} FROM ("
        "SELECT *, t IS NOT NULL AS valid, CASE WHEN t IS NOT NULL THEN line END AS doc FROM ("
        f"SELECT r, line, {found} AS t FROM {{file}}))))"
    )
    return BlockPlan(insertion(datasource, table), parse, _rows(datasource), _rejected(datasource))


def _steps(column: Column) -> tuple[str | None, ...]:
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


def _unfit(index: int, column: Column) -> str:
    wrong = f"(x{index} IS NOT NULL AND v{index} IS NULL)"
    if column.type.nullable or column.default is not None:
        return wrong
    return f"v{index} IS NULL"


def _rows(datasource: Datasource) -> str:
    given = ", ".join(f"v{i} AS {quoted(column.name)}" for i, column in enumerate(datasource.columns))
    return with_defaults(f"SELECT {given} FROM {BLOCK} WHERE NOT bad", datasource, datasource.columns)


def _rejected(datasource: Datasource) -> str:
    texts = ", ".join(f"x{i} AS {quoted(column.name)}" for i, column in enumerate(datasource.columns))
    checks = [
        (f"(NOT valid OR NOT {_unfit(i, c)})", text_literal(c.name), _reason(i, c))
        for i, c in enumerate(datasource.columns)
    ]
    listed = ", ".join(f"CASE WHEN {fits} THEN NULL ELSE {name} END" for fits, name, _ in checks)
    reasons = ", ".join(f"CASE WHEN {fits} THEN NULL ELSE {reason} END" for fits, _, reason in checks)
    no_json = "CASE WHEN valid THEN NULL ELSE 'invalid JSON: ' || coalesce(line, '') END"
    why = {
        "c__error_column": f"list_filter([{listed}], lambda e: e IS NOT NULL)",
        "c__error": f"list_filter([{no_json}, {reasons}], lambda e: e IS NOT NULL)",
        "c__import_id": "CAST($import_id AS VARCHAR)",
        "insertion_date": "CAST(date_trunc('second', timezone('UTC', now())) AS TIMESTAMP)",
    }
    names = [column.name for column in quarantine_columns(datasource)[len(datasource.columns) :]]
    own = ", ".join(f"{why[name]} AS {quoted(name)}" for name in names)
    return f"SELECT {texts}, {own} FROM {BLOCK} WHERE bad"


def _reason(index: int, column: Column) -> str:
    text = f"coalesce(CASE WHEN length(x{index}) > 200 THEN left(x{index}, 200) || '…' ELSE x{index} END, 'null')"
    tail = text_literal(f"' on column '{column.name}' is not {column.type}")
    return f"'value ''' || {text} || {tail}"
