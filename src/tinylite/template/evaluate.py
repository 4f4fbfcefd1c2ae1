"""Expressions to functions of a frame: a tree is walked once, when the template is read, not at every request."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from tinylite.diagnostics import Diagnostic, DiagnosticError, Span
from tinylite.template import nodes
from tinylite.template.frame import Frame, MissingParameter
from tinylite.template.functions import FUNCTIONS, METHODS, Function, bounded
from tinylite.template.values import REMEMBER, SCALARS, Refusal, kind, shown

Run = Callable[[Frame], object]
_MOST_BITS = 256
_FAULTS = (Refusal, TypeError, ValueError, ArithmeticError, LookupError)


def compiled(node: nodes.Expression) -> Run:
    """What gives the expression's value. It raises DiagnosticError."""
    return _COMPILE[type(node)](node)


def name_of(node: nodes.Expression) -> str:
    """What the parameter of a value is called: after the first name in its expression."""
    return next(_names(node), "p")


def _names(node: nodes.Expression) -> Iterator[str]:
    if isinstance(node, nodes.Name):
        yield node.name
    elif isinstance(node, nodes.Call) and node.function in ("tb_secret", "tb_var"):
        name = node.arguments["name"]
        if isinstance(name, nodes.Constant):
            yield "tb_secret_" + "".join(c if c.isascii() and c.isalnum() else "_" for c in str(name.value))
    else:
        for child in nodes.children(node):
            yield from _names(child)


def fail(error: Exception, message: str, span: Span, *values: object) -> NoReturn:
    """Tells a fault at its place; `message` is for those of Python.

    When one of the `values` that took part is undefined, it is the request that lacks something.
    """
    if any(value is None for value in values):
        text = error.message if isinstance(error, Refusal) else message
        raise DiagnosticError(Diagnostic("TL304", text, span, "test it with defined(…) first")) from None
    if isinstance(error, Refusal):
        raise error.at(span) from None
    raise DiagnosticError(Diagnostic("TL307", message, span)) from None


def _constant(node: nodes.Constant) -> Run:
    value = node.value
    return lambda frame: value


def _name(node: nodes.Name) -> Run:
    name = node.name
    return lambda frame: frame.names.get(name)


def _items(node: nodes.Items) -> Run:
    items = [compiled(item) for item in node.items]
    return lambda frame: [item(frame) for item in items]


def _object(node: nodes.Object) -> Run:
    items = [(compiled(key), compiled(value)) for key, value in node.items]

    def run(frame: Frame) -> object:
        pairs = [(key(frame), value(frame)) for key, value in items]
        try:
            return dict(pairs)
        except TypeError as error:
            fail(error, "the keys of an object are texts or numbers", node.span)

    return run


def _call(node: nodes.Call) -> Run:
    function = FUNCTIONS[node.function]
    if node.function in SCALARS:
        return _remembering(node)
    if function.kind == "parameter":
        return _other_parameter(node, function)
    arguments = {name: compiled(value) for name, value in node.arguments.items()}
    if function.others == "named":
        return _with_names(node, function, arguments)
    others = [compiled(other) for other in node.others]

    def run(frame: Frame) -> object:
        given = [other(frame) for other in others]
        named = {name: value(frame) for name, value in arguments.items()}
        try:
            return function.evaluate(frame, *given, **named)
        except _FAULTS as error:
            fail(error, f"{function.name}: {error}", node.span, *given, *named.values())

    return run


def _with_names(node: nodes.Call, function: Function, arguments: dict[str, Run]) -> Run:
    """Each argument as a pair of the name under which it is to be bound, and its value."""
    names = {key: next(_names(value), key.rpartition("__")[0] or key) for key, value in node.arguments.items()}
    return lambda frame: function.evaluate(frame, **{key: (names[key], run(frame)) for key, run in arguments.items()})


def _absent(node: nodes.Call, function: Function) -> Run:
    """What stands for a parameter without a value."""
    default = compiled(node.arguments["default"]) if "default" in node.arguments else None
    name, span = name_of(node), node.span
    may_lack = node.arguments.get("defined")
    is_optional = isinstance(may_lack, nodes.Constant) and not may_lack.value

    def run(frame: Frame) -> object:
        value = None if default is None else default(frame)
        if value is not None or is_optional:
            return value
        if function.fallback is not None:
            return function.fallback
        if function.missing:
            raise DiagnosticError(Diagnostic("TL304", function.missing, span))
        raise MissingParameter(name, span)

    return run


def scalar(node: nodes.Call) -> Run:
    """The plain value of a scalar parameter, None where it may lack one."""
    given = compiled(node.arguments["name"])
    absent = _absent(node, FUNCTIONS[node.function])
    type_ = SCALARS[node.function]
    convert = type_.convert

    def run(frame: Frame) -> object:
        value = given(frame)
        if value is None:
            value = absent(frame)
            if value is None:
                return None
        try:
            return convert(value)
        except ValueError:
            message = f"Error validating '{shown(value)}' to type {type_.name}"
            raise DiagnosticError(Diagnostic("TL305", message, node.span)) from None

    return run


def _remembering(node: nodes.Call) -> Run:
    plain = scalar(node)
    remember = REMEMBER.get(node.function)
    if remember is None:
        return plain

    def run(frame: Frame) -> object:
        value = plain(frame)
        return None if value is None else remember(value)

    return run


def _other_parameter(node: nodes.Call, function: Function) -> Run:
    given = compiled(node.arguments["name"])
    absent = _absent(node, function)
    own = [name for name in function.arguments[1:] if name not in ("default", "description")]
    settings = {name: compiled(node.arguments[name]) for name in own if name in node.arguments}

    def run(frame: Frame) -> object:
        value = given(frame)
        if value is None:
            value = absent(frame)
            if value is None:
                return None
        named = {name: setting(frame) for name, setting in settings.items()}
        try:
            return function.evaluate(frame, value, **named)
        except _FAULTS as error:
            fail(error, f"{function.name}: {error}", node.span)

    return run


def _method(node: nodes.Method) -> Run:
    method = METHODS[node.name]
    target = compiled(node.target)
    arguments = [compiled(argument) for argument in node.arguments]

    def run(frame: Frame) -> object:
        value = target(frame)
        given = [argument(frame) for argument in arguments]
        if not isinstance(value, method.of):
            fail(TypeError(), f"{kind(value)} has no .{node.name}", node.span, value)
        try:
            return method.evaluate(value, *given)
        except _FAULTS as error:
            fail(error, f".{node.name}: {error}", node.span, *given)

    return run


def _attribute(node: nodes.Attribute) -> Run:
    return lambda frame: fail(TypeError(), f"there is no .{node.name} here", node.span)


def _index(node: nodes.Index) -> Run:
    target, key = compiled(node.target), compiled(node.key)

    def run(frame: Frame) -> object:
        value, place = target(frame), key(frame)
        try:
            return value[place]  # type: ignore[index]
        except KeyError as error:
            message = f"Missing key '{shown(place)}' while rendering the template. "
            fail(error, message + "Ensure every object accessed in the template has this key.", node.span)
        except (TypeError, IndexError) as error:
            fail(error, f"{kind(value)} has no item [{shown(place)}]", node.span, value)

    return run


def _unary(node: nodes.Unary) -> Run:
    operand = compiled(node.operand)
    if node.operator == "not":
        return lambda frame: not operand(frame)
    apply: Callable[[Any], object] = operator.neg if node.operator == "-" else operator.pos

    def run(frame: Frame) -> object:
        value = operand(frame)
        try:
            return apply(value)
        except TypeError as error:
            fail(error, f"{node.operator} does not fit {kind(value)}", node.span, value)

    return run


def _add(left: Any, right: Any) -> object:
    if isinstance(left, str | list) and isinstance(right, str | list):
        bounded(len(left) + len(right))
    return left + right


def _multiply(left: Any, right: Any) -> object:
    for items, times in ((left, right), (right, left)):
        if isinstance(items, str | list) and isinstance(times, int):
            bounded(len(items) * times)
    return left * right


def _remainder(left: Any, right: Any) -> object:
    """Of numbers: Python's `%` would also format texts."""
    if isinstance(left, str):
        raise TypeError
    return left % right


_ARITHMETIC: dict[str, Callable[[Any, Any], object]] = {
    "+": _add, "-": operator.sub, "*": _multiply, "/": operator.truediv, "//": operator.floordiv, "%": _remainder,
}  # fmt: skip


def _binary(node: nodes.Binary) -> Run:
    left, right = compiled(node.left), compiled(node.right)
    if node.operator == "and":
        return lambda frame: left(frame) and right(frame)
    if node.operator == "or":
        return lambda frame: left(frame) or right(frame)
    apply = _ARITHMETIC[node.operator]

    def run(frame: Frame) -> object:
        one, other = left(frame), right(frame)
        try:
            value = apply(one, other)
            if isinstance(value, int) and value.bit_length() > _MOST_BITS:
                raise Refusal("TL308", f"an expression makes a number of more than {_MOST_BITS} bits")
            return value
        except ArithmeticError as error:
            fail(error, f"{node.operator}: {error}", node.span)
        except _FAULTS as error:
            fail(error, f"{node.operator} does not fit {kind(one)} and {kind(other)}", node.span, one, other)

    return run


_COMPARE: dict[str, Callable[[Any, Any], object]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "in": lambda one, other: one in other, "not in": lambda one, other: one not in other,
    "is": operator.is_, "is not": operator.is_not,
}  # fmt: skip


def _comparison(node: nodes.Comparison) -> Run:
    first = compiled(node.first)
    rest = [(sign, _COMPARE[sign], compiled(part)) for sign, part in node.rest]

    def run(frame: Frame) -> object:
        one = first(frame)
        for sign, holds, part in rest:
            other = part(frame)
            try:
                if not holds(one, other):
                    return False
            except TypeError as error:
                fail(error, f"{sign} can't compare {kind(one)} with {kind(other)}", node.span, one, other)
            one = other
        return True

    return run


def _conditional(node: nodes.Conditional) -> Run:
    condition, then, otherwise = compiled(node.condition), compiled(node.then), compiled(node.otherwise)
    return lambda frame: then(frame) if condition(frame) else otherwise(frame)


_COMPILE: dict[type[nodes.Expression], Callable[[Any], Run]] = {
    nodes.Constant: _constant,
    nodes.Name: _name,
    nodes.Items: _items,
    nodes.Object: _object,
    nodes.Call: _call,
    nodes.Method: _method,
    nodes.Attribute: _attribute,
    nodes.Index: _index,
    nodes.Unary: _unary,
    nodes.Binary: _binary,
    nodes.Comparison: _comparison,
    nodes.Conditional: _conditional,
}
