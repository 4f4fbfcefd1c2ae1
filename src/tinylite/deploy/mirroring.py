"""What a deployment beside the live one gets of each block, by what is different in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tinylite.datafile.model import Datasource
from tinylite.engine.clickhouse.rows import plain
from tinylite.engine.duckdb.ddl import quarantine_columns
from tinylite.ingest.insertion import block_of, completed, insertion
from tinylite.ingest.mirrors import Carry, Mirror
from tinylite.ingest.views import ViewPlan, Views, plan_view
from tinylite.project import View
from tinylite.project.plan import Plan, carried
from tinylite.sql import Column
from tinylite.sql.physical import default_value, quoted, text_literal
from tinylite.workspace import Version
from tinylite.workspace.tables import converted


def forward_mirror(live: Version, other: Version, id: int, plan: Plan) -> Mirror:
    """Of a newer deployment, which was planned from the live one. Raises DiagnosticError."""
    views = _own_views(live, other, str(id))
    carries = _shared(live, other, views)
    steps = {step.datasource: step for step in plan.steps}
    for name in _separate(live, other):
        if steps[name].carry:
            carries[name] = carry(live, other, name, by_query=steps[name].carry == "forward_query")
    return Mirror(str(id), carries, views=views)


def backward_mirror(live: Version, other: Version, id: int) -> Mirror:
    """Of an older deployment: it reads events as it always did."""
    views = _own_views(live, other, str(id))
    carries, again, refused = _shared(live, other, views), {}, {}
    for name in _separate(live, other):
        again[name] = other.planned[name].block
        found = _carry_back(_source(live, name), _source(other, name), other.snapshot.tables(name))
        if found is not None:
            carries[name] = found
        else:
            refused[name] = f"rows of {name} that were no events can't be carried back into its schema"
    return Mirror(str(id), carries, again, refused, views)


def backfill_mirror(live: Version, other: Version, id: int, plan: Plan) -> Mirror:
    """What the history of the live tables goes through. The data sources that it comes from are in `carried`."""
    wanted = {view for step in plan.steps for view in step.views}
    made = {view.name: view for view in _views(other) if view.name in wanted}
    plans = (plan_view(view, other.snapshot.tables, str(id)) for view in made.values())
    views = Views(replace(plan, into=replace(plan.into, are_older=True)) for plan in plans)
    carries = {
        step.datasource: carry(live, other, step.datasource, by_query=step.carry == "forward_query")
        for step in plan.steps
        if step.carry
    }
    for name, found in carries.items():
        if found.into is not None:
            carries[name] = replace(found, into=replace(found.into, are_older=True))
    for view in made.values():
        name = view.source.name
        if name not in carries and live.snapshot.tables(name) == other.snapshot.tables(name):
            carries[name] = _as_it_is(name)
    return Mirror(str(id), carries, views=views)


def carry(live: Version, other: Version, name: str, *, by_query: bool) -> Carry:
    """Of the live block of a data source. Raises DiagnosticError."""
    before, after = _source(live, name), _source(other, name)
    found = carried(before, after, block_of(name), by_query=by_query)
    known = {column.name for column in quarantine_columns(before)}
    common = tuple(column.name for column in quarantine_columns(after) if column.name in known)
    rows = completed(found.sql, after, found.given)
    return Carry(rows, insertion(after, other.snapshot.tables(name)), common)


def _carry_back(before: Datasource, after: Datasource, table: str) -> Carry | None:
    """Column by column; a value that does not fit ends the deployment. None when states would have to be converted."""
    cells = []
    for column in after.columns:
        old, name = before.column(column.name), quoted(column.name)
        if old is None:
            cells.append(f"{default_value(column.type)} AS {name}")
        elif old.type == column.type:
            cells.append(name)
        elif "AggregateFunction" in (old.type.name, column.type.name):
            return None
        else:
            value = converted(Column(column.name, column.type), str(old.type))
            if old.type.nullable and not column.type.nullable:
                refusal = f"error({text_literal(f'there is no value for NULL in {column.name}')})"
                value = f"CASE WHEN {name} IS NULL THEN {refusal} ELSE {value} END"
            cells.append(f"{value} AS {name}")
    given = {column.name for column in after.columns if before.column(column.name) is not None}
    rows = completed(f"SELECT {', '.join(cells)} FROM {quoted(block_of(before.name))}", after, given)
    return Carry(rows, insertion(after, table))


def _source(version: Version, name: str) -> Datasource:
    found = version.snapshot.project.datasources[name]
    return plain(found) if version.passing else found


def _views(version: Version) -> Sequence[View]:
    """Those that the front runs itself."""
    return () if version.passing else version.views


def _separate(live: Version, other: Version) -> list[str]:
    """The data sources that both have, each with a table of its own."""
    names = [name for name in other.snapshot.project.datasources if name in live.snapshot.project.datasources]
    return [name for name in names if live.snapshot.tables(name) != other.snapshot.tables(name)]


def _shared(live: Version, other: Version, views: Views) -> dict[str, Carry]:
    """The data sources that have one table in both, and lead to other tables."""
    separate = set(_separate(live, other))
    names = [name for name in other.snapshot.project.datasources if name in live.snapshot.project.datasources]
    return {name: _as_it_is(name) for name in names if name not in separate and views.of(name)}


def _as_it_is(name: str) -> Carry:
    return Carry(f"SELECT * FROM {quoted(block_of(name))}", None)


def _own_views(live: Version, other: Version, id: str) -> Views:
    """Those that lead to tables of its own. A shared table on the way is written by the live deployment: its rows are
    only made to be passed on.
    """
    tables, sources = live.snapshot.tables, live.snapshot.project.datasources
    plans = [plan_view(view, other.snapshot.tables, id) for view in _views(other)]
    own = {plan.target for plan in plans if plan.target not in sources or tables(plan.target) != plan.into.table}
    leading = _leading(plans, own)
    return Views(
        plan if plan.target in own else replace(plan, into=replace(plan.into, keeps=False))
        for plan in plans
        if plan.target in leading
    )


def _leading(plans: Iterable[ViewPlan], own: set[str]) -> set[str]:
    """The targets that are its own, and those from which such ones are made."""
    found, size = set(own), -1
    while len(found) != size:
        size = len(found)
        found |= {plan.source for plan in plans if plan.target in found}
    return found
