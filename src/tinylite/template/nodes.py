"""The tree of a template."""

from __future__ import annotations

from dataclasses import dataclass

from tinylite.diagnostics import Span

# -- expressions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constant:
    value: object
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list, or a tuple."""

    items: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    items: tuple[tuple[Expression, Expression], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    args: tuple[Expression, ...]
    kwargs: tuple[tuple[str, Expression], ...]
    span: Span

    def keyword(self, name: str) -> Expression | None:
        return next((value for key, value in self.kwargs if key == name), None)


@dataclass(frozen=True, slots=True)
class Method:
    target: Expression
    name: str
    args: tuple[Expression, ...]
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


Expression = Constant | Name | Sequence | Mapping | Call | Method | Index | Unary | Binary | Comparison | Conditional

# -- statements -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal:
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Output:
    """`{{ expression }}`; `span` is the whole tag."""

    expression: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Assign:
    name: str
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


Statement = Literal | Output | Assign | If | For
