"""What of a project the cases have exercised: endpoints, nodes, branches of templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tinylite.diagnostics import Span
from tinylite.project import Prepared
from tinylite.project.library import Unit
from tinylite.template import Template, nodes
from tinylite.workspace import Snapshot


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that no case has exercised. `kind` is endpoint, node or branch."""

    kind: str
    what: str
    span: Span


@dataclass(slots=True)
class Coverage:
    snapshot: Snapshot
    _asked: set[str] = field(default_factory=set)
    _nodes: set[Unit] = field(default_factory=set)
    _branches: set[tuple[Span, int]] = field(default_factory=set)

    def add_attempt(self, pipe: str) -> None:
        """A request that ended in an error of its template."""
        self._asked.add(pipe)

    def add(self, pipe: str, prepared: Prepared) -> None:
        self._asked.add(pipe)
        for unit, rendered in prepared.origins.values():
            self._nodes.add(unit)
            self._branches.update(rendered.branches)

    @property
    def total(self) -> int:
        return sum(1 for _ in self._all())

    @property
    def gaps(self) -> list[Gap]:
        """In the order of files and lines; of an endpoint that was never asked, its nodes are not told one by one."""
        found = []
        for gap, covered, unasked in self._all():
            if not covered and (gap.kind == "endpoint" or not unasked):
                found.append(gap)
        return sorted(found, key=lambda gap: (gap.span.source.path, gap.span.start))

    @property
    def share(self) -> float:
        """Of all endpoints, nodes and branches, from 0 to 1."""
        whole = self.total
        return sum(covered for _, covered, _ in self._all()) / whole if whole else 1.0

    def _all(self) -> Iterator[tuple[Gap, bool, bool]]:
        """Everything that counts, whether it is covered, and whether it belongs to an endpoint nobody asked."""
        seen: set[Unit] = set()
        for name, program in self.snapshot.programs.items():
            pipe = self.snapshot.project.pipes[name]
            asked = name in self._asked
            if pipe.kind != "endpoint" and not asked:
                continue
            yield Gap("endpoint", name, pipe.output.span), asked, not asked
            for unit in program.units:
                if unit not in seen:
                    seen.add(unit)
                    yield from self._of(unit, unasked=not asked)

    def _of(self, unit: Unit, *, unasked: bool) -> Iterator[tuple[Gap, bool, bool]]:
        covered = unit in self._nodes
        yield Gap("node", str(unit), unit.template.span), covered, unasked
        for branch, number, what in _branches(unit.template):
            yield Gap("branch", what, branch), (branch, number) in self._branches, unasked or not covered


def _branches(template: Template) -> Iterator[tuple[Span, int, str]]:
    for block in _ifs(template.statements):
        for number, (condition, _) in enumerate(block.branches):
            yield block.span, number, f"{condition.span.text.strip()} is never true"
        last = block.branches[-1][0].span.text.strip()
        others = "{% else %} is never taken" if block.otherwise else f"{last} is never false"
        yield block.span, -1, others


def _ifs(statements: Iterable[nodes.Statement]) -> Iterator[nodes.If]:
    for statement in statements:
        if isinstance(statement, nodes.If):
            yield statement
            for _, body in statement.branches:
                yield from _ifs(body)
            yield from _ifs(statement.otherwise)
        elif isinstance(statement, nodes.For):
            yield from _ifs(statement.body)
