"""Fills the tables of `docs/reference/` from those in the code: `python -m tools.docs`, or `make docs`.

A page is written by hand but for what stands between `<!-- table: NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import click

from tinylite.cli.main import EXIT_STATUSES, cli
from tinylite.datafile.decode import MAX_BYTES
from tinylite.datafile.instructions import CONNECTION_TYPES, ENGINES, INSTRUCTIONS, NODE_TYPES, Place
from tinylite.diagnostics.codes import CODES
from tinylite.engine.base import Limits
from tinylite.engine.capabilities import CAPABILITIES
from tinylite.engine.duckdb.connect import DEFAULT_MEMORY
from tinylite.formats.table import FORMATS
from tinylite.ingest.decode import MAX_BODY
from tinylite.ingest.ingest import MAX_WAITING
from tinylite.project.program import MAX_CALLERS_TEXT
from tinylite.server.app import ROUTES
from tinylite.server.http import PATIENCE
from tinylite.server.params import MAX_BODY as MAX_PARAMETERS
from tinylite.server.settings import SETTINGS
from tinylite.sql.aggregates import registry as aggregates
from tinylite.sql.aggregates.catalog import AggregateFunction
from tinylite.sql.functions import registry as functions
from tinylite.sql.functions.catalog import Function
from tinylite.sql.parse import MAX_TEXT, MAX_WORDS
from tinylite.template import FUNCTIONS, METHODS
from tinylite.template.functions import KEYWORDS
from tinylite.template.render import LONGEST_OUTPUT, MOST_TURNS
from tinylite.workspace.fetching import MAX_FILE
from tinylite.workspace.readers.piece import MAX_ROW
from tinylite.workspace.workers import LONG_THREADS, QUICK_THREADS

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
_SLOT = re.compile(r"(<!-- table: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)

Row = tuple[str, ...]


def filled(text: str) -> str:
    """A page with its tables written anew. Raises KeyError for a table that there is not."""
    return _SLOT.sub(lambda slot: f"{slot[1]}\n{TABLES[slot[2]]()}\n\n{slot[3]}", text)


def table(heading: Row, rows: Iterable[Row]) -> str:
    lines = [heading, ("---",) * len(heading), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def code(text: str) -> str:
    return f"`{text}`"


def codes(texts: Iterable[str]) -> str:
    return ", ".join(map(code, texts))


# -- datafiles --------------------------------------------------------------------------------------------------------


def instructions(place: Place) -> Callable[[], str]:
    def write() -> str:
        rows = [
            (code(entry.name), entry.value.value, entry.doc, "yes" if entry.repeatable else "")
            for entry in INSTRUCTIONS.values()
            if place in entry.places
        ]
        return table(("instruction", "followed by", "meaning", "repeatable"), rows)

    return write


def engines() -> str:
    return table(("engine", "meaning"), [(code(name), doc) for name, doc in ENGINES.items()])


def types() -> str:
    return table(("of", "types"), [("a node", codes(NODE_TYPES)), ("a connection", codes(CONNECTION_TYPES))])


# -- templates --------------------------------------------------------------------------------------------------------


def template_functions() -> str:
    return table(("function", "meaning"), [(code(entry.signature), entry.doc) for entry in FUNCTIONS.values()])


def parameter_keywords() -> str:
    return table(("argument",), [(code(name),) for name in KEYWORDS])


def template_methods() -> str:
    return table(("method",), [(code(f".{name}()"),) for name in METHODS])


# -- SQL --------------------------------------------------------------------------------------------------------------


def sql_functions() -> str:
    return families(functions.FAMILIES)


def sql_aggregates() -> str:
    return families(aggregates.FAMILIES)


def families(known: Mapping[str, Iterable[Function | AggregateFunction]]) -> str:
    sections = []
    for title, family in known.items():
        rows = [
            (code(call(entry)), codes(entry.aliases), entry.doc)
            for entry in sorted(family, key=lambda entry: entry.name.lower())
        ]
        sections.append(f"### {title}\n\n" + table(("function", "also written", "notes"), rows))
    return "\n\n".join(sections)


def call(entry: Function | AggregateFunction) -> str:
    """`string string? any*` as `name(string, [string], any…)`."""
    found = arguments(entry.signature)
    if isinstance(entry, Function) and entry.takes_lambda:
        found.insert(0, "[x -> …]")
    parameters = f"({', '.join(arguments(entry.parameters))})" if isinstance(entry, AggregateFunction) else ""
    return f"{entry.name}{parameters if parameters != '()' else ''}({', '.join(found)})"


def arguments(signature: str) -> list[str]:
    return [f"[{kind[:-1]}]" if kind.endswith("?") else kind.replace("*", "…") for kind in signature.split()]


def combinators() -> str:
    return table(("suffix", "meaning"), [(code(f"-{name}"), doc) for name, doc in aggregates.COMBINATORS.items()])


# -- HTTP -------------------------------------------------------------------------------------------------------------


def routes() -> str:
    rows = [
        (
            ", ".join(entry.methods),
            code(entry.shown),
            entry.doc + (" Only with `tinylite dev`." if entry.dev_only else ""),
        )
        for entry in ROUTES
    ]
    return table(("method", "path", "what"), rows)


def formats() -> str:
    rows = [
        (code(f".{entry.extension}") if entry.extension else "", code(f"FORMAT {entry.name}"), code(entry.content_type))
        for entry in FORMATS.values()
    ]
    return table(("of an endpoint", "of a SELECT", "Content-Type"), rows)


# -- commands ---------------------------------------------------------------------------------------------------------


def commands() -> str:
    """What each command says of itself, so that the page is what a user sees."""
    sections = [
        f"## {words}\n\n```sh\n{words} --help\n```\n\n```text\n{context.get_help()}\n```"
        for words, context in walk_commands().items()
    ]
    return "\n\n".join(sections)


def walk_commands() -> dict[str, click.Context]:
    """Every command by the words that call it."""
    top = cli.make_context("tinylite", [], resilient_parsing=True, terminal_width=78)
    return {context.command_path: context for context in walk(top)}


def walk(context: click.Context) -> Iterator[click.Context]:
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            assert command is not None
            yield from walk(command.make_context(name, [], parent=context, resilient_parsing=True))


def exit_statuses() -> str:
    return table(("status", "what"), [(str(status), meaning) for status, meaning in EXIT_STATUSES.items()])


# -- errors -----------------------------------------------------------------------------------------------------------


def errors(hundred: str) -> Callable[[], str]:
    def write() -> str:
        return table(("code", "what"), [(code(name), text) for name, text in CODES.items() if name.startswith(hundred)])

    return write


# -- limits -----------------------------------------------------------------------------------------------------------

LIMITS = (
    ("a datafile", MAX_BYTES, "bytes"),
    ("the body of a request with events, unpacked", MAX_BODY, "bytes"),
    ("a file of rows, as it is sent", MAX_FILE, "bytes"),
    ("a row of a file", MAX_ROW, "bytes"),
    ("events that wait to be written, before new ones are refused", MAX_WAITING, "bytes"),
    ("the body of a request with parameters or SQL", MAX_PARAMETERS, "bytes"),
    ("turns of all loops of a template", MOST_TURNS, ""),
    ("a rendered template", LONGEST_OUTPUT, "characters"),
    ("the SQL of a query", MAX_TEXT, "characters"),
    ("the SQL of a query", MAX_WORDS, "words and signs"),
    ("the SQL of a caller's own query", MAX_CALLERS_TEXT, "characters"),
    ("a query's time", Limits().seconds, "seconds"),
    ("each piece of a body, before the answer is 408", PATIENCE, "seconds"),
    ("an answer", Limits().bytes, "bytes"),
    ("the memory of all queries and loads together", DEFAULT_MEMORY, "of the machine's (TINYLITE_MEMORY)"),
    ("queries that run at once", QUICK_THREADS + LONG_THREADS, ""),
)


def settings() -> str:
    rows = [
        (code(each.name), code(each.flag), code(each.variable), code(each.default) if each.default else "", each.doc)
        for each in SETTINGS
    ]
    return table(("setting", "flag", "variable", "default", "meaning"), rows)


def limits() -> str:
    def told(value: object, unit: str) -> str:
        return f"{value if isinstance(value, str) else f'{value:,}'} {unit}".rstrip()

    return table(("what", "limit"), [(what, told(value, unit)) for what, value, unit in LIMITS])


def capabilities() -> str:
    rows = [(each.name, each.duckdb, each.clickhouse) for each in CAPABILITIES.values()]
    return table(("what", "DuckDB, in the data folder", "ClickHouse"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "datasource instructions": instructions(Place.DATASOURCE),
    "pipe instructions": instructions(Place.PIPE),
    "node instructions": instructions(Place.NODE),
    "connection instructions": instructions(Place.CONNECTION),
    "engines": engines,
    "types": types,
    "template functions": template_functions,
    "parameter keywords": parameter_keywords,
    "template methods": template_methods,
    "sql functions": sql_functions,
    "sql aggregates": sql_aggregates,
    "combinators": combinators,
    "commands": commands,
    "exit statuses": exit_statuses,
    "routes": routes,
    "formats": formats,
    "settings": settings,
    "limits": limits,
    "capabilities": capabilities,
    "datafile errors": errors("TL1"),
    "project errors": errors("TL2"),
    "template errors": errors("TL3"),
    "sql errors": errors("TL4"),
    "running errors": errors("TL5"),
}


def main() -> None:
    for page in sorted(REFERENCE.glob("*.md")):
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
