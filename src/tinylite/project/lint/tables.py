"""Advice on data sources: whether their sorting keys are of use."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from tinylite.diagnostics import Diagnostic, Severity
from tinylite.project.library import Library
from tinylite.project.lint.examined import Examined, looked_at
from tinylite.project.model import Project
from tinylite.sql import names_in, readings


def unused_keys(project: Project, library: Library, examined: Examined) -> Iterator[Diagnostic]:
    """TL603: every filter on the data source reads all of it, since none names the first column of its sorting key."""
    filters: dict[str, list[frozenset[str]]] = defaultdict(list)
    for _, prepared in examined.nodes():
        for reading in looked_at(prepared.query, readings):
            if reading.is_filtered:
                filters[reading.table.name].append(reading.conditions)
    for source in project.datasources.values():
        key = source.engine.sorting_key
        used = filters.get(source.name, [])
        if not key or not used:
            continue
        leading = names_in(key[0].value)
        if leading and not any(leading & conditions for conditions in used):
            own = {column.name for column in source.columns}
            often = Counter(name for conditions in used for name in conditions if name in own).most_common(1)
            hint = f"begin it with {often[0][0]}" if often else "begin it with a column that is filtered on"
            message = f"no query filters on {key[0].value}, which the sorting key begins with"
            yield Diagnostic("TL603", message, key[0].span, hint, Severity.WARNING)
