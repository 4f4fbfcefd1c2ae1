"""From two versions of a project to a plan."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tinylite.datafile.model import Connection, Datasource, Pipe, Resource
from tinylite.diagnostics import DiagnosticError, Span
from tinylite.project.library import Library
from tinylite.project.model import Project
from tinylite.project.plan.carry import carried, is_filtered
from tinylite.project.plan.contract import contract_changes
from tinylite.project.plan.model import (
    FRESH,
    SHARED,
    Changed,
    Destruction,
    Movement,
    Plan,
    Problem,
    ResourceChange,
    Step,
    TokenChange,
)
from tinylite.project.plan.schema import Evolution, evolution
from tinylite.project.program import Secrets
from tinylite.project.views import View, views

# Rows a second, as measured on a busy machine with ten columns a row: what an estimate goes by.
_CARRIED, _THROUGH_VIEWS = 250_000, 130_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the live tables: their rows and bytes, None where nobody can say."""

    rows: Callable[[str], int | None]
    bytes: Callable[[str], int | None]


def _nothing(name: str) -> None:
    return None


no_facts = Facts(_nothing, _nothing)


def make_plan(live: Project | None, fresh: Project, secrets: Secrets, facts: Facts = no_facts) -> Plan:
    """Both projects must be without faults. What can't be done is in `problems`."""
    maker = _Maker(live, fresh, secrets, facts)
    return maker.plan()


class _Maker:
    def __init__(self, live: Project | None, fresh: Project, secrets: Secrets, facts: Facts) -> None:
        self.live, self.fresh, self.secrets, self.facts = live, fresh, secrets, facts
        self.library = Library(fresh)
        self.live_library = Library(live) if live else None
        self.old_sources: Mapping[str, Datasource] = live.datasources if live else {}
        self.evolutions = {
            name: evolution(self.old_sources[name], source)
            for name, source in fresh.datasources.items()
            if name in self.old_sources
        }
        self.views = list(views(fresh, self.library, secrets))
        self.old_views = self._old_views()
        self.steps: dict[str, Step] = {}
        self.notes: list[str] = []
        self.destructive: list[Destruction] = []
        self.problems: list[Problem] = []

    def _old_views(self) -> dict[str, View]:
        if self.live is None or self.live_library is None:
            return {}
        try:
            return {view.name: view for view in views(self.live, self.live_library, self.secrets)}
        except DiagnosticError:
            # What is live can't be read any more (a secret is gone): then all views are new.
            return {}

    def plan(self) -> Plan:
        for name in self.fresh.datasources:
            self._step(name, ())
        for name, step in self.steps.items():
            self._examine(name, step)
        for name, old in self.old_sources.items():
            if name not in self.fresh.datasources:
                self._destroys(name, f"the data source is removed, with {_counted(self.facts.rows(name))}", old.span)
        before = (self.live, self.live_library) if self.live and self.live_library else None
        return Plan(
            resources=tuple(self._resources()),
            schemas=tuple(found.change for found in self.evolutions.values() if not found.is_nothing),
            steps=tuple(self.steps[name] for name in self.fresh.datasources),
            movements=tuple(self._movements()),
            contracts=tuple(contract_changes(before, (self.fresh, self.library), self.secrets)),
            destructive=tuple(dict.fromkeys(self.destructive)),
            tokens=tuple(_tokens(self.live, self.fresh)),
            notes=tuple(dict.fromkeys(self.notes)),
            problems=tuple(dict.fromkeys(self.problems)),
        )

    # -- tables -----------------------------------------------------------------------------------------------------

    def _step(self, name: str, path: tuple[str, ...]) -> Step:
        if name not in self.steps:
            if name in path:  # `check` has refused such a loop
                return Step(name, SHARED)
            self.steps[name] = self._decided(name, (*path, name))
        return self.steps[name]

    def _decided(self, name: str, path: tuple[str, ...]) -> Step:
        """A table is shared exactly when all that writes to it writes the same."""
        source = self.fresh.datasources[name]
        feeding = [view for view in self.views if view.target.name == name]
        fillable = [view for view in feeding if view.source.engine.name != "Null"]
        found = self.evolutions.get(name)
        if found is None:
            filled = (
                () if source.backfill_skip else tuple(v.name for v in fillable if v.source.name in self.old_sources)
            )
            return Step(name, FRESH, views=filled, why="it is new")
        added = [view for view in feeding if view.name not in self.old_views or self._moved(view)]
        changed = [view for view in feeding if view not in added and self._is_other(view, path)]
        why = self._why(found, changed)
        by_query = source.forward_query is not None
        if not why:
            if not added or source.backfill_skip:
                return Step(name, SHARED)
            filled = tuple(view.name for view in added if view in fillable and view.source.name in self.old_sources)
            if not filled:
                return Step(name, SHARED)
            why = f"{', '.join(view.name for view in added)} is new"
            return Step(name, FRESH, "casts", filled, why)
        if by_query:
            return Step(name, FRESH, "forward_query", (), why)
        if fillable and source.backfill_skip:
            return Step(name, FRESH, "", (), why)
        if fillable and feeding:
            return Step(name, FRESH, "", tuple(view.name for view in fillable), why)
        return Step(name, FRESH, "casts", (), why)

    def _moved(self, view: View) -> bool:
        """Whether a view of this name wrote to another target, or read another source."""
        old = self.old_views[view.name]
        return old.target.name != view.target.name or old.source.name != view.source.name

    def _is_other(self, view: View, path: tuple[str, ...]) -> bool:
        """Whether it makes other rows than before: of other text, or of rows that are other ones."""
        old = self.old_views[view.name]
        if old.prepared.key != view.prepared.key:
            return "DEPLOYMENT_METHOD" not in view.node.settings
        source = self._step(view.source.name, path)
        if source.table == SHARED:
            return False
        return source.carry != "casts" or bool(source.views) or self._uses_changed(view)

    def _uses_changed(self, view: View) -> bool:
        """Whether the view's text has a changed column of its source, or all columns."""
        found = self.evolutions[view.source.name]
        text = " ".join(view.prepared.key)
        if re.search(r"(?<!\()\*|\*(?!\))", text):
            return True
        words = set(re.findall(r"\w+", text))
        return any(column.name in words for column in found.change.columns if column.how != "for new rows")

    def _why(self, found: Evolution, changed: list[View]) -> str:
        if found.rewrites:
            return "its schema changes"
        if changed:
            return f"{', '.join(view.name for view in changed)} makes other rows"
        return ""

    def _examine(self, name: str, step: Step) -> None:
        """What can't be done, what is lost, what is to be known."""
        found, source = self.evolutions.get(name), self.fresh.datasources[name]
        if found is None:
            if source.backfill_skip and any(view.target.name == name for view in self.views):
                self.notes.append(f"{name} begins empty: BACKFILL skip")
            return
        for what, place in found.losses():
            self._destroys(name, what, place)
        if step.table == SHARED:
            return
        old = found.before
        place = source.forward_query.span if source.forward_query else source.columns[0].span
        if step.carry:
            if step.carry == "casts":
                self._check_casts(found)
            else:
                self._check_query(found, place)
            if not any(problem.file == place.source.path for problem in self.problems):
                try:
                    carried(old, source, name, by_query=step.carry == "forward_query")
                except DiagnosticError as problem:
                    for fault in problem.diagnostics:
                        where = fault.span or place
                        message = f"{fault.message}"
                        self._problem(fault.code, message, where, fault.hint or "")
        elif step.views:
            sources = {view.source.name: view.source for view in self.views if view.name in step.views}
            for origin in sources.values():
                if origin.engine.ttl is not None:
                    what = f"it is filled from what {origin.name} still holds, whose TTL is {origin.engine.ttl}"
                    self._destroys(name, what, source.engine.span)
            others = [v for v in self.views if v.target.name == name and v.source.engine.name == "Null"]
            for view in others:
                what = f"{view.source.name} keeps nothing (ENGINE Null), so {view.name} can't fill it again"
                self._destroys(name, what, view.node.span)
            self.notes.append(
                f"{name} is filled by {', '.join(step.views)}: rows that came to it in another way are not in it; "
                "a FORWARD_QUERY carries all rows instead"
            )
        elif source.backfill_skip:
            self._destroys(name, "it begins empty (BACKFILL skip); a FORWARD_QUERY carries its rows", source.span)

    def _check_casts(self, found: Evolution) -> None:
        for old, new in found.unsure:
            reason = f"{new.name} is {old.type}, and {new.type} does not hold all of its values"
            if old.type.nullable and not new.type.nullable:
                reason = f"{new.name} is {old.type}: there is no value in {new.type} for NULL"
            if "AggregateFunction" in (old.type.name, new.type.name):
                reason = f"{new.name} is {old.type}, and a state can't become {new.type}"
            message = f"the rows of {found.after.name} can't be carried into the new schema: {reason}"
            self._problem("TL209", message, new.span, found.hint)

    def _check_query(self, found: Evolution, place: Span) -> None:
        name = found.after.name
        try:
            given = carried(found.before, found.after, name, by_query=True).given
            filtered = is_filtered(found.after)
        except DiagnosticError:
            return  # told by the caller
        for column in found.after.columns:
            if found.before.column(column.name) is not None and column.name not in given:
                self._destroys(name, f"FORWARD_QUERY gives no {column.name}: it is empty in the rows there are", place)
        if filtered:
            self._destroys(name, "FORWARD_QUERY leaves rows out", place)

    def _destroys(self, name: str, what: str, place: Span) -> None:
        self.destructive.append(Destruction(name, what, place.source.path, place.line))

    def _problem(self, code: str, message: str, place: Span, hint: str) -> None:
        self.problems.append(Problem(code, message, place.source.path, place.line, hint))

    # -- rows -------------------------------------------------------------------------------------------------------

    def _movements(self) -> Iterator[Movement]:
        by_name = {view.name: view for view in self.views}
        for name, step in self.steps.items():
            if step.carry:
                rows, size = self.facts.rows(name), self.facts.bytes(name)
                yield Movement(name, step.carry, (name,), (), rows, _seconds(rows, _CARRIED), size)
            if step.views:
                sources = tuple(dict.fromkeys(by_name[view].source.name for view in step.views))
                counts = [self.facts.rows(source) for source in sources]
                rows = None if None in counts else sum(count or 0 for count in counts)
                size = self.facts.bytes(name) if name in self.evolutions else None
                yield Movement(name, "views", sources, step.views, rows, _seconds(rows, _THROUGH_VIEWS), size)

    # -- resources --------------------------------------------------------------------------------------------------

    def _resources(self) -> Iterator[ResourceChange]:
        for kind, old, new in self._kinds():
            for name, resource in new.items():
                place = resource.span.source.path
                known = old.get(name)
                if known is None:
                    yield ResourceChange(kind, name, "added", place, 1)
                elif known != resource:
                    yield ResourceChange(kind, name, "changed", place, 1, tuple(_details(known, resource)))
                elif kind == "datasource" and self.steps[name].table == FRESH:
                    yield ResourceChange(kind, name, "changed", place, 1)
            for name, resource in old.items():
                if name not in new:
                    yield ResourceChange(kind, name, "removed", resource.span.source.path, 1)

    def _kinds(self) -> list[tuple[str, Mapping[str, Resource], Mapping[str, Resource]]]:
        live = self.live
        return [
            ("connection", live.connections if live else {}, self.fresh.connections),
            ("datasource", live.datasources if live else {}, self.fresh.datasources),
            ("pipe", live.pipes if live else {}, self.fresh.pipes),
        ]


def _details(old: Resource, new: Resource) -> Iterator[str]:
    """What is other, beside a schema."""
    if isinstance(old, Connection) or isinstance(new, Connection):
        yield "settings"
        return
    for field in ("description", "tags"):
        if getattr(old, field) != getattr(new, field):
            yield field
    if old.grants != new.grants:
        yield "tokens"
    if isinstance(old, Pipe) and isinstance(new, Pipe):
        yield from _of_nodes(old, new)
    elif isinstance(old, Datasource) and isinstance(new, Datasource):
        for field in ("imports", "kafka"):
            if getattr(old, field) != getattr(new, field):
                yield "connector"
        if old.shared_with != new.shared_with:
            yield "sharing"


def _of_nodes(old: Pipe, new: Pipe) -> Iterator[str]:
    before = {node.name: node for node in old.nodes}
    for node in new.nodes:
        known = before.pop(node.name, None)
        if known is None:
            yield f"node {node.name} added"
        elif known != node:
            parts = [
                word
                for word, differs in (
                    ("SQL", known.sql != node.sql),
                    ("type", known.kind != node.kind),
                    ("target", known.target != node.target),
                    ("settings", known.settings != node.settings),
                    ("description", known.description != node.description),
                )
                if differs
            ]
            yield f"node {node.name}: {', '.join(parts)}"
    for name in before:
        yield f"node {name} removed"
    common = [node.name for node in old.nodes if new.node(node.name)]
    if common != [node.name for node in new.nodes if old.node(node.name)]:
        yield "order of nodes"


def _tokens(live: Project | None, fresh: Project) -> Iterator[TokenChange]:
    old, new = _scopes(live), _scopes(fresh)
    for token, scopes in new.items():
        before = old.get(token, frozenset())
        if scopes != before:
            change: Changed = "changed" if token in old else "added"
            yield TokenChange(token, change, tuple(sorted(scopes - before)), tuple(sorted(before - scopes)))
    for token, scopes in old.items():
        if token not in new:
            yield TokenChange(token, "removed", (), tuple(sorted(scopes)))


def _scopes(project: Project | None) -> dict[str, frozenset[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    resources: list[Datasource | Pipe] = [*project.datasources.values(), *project.pipes.values()] if project else []
    for resource in resources:
        kind = "PIPES" if isinstance(resource, Pipe) else "DATASOURCES"
        for grant in resource.grants:
            found.setdefault(grant.token, set()).add((f"{kind}:{grant.scope}", resource.name))
    return {token: frozenset(scopes) for token, scopes in found.items()}


def _seconds(rows: int | None, rate: int) -> float | None:
    return None if rows is None else round(rows / rate, 1)


def _counted(rows: int | None) -> str:
    if rows is None:
        return "its rows"
    return "1 row" if rows == 1 else f"{rows:,} rows"
