"""A plan in words: for a terminal, and as Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tinylite.project.plan.model import FRESH, ColumnChange, Movement, Plan, SchemaChange

_SIGNS = {"added": "+", "changed": "~", "removed": "-"}
_KINDS = {"forward_query": "by FORWARD_QUERY", "casts": "cast column by column", "views": "through views"}


def as_text(plan: Plan, accepted: Sequence[str] = ()) -> str:
    """Lines of a plan; `accepted` are breaking changes that have been said yes to."""
    return "\n".join(_lines(plan, tuple(accepted))) + "\n"


def _lines(plan: Plan, accepted: tuple[str, ...]) -> Iterator[str]:
    if plan.is_empty:
        yield "No changes."
        return
    yield summary(plan)
    schemas = {schema.datasource: schema for schema in plan.schemas}
    steps = {step.datasource: step for step in plan.steps}
    for found in plan.resources:
        yield ""
        yield f"{_SIGNS[found.change]} {found.kind} {found.name} ({_place(found.file, found.line)})"
        yield from (f"    {detail}" for detail in found.details)
        if found.kind == "datasource" and found.name in schemas:
            yield from (f"    {line}" for line in _schema_lines(schemas[found.name]))
        step = steps.get(found.name) if found.kind == "datasource" else None
        if step is not None and found.change == "changed":
            yield "    a table of its own, since " + step.why if step.table == FRESH else "    the table stays"
    for title, lines in _sections(plan, accepted):
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def summary(plan: Plan) -> str:
    counts = {word: sum(found.change == word for found in plan.resources) for word in _SIGNS}
    return (
        "Plan: "
        + ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        + ("tokens only" if not any(counts.values()) else "")
    )


def _schema_lines(schema: SchemaChange) -> Iterator[str]:
    for column in schema.columns:
        yield f"{_SIGNS[column.change]} {_column(column)}"
    for setting in schema.settings:
        yield f"~ {setting.name} {setting.before or 'none'} → {setting.after or 'none'}"


def _column(column: ColumnChange) -> str:
    match column.change:
        case "added":
            return f"{column.name} {column.after}: {column.how}"
        case "removed":
            return f"{column.name} {column.before}"
    return f"{column.name} {column.before} → {column.after}: {column.how}"


def _sections(plan: Plan, accepted: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    if plan.movements:
        yield "Rows to move", [movement_text(each) for each in plan.movements]
    if plan.contracts:
        yield (
            "What callers will see",
            [
                f"{_effect(each.effect, each.text in accepted)}  {each.text} ({_place(each.file, each.line)})"
                for each in plan.contracts
            ],
        )
    if plan.tokens:
        yield (
            "Tokens",
            [
                f"{_SIGNS[each.change]} {each.token}"
                + "".join(f" +{kind}:{name}" for kind, name in each.added)
                + "".join(f" -{kind}:{name}" for kind, name in each.removed)
                for each in plan.tokens
            ],
        )
    if plan.destructive:
        yield (
            "Destroys data (needs --allow-destructive-operations)",
            [f"{each.datasource}: {each.what} ({_place(each.file, each.line)})" for each in plan.destructive],
        )
    if plan.notes:
        yield "To know", list(plan.notes)
    if plan.problems:
        yield (
            "Can't be done",
            [
                f"{each.code} {each.message} ({_place(each.file, each.line)})" + (f"; {each.hint}" if each.hint else "")
                for each in plan.problems
            ],
        )


def movement_text(movement: Movement) -> str:
    if movement.kind == "views":
        how = f"through {', '.join(movement.views)} from {', '.join(movement.sources)}"
    else:
        how = _KINDS[movement.kind]
    rows = "rows" if movement.rows is None else "1 row" if movement.rows == 1 else f"{movement.rows:,} rows"
    about = [] if movement.seconds is None else [_duration(movement.seconds)]
    about += [] if not movement.bytes else [_size(movement.bytes)]
    return f"{movement.datasource}: {rows} {how}" + (f", about {' and '.join(about)}" if about else "")


def _duration(seconds: float) -> str:
    if seconds < 1:
        return "1 s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _size(count: int) -> str:
    return f"{count / 1_000_000:,.1f} MB"


def _effect(effect: str, accepted: bool) -> str:
    return "accepted" if accepted else effect


def _place(file: str, line: int) -> str:
    return f"{file}:{line}" if line else file


def as_markdown(plan: Plan, accepted: Sequence[str] = ()) -> str:
    """For a comment on a pull request."""
    return "\n".join(_markdown(plan, tuple(accepted))) + "\n"


def _markdown(plan: Plan, accepted: tuple[str, ...]) -> Iterator[str]:
    if plan.is_empty:
        yield "**No changes.**"
        return
    yield f"**{summary(plan)}**"
    yield ""
    yield "| | resource | file | change |"
    yield "| --- | --- | --- | --- |"
    schemas = {schema.datasource: schema for schema in plan.schemas}
    for found in plan.resources:
        lines = list(found.details)
        if found.kind == "datasource" and found.name in schemas:
            lines += _schema_lines(schemas[found.name])
        cell = "<br>".join(_escaped(line) for line in lines)
        where = _place(found.file, found.line)
        yield f"| {_SIGNS[found.change]} | {found.kind} `{found.name}` | `{where}` | {cell} |"
    for title, lines in _sections(plan, accepted):
        yield ""
        yield f"**{title}**"
        yield ""
        yield from (f"- {_escaped(line)}" for line in lines)


def _escaped(text: str) -> str:
    for sign in "\\|*_`<":
        text = text.replace(sign, "\\" + sign)
    return text
