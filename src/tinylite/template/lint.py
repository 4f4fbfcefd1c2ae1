"""What a template may do, but hardly wants to: warnings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tinylite.diagnostics import Diagnostic, Severity, Span
from tinylite.template import nodes
from tinylite.template.values import SCALARS, Refusal, convert_list, shown


def lint(statements: Iterable[nodes.Statement]) -> Iterator[Diagnostic]:
    """Warnings in the order of the text."""
    for expression in _expressions(statements):
        match expression:
            case nodes.Name(name="true"):
                yield _warning("TL301", "true is an undefined name here, and thus false", expression.span, "write True")
            case nodes.Attribute():
                yield _warning("TL302", f"there is no .{expression.name} here: it will fail", expression.span)
            case nodes.Call(function="defined", arguments={"name": nodes.Constant(value=str() as name)}):
                message = f"defined('{shown(name)}') asks for a text and is always true"
                yield _warning("TL303", message, expression.span, f"leave the quotes out: defined({shown(name)})")
            case nodes.Call():
                yield from _typed_call(expression)


def _typed_call(call: nodes.Call) -> Iterator[Diagnostic]:
    kind = call.arguments.get("type")
    if call.function == "Array" and isinstance(kind, nodes.Constant) and kind.value not in SCALARS:
        message = f"'{shown(kind.value)}' is not a type: the items are read as String"
        yield _warning("TL303", message, kind.span, "a default is written default='…'")
    default = call.arguments.get("default")
    if isinstance(default, nodes.Constant) and default.value is not None:
        element = kind.value if isinstance(kind, nodes.Constant) else "String"
        fault = _default_fault(call.function, default.value, str(element))
        if fault:
            yield _warning("TL305", f"{fault}: a request without a value will fail", default.span)


def _default_fault(function: str, value: object, element: str) -> str | None:
    try:
        if function in SCALARS:
            SCALARS[function].convert(value)
        elif function == "Array":
            convert_list(value, element)
    except (Refusal, ValueError):
        return f"the default '{shown(value)}' does not fit {function}"
    return None


def _warning(code: str, message: str, span: Span, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code, message, span, hint, Severity.WARNING)


def _expressions(statements: Iterable[nodes.Statement]) -> Iterator[nodes.Expression]:
    for statement in statements:
        match statement:
            case nodes.Output() | nodes.Set():
                yield from _all(statement.expression)
            case nodes.If():
                for condition, body in statement.branches:
                    yield from _all(condition)
                    yield from _expressions(body)
                yield from _expressions(statement.otherwise)
            case nodes.For():
                yield from _all(statement.iterable)
                yield from _expressions(statement.body)


def _all(node: nodes.Expression) -> Iterator[nodes.Expression]:
    yield node
    for child in nodes.children(node):
        yield from _all(child)
