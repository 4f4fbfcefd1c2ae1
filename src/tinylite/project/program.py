"""What answers a request: the nodes that it reads, rendered from the endpoint down into one query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tinylite.datafile.model import Pipe
from tinylite.diagnostics import Diagnostic, DiagnosticError, Source, did_you_mean
from tinylite.project.access import ALL, Access
from tinylite.project.library import RESULT, Library, Unit
from tinylite.project.references import references as template_references
from tinylite.sql import Query, Table, references
from tinylite.template import Binder, Parameter, Rendered, Value, merge, parse, render
from tinylite.template import Secrets as Secrets

# Longer chains of nodes would exhaust the compiler's stack.
_MAX_DEPTH = 100
MAX_CALLERS_TEXT = 262_144
"""ClickHouse's own bound of a query's text; nodes of the project, which are trusted more, may be longer."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A rendered query. `key` has the name and text of every node that takes part: in one version of a project, the
    same key is the same statement."""

    query: Query
    values: Mapping[str, Value]
    key: tuple[str, ...]
    hints: Mapping[str, object]
    library: Library = field(repr=False)
    origins: Mapping[str, tuple[Unit, Rendered]] = field(repr=False)
    """What each query was rendered from, by the path of its source."""

    def located(self, problem: DiagnosticError) -> DiagnosticError:
        """The compiler's diagnostics with places in the datafiles."""
        return DiagnosticError(*(self._located(diagnostic) for diagnostic in problem.diagnostics))

    def _located(self, diagnostic: Diagnostic) -> Diagnostic:
        span = diagnostic.span
        if span is None or span.source.path not in self.origins:
            return diagnostic
        unit, rendered = self.origins[span.source.path]
        place = rendered.map.span(span.start, span.end) or unit.template.span
        hint = diagnostic.hint
        if diagnostic.code == "TL402" and hint is None:
            hint = did_you_mean(span.text, self.library.names(unit.pipe))
        return replace(diagnostic, span=place, hint=hint)


class Program:
    """One readable pipe, node or query."""

    def __init__(self, library: Library, unit: Unit, *, callers_own: bool = False) -> None:
        self._library = library
        self._callers_own = unit if callers_own else None
        self._unit = unit
        self.units: tuple[Unit, ...] = tuple(found for found in library.reachable(unit) if isinstance(found, Unit))
        """The node and all others that it may read."""
        self.parameters: tuple[Parameter, ...] = merge(
            parameter for reached in self.units for parameter in reached.template.parameters
        )
        """Of all nodes that may take part, whatever branches are taken."""

    def prepare(self, arguments: Mapping[str, object], secrets: Secrets, access: Access = ALL) -> Prepared:
        """Raises DiagnosticError, TL509 for a name that `access` does not allow; template.CustomError where the
        template does.
        """
        if self._callers_own is not None and access.fixed:
            arguments = access.settled(arguments, _named(self._callers_own))
        rendering = _Rendering(self._library, arguments, secrets, access, self._callers_own)
        query = rendering.query(self._unit)
        texts = (part for unit, query in rendering.queries.items() for part in (str(unit), query.source.text))
        return Prepared(
            query,
            rendering.binder.values,
            (*texts, *(part for filtered in rendering.filtered.items() for part in filtered)),
            rendering.hints,
            self._library,
            rendering.origins,
        )


def adhoc(library: Library, text: str, pipe: Pipe | None = None, *, of_project: bool = False) -> Program:
    """A query that stands in no datafile. With a pipe it may read its nodes, and its answer as `_`.

    `of_project` is one that stands in another file of the project. Raises DiagnosticError when its template is faulty.
    """
    return Program(library, Unit("query", pipe, parse(Source("query", text).span())), callers_own=not of_project)


class _Rendering:
    """One request. Nodes are rendered when something reads them, so that an error() above comes first."""

    def __init__(
        self,
        library: Library,
        arguments: Mapping[str, object],
        secrets: Secrets,
        access: Access,
        callers_own: Unit | None,
    ) -> None:
        self.library = library
        self.access = access
        self.callers_own = callers_own
        self.own_secrets = _withheld(callers_own, secrets) if callers_own else secrets
        self.filtered: dict[str, str] = {}
        self.arguments = arguments
        self.secrets = secrets
        self.binder = Binder()
        self.hints: Mapping[str, object] = {}
        self.queries: dict[Unit, Query] = {}
        self.origins: dict[str, tuple[Unit, Rendered]] = {}
        self.open: list[Unit] = []

    def query(self, unit: Unit) -> Query:
        known = self.queries.get(unit)
        if known is not None and unit not in self.open:
            return known
        self._guard(unit)
        secrets = self.own_secrets if unit is self.callers_own else self.secrets
        rendered = render(unit.template, self.arguments, self.binder, secrets=secrets)
        self.hints = {**rendered.hints, **self.hints}
        if unit is self.callers_own and len(rendered.text) > MAX_CALLERS_TEXT:
            message = f"the query has more than {MAX_CALLERS_TEXT:,} characters"
            raise DiagnosticError(Diagnostic("TL410", message, unit.template.span))
        source = Source(f"{len(self.origins)}:{unit.name}", rendered.text)
        self.origins[source.path] = (unit, rendered)
        reads: dict[str, Query | Table] = {}
        query = self.queries[unit] = Query(unit.name, source, reads)
        self.open.append(unit)
        for name in _references(unit, rendered):
            if unit is self.callers_own:
                self._permit(name, unit)
            meaning = self.library.meaning(name, unit.pipe)
            if isinstance(meaning, Unit):
                if self.access.filter_of(name):
                    raise self._refused(f"the token sees a part of '{name}' only, which is no data source", unit)
                reads[name] = self.query(meaning)
            elif meaning is not None:
                reads[name] = self._visible(meaning, name, unit)
        self.open.pop()
        return query

    def _permit(self, name: str, unit: Unit) -> None:
        """SQL of the caller's own names only what the caller may read, whether or not there is anything else."""
        if name == RESULT and unit.pipe is not None:
            return
        if not (name.startswith("system.") or self.access.may_name(name)):
            raise self._refused(f"the token may not read '{name}'", unit)
        other = self.access.other_than_fixed(name, self.arguments)
        if other is not None:
            raise self._refused(f"the token fixes the parameter {other} of '{name}' to another value", unit)

    def _visible(self, table: Table, name: str, unit: Unit) -> Table:
        """`name` is what the text calls the table: a scope may call it the same."""
        if self.access.hides(table.name):
            message = f"the token sees a part of a data source only, and may not read its quarantine '{table.name}'"
            raise self._refused(message, unit)
        condition = self.access.filter_of(table.name, name)
        if not condition:
            return table
        self.filtered[table.name] = condition
        return replace(table, filter=condition)

    def _refused(self, message: str, unit: Unit) -> DiagnosticError:
        return DiagnosticError(Diagnostic("TL509", message, unit.template.span))

    def _guard(self, unit: Unit) -> None:
        if unit in self.open:
            path = " → ".join(str(step) for step in (*self.open[self.open.index(unit) :], unit))
            raise DiagnosticError(Diagnostic("TL203", f"a cycle: {path}", unit.template.span))
        if len(self.open) == _MAX_DEPTH:
            message = f"more than {_MAX_DEPTH} nodes read one another in a row"
            raise DiagnosticError(Diagnostic("TL410", message, unit.template.span))


def _named(unit: Unit) -> list[str]:
    """The pipes that a query over a pipe may read, as its text names them; the pipe that it is over comes first."""
    own = [unit.pipe.name] if unit.pipe else []
    return [*own, *(reference.name for reference in template_references(unit.template))]


def _withheld(unit: Unit, secrets: Secrets) -> Secrets:
    """A caller's own SQL has no secrets: it would read them back. A node's text is the project's, whoever sends it."""
    text = unit.template.span.text.strip()
    if unit.pipe is not None and any(node.sql.value.strip() == text for node in unit.pipe.nodes):
        return secrets

    def refuse(name: str) -> str | None:
        message = "tb_secret() is for datafiles: SQL of the caller's own may not read secrets"
        raise DiagnosticError(Diagnostic("TL509", message, unit.template.span))

    return refuse


def _references(unit: Unit, rendered: Rendered) -> tuple[str, ...]:
    try:
        return references(rendered.text)
    except DiagnosticError as problem:
        found = rendered.map
        raise DiagnosticError(
            *(
                replace(fault, span=(fault.span and found.span(fault.span.start, fault.span.end)) or unit.template.span)
                for fault in problem.diagnostics
            )
        ) from None
