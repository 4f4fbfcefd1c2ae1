"""The parameters of a template, read off its tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from tinylite.diagnostics import Span
from tinylite.template import nodes
from tinylite.template.functions import FUNCTIONS
from tinylite.template.values import SCALARS


@dataclass(frozen=True, slots=True)
class Parameter:
    """`type` is the call that reads it (Int32, Array, JSON, column, …), String for a name that is only used bare.

    `default`, `enum` and `example` are as written: None, or empty, when they are not plain values. `element` is the
    type of an Array's items.
    """

    name: str
    type: str
    default: object = None
    has_default: bool = False
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
    return merge(_of_statements(statements, set()))


def merge(found: Iterable[Parameter]) -> tuple[Parameter, ...]:
    """One for each name, in the order of first use: what one use leaves open another may say."""
    merged: dict[str, Parameter] = {}
    for parameter in found:
        known = merged.get(parameter.name)
        merged[parameter.name] = parameter if known is None else _joined(known, parameter)
    return tuple(merged.values())


def _joined(known: Parameter, other: Parameter) -> Parameter:
    if other.typed and not known.typed:
        known, other = other, known
    default = known if known.has_default else other
    return replace(
        known,
        default=default.default,
        has_default=default.has_default,
        required=known.required or other.required,
        description=known.description or other.description,
        enum=known.enum or other.enum,
        example=other.example if known.example is None else known.example,
        format=known.format or other.format,
        title=known.title or other.title,
    )


def missing_required(known: Iterable[Parameter], arguments: Mapping[str, object]) -> list[str]:
    """Names of parameters with `required=True` and no default that were not passed: an endpoint refuses these.

    `not_defined(names)` is what it says then.
    """
    return [p.name for p in known if p.required and not p.has_default and p.name not in arguments]


_SAMPLES = {"JSON": "{}", **{name: scalar.sample for name, scalar in SCALARS.items()}}


def sample_arguments(known: Iterable[Parameter]) -> dict[str, str]:
    """A valid value for each parameter, to try a template with: its default or its example where it has one."""
    return {parameter.name: _sample(parameter) for parameter in known}


def _sample(parameter: Parameter) -> str:
    kind = parameter.element if parameter.type == "Array" else parameter.type
    for value in (parameter.default, parameter.example, *parameter.enum[:1]):
        if value in (None, "", [], ()):
            continue
        texts = value if isinstance(value, list) else str(value).split(",") if parameter.type == "Array" else [value]
        if all(_fits(text, kind) for text in texts):
            return ",".join(map(str, texts))
    return _SAMPLES.get(kind, "a")


def _fits(value: object, kind: str) -> bool:
    scalar = SCALARS.get(kind)
    try:
        return scalar is None or scalar.convert(value) is not None
    except ValueError:
        return False


def open_calls(statements: Iterable[nodes.Statement]) -> Iterator[tuple[str, str, Span]]:
    """Outputs of parameters that have no default and may be left out: the text before each, its name, its place."""
    before = ""
    for statement in statements:
        match statement:
            case nodes.Text():
                before = statement.span.text
                continue
            case nodes.Output(expression=nodes.Call() as call) if FUNCTIONS[call.function].kind == "parameter":
                name = call.arguments["name"]
                if isinstance(name, nodes.Name) and not {"default", "required"} & call.arguments.keys():
                    yield before, name.name, statement.span
            case nodes.If():
                for _, body in statement.branches:
                    yield from open_calls(body)
                yield from open_calls(statement.otherwise)
            case nodes.For():
                yield from open_calls(statement.body)
        before = ""


def _of_statements(statements: Iterable[nodes.Statement], local: set[str]) -> Iterator[Parameter]:
    """In the order of the text; `local` are the names that the template has set so far."""
    for statement in statements:
        match statement:
            case nodes.Output():
                yield from _of(statement.expression, local)
            case nodes.Set():
                yield from _of(statement.expression, local)
                local.update(statement.targets)
            case nodes.If():
                for condition, body in statement.branches:
                    yield from _of(condition, local)
                    yield from _of_statements(body, local)
                yield from _of_statements(statement.otherwise, local)
            case nodes.For():
                yield from _of(statement.iterable, local)
                local.update(statement.targets)
                yield from _of_statements(statement.body, local)


def _of(node: nodes.Expression, local: set[str]) -> Iterator[Parameter]:
    if isinstance(node, nodes.Name):
        if node.name not in local and node.name not in nodes.MISTAKEN_CONSTANTS:
            yield Parameter(node.name, "String", typed=False, span=node.span)
    elif isinstance(node, nodes.Call) and FUNCTIONS[node.function].kind == "parameter":
        yield from _of_parameter_call(node, local)
    else:
        for child in nodes.children(node):
            yield from _of(child, local)


def _of_parameter_call(call: nodes.Call, local: set[str]) -> Iterator[Parameter]:
    name = call.arguments["name"]
    if not isinstance(name, nodes.Name):
        yield from _of(name, local)
    elif name.name not in local:
        yield _described(call, name)
    for argument in FUNCTIONS[call.function].arguments[1:]:
        if argument in call.arguments:
            yield from _of(call.arguments[argument], local)


def _described(call: nodes.Call, name: nodes.Name) -> Parameter:
    said = {argument: _constant(value) for argument, value in call.arguments.items()}
    type_, element = call.function, ""
    if type_ in SCALARS:
        type_ = SCALARS[type_].name
    elif type_ in ("Array", "split_to_array"):
        type_, element = "Array", str(said.get("type") or "String")
    enum = said.get("enum")
    return Parameter(
        name=name.name,
        type=type_,
        default=said.get("default"),
        has_default="default" in call.arguments and not _is_none(call.arguments["default"]),
        required=said.get("required") is True,
        description=str(said.get("description") or ""),
        enum=tuple(enum) if isinstance(enum, list) else (),
        example=said.get("example"),
        format=str(said.get("format") or ""),
        title=str(said.get("title") or ""),
        element=element,
        span=call.span,
    )


def _is_none(node: nodes.Expression) -> bool:
    return isinstance(node, nodes.Constant) and node.value is None


def _constant(node: nodes.Expression) -> object:
    """The value of an expression that needs no evaluation, else None."""
    match node:
        case nodes.Constant():
            return node.value
        case nodes.Items():
            return [_constant(item) for item in node.items]
        case nodes.Unary(operator="-", operand=nodes.Constant(value=int() | float() as number)):
            return -number
    return None
