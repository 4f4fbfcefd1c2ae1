"""Expressions to values."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.template import nodes
from tinylite.template.functions import FUNCTIONS, METHODS
from tinylite.template.values import UNDEFINED, Undefined

Secrets = Callable[[str], str | None]
MAX_ITERATIONS = 10_000
MAX_OUTPUT = 1_000_000
# Bounds of what an expression may make: a text times a number, a power.
_MAX_LENGTH = 1_000_000
_MAX_BITS = 4096


@dataclass(slots=True)
class Environment:
    """The names of one rendering."""

    arguments: Mapping[str, object]
    secrets: Secrets
    local: dict[str, object] = field(default_factory=dict)
    hints: dict[str, object] = field(default_factory=dict)
    iterations: int = 0

    def lookup(self, name: str) -> object:
        if name in self.local:
            return self.local[name]
        return self.arguments.get(name, UNDEFINED)

    def evaluate(self, node: nodes.Expression) -> object:
        """Raises DiagnosticError."""
        return _EVALUATE[type(node)](self, node)

    def fault(self, code: str, message: str, node: nodes.Expression) -> DiagnosticError:
        return DiagnosticError(Diagnostic(code, message, node.span))

    def name_of(self, node: nodes.Expression) -> str:
        """What the parameter of an expression is called: its first name."""
        found = next(names(node), "p")
        return found if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", found) else "p"


def names(node: nodes.Expression) -> Iterator[str]:
    """Every name in an expression, from left to right."""
    match node:
        case nodes.Name():
            yield node.name
        case nodes.Sequence():
            for item in node.items:
                yield from names(item)
        case nodes.Call():
            for item in (*node.args, *(value for _, value in node.kwargs)):
                yield from names(item)
        case nodes.Method() | nodes.Index():
            yield from names(node.target)
        case nodes.Unary():
            yield from names(node.operand)
        case nodes.Binary():
            yield from names(node.left)
            yield from names(node.right)
        case nodes.Comparison():
            yield from names(node.first)
        case nodes.Conditional():
            yield from names(node.then)
            yield from names(node.otherwise)


def _sequence(env: Environment, node: nodes.Sequence) -> object:
    return [env.evaluate(item) for item in node.items]


def _mapping(env: Environment, node: nodes.Mapping) -> object:
    return {str(env.evaluate(key)): env.evaluate(value) for key, value in node.items}


def _call(env: Environment, node: nodes.Call) -> object:
    return FUNCTIONS[node.name].evaluate(env, node)


def _method(env: Environment, node: nodes.Method) -> object:
    target = env.evaluate(node.target)
    if isinstance(target, Undefined) or target is None:
        raise env.fault("TL307", f".{node.name}() of something that is not defined", node)
    args = [env.evaluate(arg) for arg in node.args]
    try:
        return METHODS[node.name](target, *args)
    except (TypeError, ValueError) as problem:
        raise env.fault("TL307", f".{node.name}(): {problem}", node) from None


def _index(env: Environment, node: nodes.Index) -> object:
    target, key = env.evaluate(node.target), env.evaluate(node.key)
    try:
        if isinstance(target, dict):
            return target.get(key, UNDEFINED)
        return target[key]  # type: ignore[index]
    except (TypeError, IndexError, KeyError):
        raise env.fault("TL307", f"there is no [{key}] here", node) from None


def _unary(env: Environment, node: nodes.Unary) -> object:
    value = env.evaluate(node.operand)
    if node.operator == "not":
        return not value
    try:
        return -value if node.operator == "-" else +value  # type: ignore[operator]
    except TypeError:
        raise env.fault("TL307", f"{node.operator} needs a number", node) from None


_ARITHMETIC: dict[str, Callable[[Any, Any], object]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv,
    "%": operator.mod, "**": operator.pow,
}  # fmt: skip


def _binary(env: Environment, node: nodes.Binary) -> object:
    left = env.evaluate(node.left)
    if node.operator == "and":
        return env.evaluate(node.right) if left else left
    if node.operator == "or":
        return left or env.evaluate(node.right)
    right = env.evaluate(node.right)
    if not _bounded(node.operator, left, right):
        raise env.fault("TL308", "the value of this expression is too large", node)
    if node.operator == "%" and not isinstance(left, int | float):
        raise env.fault("TL307", "% needs numbers", node)
    try:
        return _ARITHMETIC[node.operator](left, right)
    except (TypeError, ValueError, ArithmeticError) as problem:
        raise env.fault("TL307", f"{node.operator}: {problem}", node) from None


def _bounded(sign: str, left: object, right: object) -> bool:
    if sign == "**":
        return (
            isinstance(right, int | float) and abs(right) <= 64 and isinstance(left, int | float) and abs(left) < 1e30
        )
    if sign == "*":
        for sequence, times in ((left, right), (right, left)):
            if isinstance(sequence, str | list) and isinstance(times, int):
                return len(sequence) * times <= _MAX_LENGTH
        if isinstance(left, int) and isinstance(right, int):
            return left.bit_length() + right.bit_length() <= _MAX_BITS
    if sign == "+" and isinstance(left, str | list) and isinstance(right, str | list):
        return len(left) + len(right) <= _MAX_LENGTH
    return True


_COMPARE: dict[str, Callable[[Any, Any], object]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "in": lambda a, b: a in b, "not in": lambda a, b: a not in b,  # type: ignore[operator]
    "is": lambda a, b: _same(a, b), "is not": lambda a, b: not _same(a, b),
}  # fmt: skip


def _same(left: object, right: object) -> bool:
    """`is` is meant for None, True and False."""
    if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
        return left is right or (isinstance(left, Undefined) and right is None)
    return left == right


def _comparison(env: Environment, node: nodes.Comparison) -> object:
    left = env.evaluate(node.first)
    for sign, part in node.rest:
        right = env.evaluate(part)
        try:
            if not _COMPARE[sign](left, right):
                return False
        except TypeError:
            kinds = f"{_kind(left)} and {_kind(right)}"
            raise env.fault("TL307", f"{sign} can't compare {kinds}", node) from None
        left = right
    return True


def _kind(value: object) -> str:
    if isinstance(value, Undefined) or value is None:
        return "something undefined"
    return {int: "a number", float: "a number", str: "a text", list: "a list"}.get(type(value).__mro__[-2], "a value")


def _conditional(env: Environment, node: nodes.Conditional) -> object:
    return env.evaluate(node.then if env.evaluate(node.condition) else node.otherwise)


_EVALUATE: dict[type, Callable[..., object]] = {
    nodes.Constant: lambda env, node: node.value,
    nodes.Name: lambda env, node: env.lookup(node.name),
    nodes.Sequence: _sequence,
    nodes.Mapping: _mapping,
    nodes.Call: _call,
    nodes.Method: _method,
    nodes.Index: _index,
    nodes.Unary: _unary,
    nodes.Binary: _binary,
    nodes.Comparison: _comparison,
    nodes.Conditional: _conditional,
}
