"""Which histories go first: a view that joins a new table needs it whole, for history and for each new block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tinylite.ingest.mirrors import Mirror
from tinylite.project import View
from tinylite.sql import Query, Table
from tinylite.workspace import Version


def in_steps(mirror: Mirror, other: Version, fresh: Iterable[str]) -> list[list[str]]:
    """The data sources of a mirror, in steps: what one needs is filled by those before. `fresh` have new tables."""
    fresh = set(fresh)
    made = {root: _reached(root, other.views) for root in mirror.carried}
    feeding: dict[str, set[str]] = {}
    for root, targets in made.items():
        for target in (root, *targets):
            feeding.setdefault(target, set()).add(root)
    needs: Mapping[str, set[str]] = {
        root: {
            feeder
            for view in other.views
            if view.source.name in (root, *made[root])
            for joined in _joined(view)
            if joined in fresh
            for feeder in feeding.get(joined, ())
            if feeder != root
        }
        for root in mirror.carried
    }
    steps: list[list[str]] = []
    left = list(mirror.carried)
    while left:
        # Of those that need each other none can be first: they go together.
        free = [root for root in left if not needs[root] & set(left)] or left
        steps.append(free)
        left = [root for root in left if root not in free]
    return steps


def _reached(source: str, views: Iterable[View]) -> set[str]:
    """The data sources that rows of one lead to."""
    views = list(views)
    found: set[str] = set()
    todo = [source]
    while todo:
        name = todo.pop()
        targets = {view.target.name for view in views if view.source.name == name} - found
        found |= targets
        todo += targets
    return found


def _joined(view: View) -> set[str]:
    """What a view reads beside the block that it runs on."""
    return {table.name for table in _tables(view.prepared.query)} - {view.source.name}


def _tables(query: Query) -> Iterator[Table]:
    for meaning in query.reads.values():
        if isinstance(meaning, Table):
            yield meaning
        else:
            yield from _tables(meaning)
