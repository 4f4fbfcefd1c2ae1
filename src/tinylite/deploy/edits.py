"""Single data sources made, widened and dropped while a project is live.

Each is a deployment of the live project with one datafile changed: so plan, tables, views and the way back are those of
any other. A project that is read from a folder is not changed: its files say what it is.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from weakref import WeakKeyDictionary

from tinylite.datafile.commas import split_at_commas
from tinylite.datafile.lines import read_lines
from tinylite.datafile.model import Column, Datasource, Text
from tinylite.datafile.schema import parse_schema
from tinylite.datafile.section import NAME, NAME_HINT
from tinylite.deploy.deployer import Deployer, Edit, Outcome, deployer_of
from tinylite.diagnostics import Diagnostic, DiagnosticError, Source, Span, did_you_mean
from tinylite.project import Project
from tinylite.workspace import Workspace
from tinylite.workspace.deployments import Deployment

ENGINE_SETTINGS = (
    "engine", "engine_sorting_key", "engine_partition_key", "engine_primary_key", "engine_sampling_key", "engine_ttl",
    "engine_settings", "engine_ver", "engine_is_deleted", "engine_sign", "engine_version", "engine_columns",
    "engine_join_strictness", "engine_join_type", "engine_key_columns",
)  # fmt: skip
"""As parameters of a request; in a datafile in capitals."""
_LINE_BREAKS = str.maketrans("\r\n", "  ")
_MOST_TOLD = 5


class Taken(DiagnosticError):
    """There is a data source of that name already."""


def datafile(schema: str, engine: dict[str, str]) -> str:
    """The text of a datafile. Raises DiagnosticError (TL525) when the columns can't be read."""
    columns = ",\n".join(f"    {text}" for text, _ in _columns(schema))
    return with_engine(f"SCHEMA >\n{columns}\n\n", engine)


def with_engine(text: str, engine: dict[str, str]) -> str:
    """A datafile with what was asked for in the place of what it says. Raises DiagnosticError (TL525)."""
    given = {name.upper(): value.strip() for name, value in engine.items() if value.strip()}
    for name, value in given.items():
        if any(sign in value for sign in '\r\n"'):
            raise _refused(f"{name.lower()} is one line without double quotes")
    kept = "".join(line for line in text.splitlines(True) if line.partition(" ")[0] not in given)
    return kept + "".join(f'{name} "{value}"\n' for name, value in given.items())


def create(workspace: Workspace, name: str, text: str) -> None:
    """Returns when it is live. Raises DiagnosticError: Taken, TL514 and TL525."""

    def edit(live: Project | None) -> dict[str, bytes]:
        if NAME.fullmatch(name) is None:
            raise _refused(f"{name} can't be the name of a data source", NAME_HINT)
        contents = _contents(live, f"add datasources/{name}.datasource to it")
        resources = live.resources if live else {}
        known = next((other for other in resources if other.lower() == name.lower()), None)
        if known is not None:
            hint = "append to it: mode=append" if isinstance(resources[known], Datasource) else None
            raise Taken(Diagnostic("TL514", f"there is a resource named {known} already", hint=hint))
        return {**contents, f"datasources/{name}.datasource": text.encode()}

    _live(workspace, edit, destroys=False)


def add_columns(workspace: Workspace, name: str, schema: str, *, dry: bool) -> tuple[list[str], Deployment | None]:
    """What is added, as ClickHouse's SQL says it. `schema` is the whole one, or only the columns that are new. With
    `dry` nothing is changed. Raises DiagnosticError: TL508, TL514 and TL525.
    """
    added: list[str] = []

    def edit(live: Project | None) -> dict[str, bytes]:
        found = _known(live, name)
        contents = _contents(live, f"add the columns in {found.span.source.path}")
        fresh = list(_added(found, schema))
        added[:] = [text for text, _ in fresh]
        if fresh:
            block = _schema_of(found)
            path = block.span.source.path
            contents[path] = _with_items(block.span, added).encode()
        return contents

    deployment = _live(workspace, edit, destroys=False, check_only=dry)
    return [f"ADD COLUMN {text.partition('`json:')[0].strip()}" for text in added], deployment


def drop(workspace: Workspace, name: str) -> None:
    """Its rows stay for as long as a deployment is kept that has it. Raises DiagnosticError: TL508, TL514."""

    def edit(live: Project | None) -> dict[str, bytes]:
        found = _known(live, name)
        contents = _contents(live, f"remove {found.span.source.path}")
        del contents[found.span.source.path]
        return contents

    try:
        _live(workspace, edit, destroys=True)
    except DiagnosticError as problem:
        if problem.diagnostics[0].code != "TL525":
            raise
        message = f"{name} can't be dropped: {problem.diagnostics[0].message}"
        raise DiagnosticError(Diagnostic("TL514", message, hint="change what reads it first")) from None


# -- the deployment ---------------------------------------------------------------------------------------------------

_TURNS: WeakKeyDictionary[Workspace, threading.Lock] = WeakKeyDictionary()
_MAKING = threading.Lock()


def _turn(workspace: Workspace) -> threading.Lock:
    """One change after the other: those who come at once need not be told to try again."""
    with _MAKING:
        return _TURNS.setdefault(workspace, threading.Lock())


def _live(workspace: Workspace, edit: Edit, *, destroys: bool, check_only: bool = False) -> Deployment | None:
    with _turn(workspace):
        deployer = deployer_of(workspace)
        outcome = deployer.change(edit, check_only=check_only, allow_destructive=destroys, promote=True)
        if outcome.errors:
            told = [f"{each['filename']}: {each['error']}" if "filename" in each else each["error"]
                    for each in outcome.errors[:_MOST_TOLD]]  # fmt: skip
            raise _refused("; ".join(told))
        return _ended(workspace, deployer, outcome)


def _ended(workspace: Workspace, deployer: Deployer, outcome: Outcome) -> Deployment | None:
    if outcome.job is None or outcome.deployment is None:
        return None
    job = workspace.background.jobs.wait(outcome.job.id)
    found = workspace.deployments.find(outcome.deployment.id)
    if job.status != "done" or found is None or not found.live:
        reason = job.error or f"its deployment {outcome.deployment.id} is not live"
        raise DiagnosticError(Diagnostic("TL514", f"the change was not made: {reason}"))
    return found


def _contents(live: Project | None, instead: str) -> dict[str, bytes]:
    """Raises DiagnosticError (TL514) when they belong to a folder."""
    if live is None:
        return {}
    if live.follows_folder:
        message = "what is served is read from a folder, whose files are not changed over HTTP"
        raise DiagnosticError(Diagnostic("TL514", message, hint=instead))
    return dict(live.contents)


def _known(live: Project | None, name: str) -> Datasource:
    known = live.datasources if live else {}
    if name not in known:
        hint = did_you_mean(name, known)
        raise DiagnosticError(Diagnostic("TL508", f"the data source '{name}' does not exist", hint=hint))
    return known[name]


# -- columns ----------------------------------------------------------------------------------------------------------


def _columns(schema: str) -> list[tuple[str, Column]]:
    """Each as it is written, on one line. Raises DiagnosticError (TL525)."""
    source = Source("schema", schema.translate(_LINE_BREAKS))
    found = []
    for part in split_at_commas(source.span()):
        columns, faults = parse_schema(Text(part.text, part))
        if faults or len(columns) != 1:
            raise _refused(f"the schema can't be read: {faults[0].message if faults else part.text}")
        found.append((part.text, columns[0]))
    if not found:
        raise _refused("the schema has no columns", "as in schema=id Int32, name Nullable(String)")
    return found


def _added(found: Datasource, schema: str) -> Iterator[tuple[str, Column]]:
    given = _columns(schema)
    names = {column.name for _, column in given}
    missing = [column.name for column in found.columns if column.name not in names]
    if missing and len(missing) < len(found.columns):
        raise _refused(f"the schema lacks the columns {', '.join(missing)}, and columns can't be dropped like this")
    for text, column in given:
        old = found.column(column.name)
        if old is None:
            if not (column.type.nullable or column.default is not None or column.type.name in ("Array", "Map")):
                hint = f"write Nullable({column.type}), or a DEFAULT"
                raise _refused(f"{column.name} would have no value in the rows that are there", hint)
            yield text, column
        elif str(old.type) != str(column.type):
            hint = "a type is changed by a deployment: FORWARD_QUERY"
            raise _refused(f"{column.name} is {old.type}, not {column.type}", hint)


def _schema_of(found: Datasource) -> Text:
    """Raises DiagnosticError (TL525) when a fragment has it."""
    lines, _ = read_lines(found.span.source)
    block = next((line.value for line in lines if line.name == "SCHEMA"), None)
    if block is None:
        raise _refused(f"the SCHEMA of {found.name} is in a fragment that other files may include too")
    return block


def _with_items(block: Span, added: Sequence[str]) -> str:
    """The whole text, with more items in the list of the block."""
    last = list(split_at_commas(block))[-1]
    text = block.source.text
    # A comment behind the last item would swallow a comma.
    joined = "".join(f"\n    , {item}" if "--" in last.text or "#" in last.text else f",\n    {item}" for item in added)
    return text[: last.end] + joined + text[last.end :]


def _refused(message: str, hint: str | None = None) -> DiagnosticError:
    return DiagnosticError(Diagnostic("TL525", message, hint=hint))
