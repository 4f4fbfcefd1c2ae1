"""Which histories go first: a view that joins a new table needs it whole, for history and for each new block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tinylite.ingest.mirrors import Mirror
from tinylite.project import View
from tinylite.project.graph import downstream
from tinylite.workspace import Version


def in_steps(mirror: Mirror, other: Version, fresh: Iterable[str]) -> list[list[str]]:
    """The data sources of a mirror, in steps: what one needs is filled by those before. `fresh` have new tables."""
    fresh = set(fresh)
    leads = [(view.source.name, view.target.name) for view in other.views]
    made = {root: downstream(root, leads) for root in mirror.carried}
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


def _joined(view: View) -> set[str]:
    """What a view reads beside the block that it runs on."""
    return {table.name for table in view.prepared.query.tables()} - {view.source.name}
