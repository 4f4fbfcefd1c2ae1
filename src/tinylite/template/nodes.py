"""The tree of a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tinylite.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Constant:
    value: object
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Items:
    """A list or a tuple."""

    items: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Object:
    """`{'key': value}`."""

    items: tuple[tuple[Expression, Expression], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a template function. `arguments` are by name, `others` those of a function that takes any number."""

    function: str
    arguments: Mapping[str, Expression]
    others: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Method:
    target: Expression
    name: str
    arguments: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Attribute:
    """`x.name` without a call. There are no attributes: it is an error, but only when it is evaluated."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Index:
    target: Expression
    key: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Unary:
    """`not`, `-`, `+`."""

    operator: str
    operand: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, `and`, `or`."""

    operator: str
    left: Expression
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Comparison:
    """`a < b <= c`."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Conditional:
    """`then if condition else otherwise`."""

    condition: Expression
    then: Expression
    otherwise: Expression
    span: Span


Expression = (
    Constant | Name | Items | Object | Call | Method | Attribute | Index | Unary | Binary | Comparison | Conditional
)


def children(node: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside one, in the order in which they are written."""
    match node:
        case Items():
            return node.items
        case Object():
            return tuple(part for pair in node.items for part in pair)
        case Call():
            return (*node.others, *node.arguments.values())
        case Method():
            return (node.target, *node.arguments)
        case Index():
            return (node.target, node.key)
        case Unary():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Comparison():
            return (node.first, *(part for _, part in node.rest))
        case Conditional():
            return (node.then, node.condition, node.otherwise)
        case Constant() | Name() | Attribute():
            return ()


MISTAKEN_CONSTANTS = frozenset({"true", "false", "null"})
"""Names of other languages' constants. Here they are undefined, as in Tinybird, and thus false."""


@dataclass(frozen=True, slots=True)
class Text:
    span: Span


@dataclass(frozen=True, slots=True)
class Output:
    """`{{ expression }}`; `span` is the whole tag. Inside an SQL comment it is evaluated and writes nothing."""

    expression: Expression
    in_comment: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Set:
    targets: tuple[str, ...]
    expression: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class If:
    branches: tuple[tuple[Expression, tuple[Statement, ...]], ...]
    otherwise: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class For:
    targets: tuple[str, ...]
    iterable: Expression
    body: tuple[Statement, ...]
    span: Span


Statement = Text | Output | Set | If | For
