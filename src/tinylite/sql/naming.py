"""The name ClickHouse gives to a column that has no alias: its expression, with operators spelt as functions."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from tinylite.sql.dialect import CLICKHOUSE

_OPERATORS: dict[type[exp.Expr], str] = {
    exp.Add: "plus", exp.Sub: "minus", exp.Mul: "multiply", exp.Div: "divide", exp.IntDiv: "intDiv",
    exp.Mod: "modulo", exp.EQ: "equals", exp.NEQ: "notEquals", exp.LT: "less", exp.LTE: "lessOrEquals",
    exp.GT: "greater", exp.GTE: "greaterOrEquals", exp.DPipe: "concat", exp.Neg: "negate", exp.Not: "not",
    exp.Xor: "xor", exp.NullSafeEQ: "isNotDistinctFrom", exp.Bracket: "arrayElement", exp.Tuple: "tuple",
    exp.Array: "array",
}  # fmt: skip
# Functions that ClickHouse prints under one spelling, however they were written.
_CANONICAL = {
    name.lower(): name
    for name in ("count", "sum", "avg", "min", "max", "any", "round", "floor", "abs", "lower", "upper", "concat",
                 "coalesce", "if", "now", "substring", "length", "replaceAll", "nullIf", "ifNull", "dateDiff")
} | {"ceil": "ceiling", "ucase": "upper", "lcase": "lower", "truncate": "trunc", "substr": "substring",
     "replace": "replaceAll", "date_diff": "dateDiff", "timestampdiff": "dateDiff", "ceiling": "ceiling"}  # fmt: skip


def column_name(node: exp.Expr) -> str:
    """As in the header of ClickHouse's answer."""
    for kind, name in _NAMES.items():
        if isinstance(node, kind):
            return name(node)
    operator = _OPERATORS.get(type(node))
    if operator:
        return _call(operator, _operands(node))
    return node.sql(dialect=CLICKHOUSE)


def _operands(node: exp.Expr) -> list[exp.Expr]:
    if isinstance(node, exp.Tuple | exp.Array):
        return list(node.expressions)
    second = node.expressions if isinstance(node, exp.Bracket) else [node.args.get("expression")]
    return [node.this, *(part for part in second if part is not None)]


def _call(name: str, arguments: list[exp.Expr]) -> str:
    return f"{name}({', '.join(column_name(argument) for argument in arguments)})"


def _function(node: exp.Expr) -> str:
    name = str(node.this.name if isinstance(node.this, exp.Expr) else node.this)
    name = _CANONICAL.get(name.lower(), name)
    if isinstance(node, exp.ParameterizedAgg):
        parameters = ", ".join(column_name(parameter) for parameter in node.expressions)
        return f"{name}({parameters}){_call('', list(node.args['params']))}"
    arguments = list(node.expressions)
    if name == "count" and len(arguments) == 1 and isinstance(arguments[0], exp.Star):
        arguments = []
    if len(arguments) == 1 and isinstance(arguments[0], exp.Distinct):
        return _call("uniqExact" if name == "count" else f"{name}Distinct", list(arguments[0].expressions))
    return _call(name, arguments)


def _literal(node: exp.Literal) -> str:
    if not node.is_string:
        return str(node.this)
    escaped = node.this.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t")
    return f"'{escaped}'"


def _column(node: exp.Column) -> str:
    return ".".join(node.args[key].name for key in ("catalog", "db", "table", "this") if node.args.get(key))


def _connector(name: str) -> Callable[[exp.Expr], str]:
    def connected(node: exp.Expr) -> str:
        parts: list[exp.Expr] = []
        left = node
        while type(left) is type(node):
            parts.append(left.args["expression"])
            left = left.this
        return _call(name, [left, *reversed(parts)])

    return connected


def _cast(node: exp.Expr) -> str:
    to = node.args["to"]
    type_ = to.this if isinstance(to, exp.Literal) else to.sql(dialect=CLICKHOUSE)
    return f"CAST({column_name(node.this)}, '{type_}')"


def _in(node: exp.In) -> str:
    if node.args.get("query") is not None or node.args.get("field") is not None:
        field = node.args.get("field")
        return f"in({column_name(node.this)}, {column_name(field) if field is not None else '_subquery'})"
    members = node.expressions
    inside = column_name(members[0]) if len(members) == 1 else _call("tuple", members)
    return f"in({column_name(node.this)}, {inside})"


def _case(node: exp.Case) -> str:
    parts: list[exp.Expr] = []
    for branch in node.args["ifs"]:
        condition = exp.EQ(this=node.this, expression=branch.this) if node.this is not None else branch.this
        parts += [condition, branch.args["true"]]
    return _call("multiIf", [*parts, node.args.get("default") or exp.Null()])


def _like(name: str) -> Callable[[exp.Expr], str]:
    def liked(node: exp.Expr) -> str:
        spelled = "not" + name[0].upper() + name[1:] if node.args.get("negate") else name
        return _call(spelled, [node.this, node.args["expression"]])

    return liked


def _is(node: exp.Is) -> str:
    return _call("isNotNull" if isinstance(node.expression, exp.Not) else "isNull", [node.this])


def _between(node: exp.Between) -> str:
    low, high = (column_name(node.args[bound]) for bound in ("low", "high"))
    value = column_name(node.this)
    return f"and(greaterOrEquals({value}, {low}), lessOrEquals({value}, {high}))"


_NAMES: dict[type[exp.Expr], Callable[..., str]] = {
    exp.Alias: lambda node: node.alias,
    exp.Paren: lambda node: column_name(node.this),
    exp.Column: _column,
    exp.Identifier: lambda node: node.name,
    exp.Literal: _literal,
    exp.Null: lambda node: "NULL",
    exp.Boolean: lambda node: "true" if node.this else "false",
    exp.Anonymous: _function,
    exp.ParameterizedAgg: _function,
    exp.And: _connector("and"),
    exp.Or: _connector("or"),
    exp.CastToStrType: _cast,
    exp.Cast: _cast,
    exp.In: _in,
    exp.Case: _case,
    exp.If: lambda node: _call("if", [node.this, node.args["true"], node.args.get("false") or exp.Null()]),
    exp.Like: _like("like"),
    exp.ILike: _like("ilike"),
    exp.Is: _is,
    exp.Between: _between,
    exp.Interval: lambda node: f"toInterval{node.args['unit'].name.capitalize()}({_interval_amount(node)})",
    exp.Lambda: lambda node: _call("lambda", [exp.Tuple(expressions=node.expressions), node.this]),
    exp.Subquery: lambda node: "_subquery1",
    exp.Window: lambda node: f"{column_name(node.this)} OVER {node.sql(dialect=CLICKHOUSE).split(' OVER ', 1)[-1]}",
    exp.Dot: lambda node: f"tupleElement({column_name(node.this)}, {node.expression.name})",
    exp.Placeholder: lambda node: f"{{{node.name}}}",
}


def _interval_amount(node: exp.Interval) -> str:
    return node.this.name if isinstance(node.this, exp.Literal) else column_name(node.this)
