"""The parameters of a template, read off its tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from tinylite.diagnostics import Span
from tinylite.template import nodes
from tinylite.template.values import PARAMETER_TYPES

_OTHERS = {"Array": "Array", "JSON": "JSON", "column": "column", "columns": "columns", "symbol": "symbol",
           "table": "table", "split_to_array": "Array"}  # fmt: skip
UNKNOWN = "String"
"""The type of a name that is only ever used bare."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """`default` is as written: a number, a text, None for none. `element` is the type inside an Array."""

    name: str
    type: str
    default: object = None
    required: bool = False
    description: str = ""
    enum: tuple[object, ...] = ()
    example: object = None
    format: str = ""
    title: str = ""
    element: str = ""
    typed: bool = True
    """False while only bare uses were seen."""
    span: Span | None = field(default=None, compare=False, repr=False)


def parameters(statements: Iterable[nodes.Statement]) -> tuple[Parameter, ...]:
    local: set[str] = set()
    return merge(list(_of_statements(statements, local)))


def merge(found: Iterable[Parameter]) -> tuple[Parameter, ...]:
    """One for each name, in order of first use: what one use does not say another may."""
    merged: dict[str, Parameter] = {}
    for parameter in found:
        known = merged.get(parameter.name)
        if known is None:
            merged[parameter.name] = parameter
            continue
        first, second = (known, parameter) if known.typed or not parameter.typed else (parameter, known)
        merged[parameter.name] = replace(
            first,
            default=first.default if first.default is not None else second.default,
            required=first.required or second.required,
            description=first.description or second.description,
            enum=first.enum or second.enum,
            example=first.example if first.example is not None else second.example,
            format=first.format or second.format,
            title=first.title or second.title,
            element=first.element or second.element,
        )
    return tuple(merged.values())


def missing_required(known: Iterable[Parameter], arguments: Mapping[str, object]) -> list[str]:
    """Names of parameters with `required=True` that were not passed and have no default."""
    return [p.name for p in known if p.required and p.default is None and p.name not in arguments]


_SAMPLES = {
    "Date": "2024-01-01", "DateTime": "2024-01-01 00:00:00", "DateTime64": "2024-01-01 00:00:00.000",
    "String": "a", "Boolean": "1", "JSON": "{}", "column": "a", "columns": "a", "symbol": "a", "table": "a",
}  # fmt: skip


def sample_arguments(known: Iterable[Parameter]) -> dict[str, str]:
    """A valid value for each parameter, so that a template can be tried out."""
    return {parameter.name: _sample(parameter) for parameter in known}


def _sample(parameter: Parameter) -> str:
    for value in (parameter.default, parameter.example, *parameter.enum[:1]):
        if value is not None and value != "":
            return str(value)
    kind = parameter.element if parameter.type == "Array" else parameter.type
    return _SAMPLES.get(kind, "1")


# -- walking --------------------------------------------------------------------------------------------------------


def _of_statements(statements: Iterable[nodes.Statement], local: set[str]) -> Iterator[Parameter]:
    for statement in statements:
        match statement:
            case nodes.Output():
                yield from _of(statement.expression, local)
            case nodes.Assign():
                yield from _of(statement.expression, local)
                local.add(statement.name)
            case nodes.If():
                for condition, body in statement.branches:
                    yield from _of(condition, local)
                    yield from _of_statements(body, local)
            case nodes.For():
                yield from _of(statement.iterable, local)
                local.update(statement.targets)
                yield from _of_statements(statement.body, local)


def _of(node: nodes.Expression, local: set[str]) -> Iterator[Parameter]:
    match node:
        case nodes.Name():
            if node.name not in local:
                yield Parameter(node.name, UNKNOWN, typed=False, span=node.span)
        case nodes.Call():
            yield from _of_call(node, local)
        case nodes.Sequence():
            for item in node.items:
                yield from _of(item, local)
        case nodes.Mapping():
            for key, value in node.items:
                yield from _of(key, local)
                yield from _of(value, local)
        case nodes.Method():
            yield from _of(node.target, local)
            for arg in node.args:
                yield from _of(arg, local)
        case nodes.Index():
            yield from _of(node.target, local)
            yield from _of(node.key, local)
        case nodes.Unary():
            yield from _of(node.operand, local)
        case nodes.Binary():
            yield from _of(node.left, local)
            yield from _of(node.right, local)
        case nodes.Comparison():
            yield from _of(node.first, local)
            for _, part in node.rest:
                yield from _of(part, local)
        case nodes.Conditional():
            for part in (node.condition, node.then, node.otherwise):
                yield from _of(part, local)


def _of_call(node: nodes.Call, local: set[str]) -> Iterator[Parameter]:
    type_ = node.name if node.name in PARAMETER_TYPES else _OTHERS.get(node.name)
    first = node.args[0] if node.args else None
    rest = node.args
    if type_ and isinstance(first, nodes.Name) and first.name not in local:
        yield _described(node, type_, first)
        rest = node.args[1:]
    for arg in rest:
        yield from _of(arg, local)
    for _, value in node.kwargs:
        yield from _of(value, local)


def _described(node: nodes.Call, type_: str, name: nodes.Name) -> Parameter:
    is_array = node.name == "Array"
    position = 2 if is_array else 1
    keyword = node.keyword("default")
    default = _constant(keyword if keyword is not None else _at(node, position))
    enum = _constant(node.keyword("enum"))
    element = str(_constant(_at(node, 1)) or "String") if is_array else "String" if type_ == "Array" else ""
    return Parameter(
        name.name,
        type_,
        default,
        bool(_constant(node.keyword("required"))),
        str(_constant(node.keyword("description")) or ""),
        tuple(enum) if isinstance(enum, list) else (),
        _constant(node.keyword("example")),
        str(_constant(node.keyword("format")) or ""),
        str(_constant(node.keyword("title")) or ""),
        element,
        span=node.span,
    )


def _at(node: nodes.Call, position: int) -> nodes.Expression | None:
    return node.args[position] if len(node.args) > position else None


def _constant(node: nodes.Expression | None) -> object:
    match node:
        case nodes.Constant():
            return node.value
        case nodes.Sequence():
            return [_constant(item) for item in node.items]
        case nodes.Unary(operator="-", operand=nodes.Constant(value=int() | float() as number)):
            return -number
    return None
