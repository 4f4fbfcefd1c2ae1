"""A tree and a request's arguments to SQL. Values never enter the text: they are bound."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from tinylite.diagnostics import Diagnostic, DiagnosticError, Span
from tinylite.template import nodes
from tinylite.template.evaluate import Run, compiled, fail, name_of, scalar
from tinylite.template.frame import Frame, MissingParameter, MissingParameters, Secrets
from tinylite.template.lint import lint
from tinylite.template.parameters import Parameter, parameters
from tinylite.template.parser import parse_statements
from tinylite.template.rendered import Binder, Part, Rendered, Value
from tinylite.template.values import SCALARS, Conditions, Refusal, Sql, bound, kind

Step = Callable[[Frame], None]
MOST_TURNS = 10_000
LONGEST_OUTPUT = 1_000_000
_SHOWN_EXPRESSION = 20


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template; `steps` is what rendering does, one after the other."""

    span: Span
    statements: tuple[nodes.Statement, ...]
    parameters: tuple[Parameter, ...]
    warnings: tuple[Diagnostic, ...]
    steps: tuple[Step, ...] = field(compare=False, repr=False)


def parse(span: Span) -> Template:
    """Raises DiagnosticError with every fault of the template. A text without tags is a template of one text."""
    faults: list[Diagnostic] = []
    statements = parse_statements(span, faults)
    if faults:
        raise DiagnosticError(*faults)
    return Template(span, statements, parameters(statements), tuple(lint(statements)), _steps(statements))


def no_secrets(name: str) -> str | None:
    return None


def render(
    template: Template, arguments: Mapping[str, object], binder: Binder, *, secrets: Secrets = no_secrets
) -> Rendered:
    """Arguments are texts, or lists of texts for a name that was given several times.

    Raises DiagnosticError: TL304 and TL305 for parameters, TL306 for error(), TL307 and TL308 for what the template
    itself does; functions.CustomError for custom_error().
    """
    frame = Frame(dict(arguments), secrets, binder)
    try:
        for step in template.steps:
            step(frame)
    except MissingParameter as error:
        frame.missing.append(error)
    except DiagnosticError:
        if not frame.missing:
            raise
    if frame.missing:
        raise MissingParameters(frame.missing)
    text = "".join([part.text for part in frame.parts])
    if len(text) > LONGEST_OUTPUT:
        raise _too_long(template.span)
    return Rendered(text, frame.parts, frame.hints, frame.branches)


def _too_long(span: Span) -> DiagnosticError:
    return DiagnosticError(Diagnostic("TL308", f"the template writes more than {LONGEST_OUTPUT:,} characters", span))


def _steps(statements: Iterable[nodes.Statement]) -> tuple[Step, ...]:
    return tuple(_STEPS[type(statement)](statement) for statement in statements)


def _text(statement: nodes.Text) -> Step:
    part = Part(statement.span.text, statement.span, verbatim=True)
    return lambda frame: frame.parts.append(part)


def _output(statement: nodes.Output) -> Step:
    expression = statement.expression
    if statement.in_comment:
        write = _unwritten(expression)
    elif isinstance(expression, nodes.Call) and expression.function in SCALARS:
        write = _scalar_writer(expression, statement.span)
    else:
        write = _writer(expression, statement.span)

    def step(frame: Frame) -> None:
        try:
            write(frame)
        except MissingParameter as error:
            frame.missing.append(error)

    return step


def _unwritten(expression: nodes.Expression) -> Step:
    """In a comment of the SQL: a name written there could end the comment."""
    evaluate = compiled(expression)

    def write(frame: Frame) -> None:
        if evaluate(frame) is None:
            _null(expression)

    return write


def _writer(expression: nodes.Expression, origin: Span) -> Step:
    evaluate, name = compiled(expression), name_of(expression)

    def write(frame: Frame) -> None:
        value = evaluate(frame)
        if value is None:
            _null(expression)
        try:
            frame.parts.append(Part(_written(value, name, frame), origin, verbatim=False))
        except Refusal as error:
            raise error.at(expression.span) from None

    return write


def _scalar_writer(call: nodes.Call, origin: Span) -> Step:
    """The common case, where name and type are known beforehand."""
    evaluate, name, type_ = scalar(call), name_of(call), SCALARS[call.function].type
    usual = f"{{{name}:{type_}}}"

    def write(frame: Frame) -> None:
        value = evaluate(frame)
        if value is None:
            _null(call)
        bound_name = frame.binder.bind(name, Value(type_, value))
        text = usual if bound_name == name else f"{{{bound_name}:{type_}}}"
        frame.parts.append(Part(text, origin, verbatim=False))

    return write


def _written(value: object, name: str, frame: Frame) -> str:
    """A value's text in the SQL. Raises Refusal."""
    if isinstance(value, Sql):
        return str(value)
    if isinstance(value, Conditions):
        conditions = [left + _written(right, name, frame) for left, name, right in value]
        return " and ".join(conditions) or "1"
    typed = bound(value)
    return f"{{{frame.binder.bind(name, typed)}:{typed.type}}}"


def _null(expression: nodes.Expression) -> NoReturn:
    text = expression.span.text
    text = text if len(text) <= _SHOWN_EXPRESSION else text[:_SHOWN_EXPRESSION] + "..."
    raise DiagnosticError(Diagnostic("TL304", f'expression "{text}" evaluated to null', expression.span))


def _set(statement: nodes.Set) -> Step:
    return _assignment(statement.targets, compiled(statement.expression), statement.expression.span)


def _assignment(targets: tuple[str, ...], value: Run, span: Span) -> Step:
    def step(frame: Frame) -> None:
        _assign(frame, targets, value(frame), span)

    return step


def _assign(frame: Frame, targets: tuple[str, ...], value: object, span: Span) -> None:
    if len(targets) == 1:
        frame.names[targets[0]] = value
        return
    if not isinstance(value, list | tuple) or len(value) != len(targets):
        message = f"{kind(value)} can't be taken apart into {', '.join(targets)}"
        raise DiagnosticError(Diagnostic("TL307", message, span))
    frame.names.update(zip(targets, value, strict=True))


def _if(statement: nodes.If) -> Step:
    conditions = [compiled(condition) for condition, _ in statement.branches]
    bodies = [*(_steps(body) for _, body in statement.branches), _steps(statement.otherwise)]
    span = statement.span

    def step(frame: Frame) -> None:
        chosen = next((number for number, holds in enumerate(conditions) if holds(frame)), -1)
        frame.branches.append((span, chosen))
        for inner in bodies[chosen]:
            inner(frame)

    return step


def _for(statement: nodes.For) -> Step:
    evaluate, body, span = compiled(statement.iterable), _steps(statement.body), statement.iterable.span

    def step(frame: Frame) -> None:
        values = evaluate(frame)
        if not isinstance(values, list | tuple | str | dict):
            fail(TypeError(), f"{kind(values)} has no items to go through", span, values)
        size, seen = 0, len(frame.parts)
        for value in list(values):
            frame.turns += 1
            if frame.turns > MOST_TURNS:
                raise DiagnosticError(Diagnostic("TL308", f"loops take more than {MOST_TURNS:,} turns", span))
            _assign(frame, statement.targets, value, span)
            for inner in body:
                inner(frame)
            size += sum([len(part.text) for part in frame.parts[seen:]])
            seen = len(frame.parts)
            if size > LONGEST_OUTPUT:
                raise _too_long(statement.span)

    return step


_STEPS: dict[type[nodes.Statement], Callable[[Any], Step]] = {
    nodes.Text: _text,
    nodes.Output: _output,
    nodes.Set: _set,
    nodes.If: _if,
    nodes.For: _for,
}
