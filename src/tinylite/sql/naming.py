"""The name ClickHouse gives to a column that has no alias: its expression, with operators spelt as functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlglot import exp

from tinylite.sql.dialect import CLICKHOUSE
from tinylite.sql.numbers import float_text

_OPERATORS: dict[type[exp.Expr], str] = {
    exp.Add: "plus", exp.Sub: "minus", exp.Mul: "multiply", exp.Div: "divide", exp.IntDiv: "intDiv",
    exp.Mod: "modulo", exp.EQ: "equals", exp.NEQ: "notEquals", exp.LT: "less", exp.LTE: "lessOrEquals",
    exp.GT: "greater", exp.GTE: "greaterOrEquals", exp.Xor: "xor", exp.NullSafeEQ: "isNotDistinctFrom",
    exp.NullSafeNEQ: "isDistinctFrom",
}  # fmt: skip
_SPELLINGS = {"ceil": "ceil", "date_diff": "dateDiff", "ltrim": "trimLeft", "rtrim": "trimRight", "trim": "trimBoth"}
EXTRACTED = {
    "YEAR": "toYear", "QUARTER": "toQuarter", "MONTH": "toMonth", "WEEK": "toISOWeek", "DAY": "toDayOfMonth",
    "HOUR": "toHour", "MINUTE": "toMinute", "SECOND": "toSecond", "MILLISECOND": "toMillisecond",
    "DOW": "toDayOfWeek", "ISODOW": "toDayOfWeek", "DOY": "toDayOfYear", "ISOYEAR": "toISOYear",
    "EPOCH": "toUnixTimestamp",
}  # fmt: skip
"""EXTRACT(part FROM x) is this function of x."""


class Namer:
    """Names the columns of one SELECT. `shown` says how a column with its table is called.

    Subqueries are numbered: those of FROM first, then those of expressions, in order. An `aliases` that stands for one
    counts again where it is first used.
    """

    def __init__(
        self, shown: Callable[[list[str]], str], subqueries: int = 0, aliases: Mapping[str, exp.Expr] | None = None
    ) -> None:
        self.shown = shown
        self.subqueries = subqueries
        self.aliases = {name: node for name, node in (aliases or {}).items() if isinstance(node, exp.Query)}

    def name(self, node: exp.Expr) -> str:
        operator = _OPERATORS.get(type(node))
        if operator:
            return self._call(operator, [node.this, node.args["expression"]])
        for kind, spell in _KINDS.items():
            if isinstance(node, kind):
                return spell(self, node)
        return node.sql(dialect=CLICKHOUSE)

    def _call(self, name: str, arguments: Sequence[exp.Expr]) -> str:
        return f"{name}({self._list(arguments)})"

    def _list(self, nodes: Sequence[exp.Expr]) -> str:
        return ", ".join(self.name(node) for node in nodes if node is not None)

    # -- kinds of nodes ---------------------------------------------------------------------------------------------

    def _function(self, node: exp.Expr, condition: exp.Expr | None = None) -> str:
        name = function_name(node)
        if node.meta.get("bare"):
            return name
        name = _SPELLINGS.get(name, name)
        parametric = isinstance(node, exp.ParameterizedAgg)
        arguments = list(node.args["params"] if parametric else node.expressions)
        if name.lower() == "count" and len(arguments) == 1 and isinstance(arguments[0], exp.Star):
            arguments = []
        if name in ("tuple", "array"):
            return self._tuple(node) if name == "tuple" else self._array(node)
        if len(arguments) == 1 and isinstance(arguments[0], exp.Distinct):
            name, arguments = f"{name}Distinct", list(arguments[0].expressions)
        if condition is not None:
            name, arguments = f"{name}If", [*arguments, condition]
        parameters = f"({self._list(node.expressions)})" if parametric else ""
        return f"{name}{parameters}({self._list(arguments)})"

    def _filter(self, node: exp.Filter) -> str:
        return self._function(node.this, node.expression.this)

    def _literal(self, node: exp.Literal) -> str:
        if node.is_string:
            return quoted_text(node.this)
        text = str(node.this).replace("_", "")
        if text.isdigit() and len(text) < 1000 and int(text) < 2**64:
            return text
        if text[:2].lower() in ("0x", "0b"):
            return str(int(text, 0))
        shown = float_text(float(text))
        return shown if "." in shown or "e" in shown else shown + "."

    def _negative(self, node: exp.Neg) -> str:
        if isinstance(node.this, exp.Literal) and not node.this.is_string:
            return f"-{self._literal(node.this)}"
        if isinstance(node.this, exp.Column) and self.name(node.this) in ("inf", "nan"):
            return self.name(node.this).replace("inf", "-inf")
        return self._call("negate", [node.this])

    def _column(self, node: exp.Column) -> str:
        parts = [node.args[key] for key in ("catalog", "db", "table", "this") if node.args.get(key)]
        if isinstance(parts[-1], exp.Literal):
            return f"tupleElement({'.'.join(part.name for part in parts[:-1])}, {parts[-1].name})"
        if len(parts) > 1:
            return self.shown([part.name for part in parts])
        if self.aliases.pop(parts[0].name, None) is not None:
            self.subqueries += 1
        name = str(parts[0].name)
        return name if parts[0].args.get("quoted") else _NUMBERS.get(name.lower(), name)

    def _tuple(self, node: exp.Expr) -> str:
        members = node.expressions
        if all(map(_is_constant, members)):
            return f"({', '.join(self._member(member, floats=False) for member in members)})"
        return f"({self._list(members)})"

    def _array(self, node: exp.Expr) -> str:
        members = node.expressions
        if not all(map(_is_constant, members)):
            return f"[{self._list(members)}]"
        floats = any(map(_has_float, members))
        return f"[{', '.join(self._member(member, floats=floats) for member in members)}]"

    def _member(self, node: exp.Expr, *, floats: bool) -> str:
        """A part of an array or tuple of literals, which is one literal itself: all its numbers have one type."""
        if isinstance(node, exp.Array):
            return f"[{', '.join(self._member(item, floats=floats) for item in node.expressions)}]"
        text = str(int(node.this)) if isinstance(node, exp.Boolean) else self.name(node)
        return f"{text}." if floats and text.lstrip("-").isdigit() else text

    def _connector(self, node: exp.Expr) -> str:
        parts: list[exp.Expr] = []
        left = node
        while type(left) is type(node):
            parts.append(left.args["expression"])
            left = left.this
        name = {exp.And: "and", exp.Or: "or", exp.DPipe: "concat"}[type(node)]  # type: ignore[index]
        return self._call(name, [left, *reversed(parts)])

    def _cast(self, node: exp.Expr) -> str:
        to = node.args["to"]
        if isinstance(to, exp.Literal):
            return f"CAST({self.name(node.this)}, {quoted_text(to.this)})"
        type_ = to.meta.get("written") or to.sql(dialect=CLICKHOUSE)
        if isinstance(node.this, exp.Literal) and not node.meta.get("called") and "operand" not in to.meta:
            function = {"DATE": "toDate", "TIMESTAMP": "toDateTime"}.get(type_.upper())  # DATE '2024-01-01'
            if function:
                return f"{function}({self.name(node.this)})"
        operand = to.meta.get("operand")
        shown = self.name(node.this) if operand is None else quoted_text(operand)
        return f"CAST({shown}, {quoted_text(type_)})"

    def _in(self, node: exp.In, word: str = "in") -> str:
        query, field = node.args.get("query"), node.args.get("field")
        if query is not None:
            inside = self._subquery(query)
        elif field is not None:
            inside = self.name(field)
        else:
            members = node.expressions
            inside = self.name(members[0]) if len(members) == 1 else f"({self._list(members)})"
        return f"{word}({self.name(node.this)}, {inside})"

    def _not(self, node: exp.Not) -> str:
        if isinstance(node.this, exp.In):
            return self._in(node.this, "notIn")
        if isinstance(node.this, exp.Is):
            return self._call("isNotNull", [node.this.this])
        if isinstance(node.this, exp.Like | exp.ILike):
            return self._like(node.this, negated=True)
        if isinstance(node.this, exp.Between):
            low, high = (self.name(node.this.args[bound]) for bound in ("low", "high"))
            value = self.name(node.this.this)
            return f"or(less({value}, {low}), greater({value}, {high}))"
        return self._call("not", [node.this])

    def _case(self, node: exp.Case) -> str:
        parts = [part for branch in node.args["ifs"] for part in (branch.this, branch.args["true"])]
        parts.append(node.args.get("default") or exp.Null())
        if node.this is not None:
            return self._call("caseWithExpression", [node.this, *parts])
        return self._call("multiIf", parts)

    def _if(self, node: exp.If) -> str:
        return self._call("if", [node.this, node.args["true"], node.args.get("false") or exp.Null()])

    def _like(self, node: exp.Binary, negated: bool = False) -> str:
        negated = negated or bool(node.args.get("negate"))
        fold = isinstance(node, exp.ILike)
        name = {(False, False): "like", (False, True): "ilike", (True, False): "notLike", (True, True): "notILike"}
        return self._call(name[negated, fold], [node.this, node.args["expression"]])

    def _is(self, node: exp.Is) -> str:
        return self._call("isNotNull" if isinstance(node.expression, exp.Not) else "isNull", [node.this])

    def _between(self, node: exp.Between) -> str:
        low, high = (self.name(node.args[bound]) for bound in ("low", "high"))
        value = self.name(node.this)
        return f"and(greaterOrEquals({value}, {low}), lessOrEquals({value}, {high}))"

    def _interval(self, node: exp.Interval) -> str:
        unit = node.args["unit"].name.lower() if node.args.get("unit") is not None else ""
        amount = node.this
        if not unit and isinstance(amount, exp.Literal):
            words = interval_words(amount.this)
            parts = (f"toInterval{word.removesuffix('s').capitalize()}({number})" for number, word in words)
            return f"({', '.join(parts)})"
        shown = self.name(amount)
        if (
            isinstance(amount, exp.Literal)
            and amount.this.lstrip("-").replace(".", "").isdigit()
            and not node.meta.get("quoted")
        ):
            shown = amount.this
        return f"toInterval{unit.removesuffix('s').capitalize()}({shown})"

    def _lambda(self, node: exp.Lambda) -> str:
        return f"lambda(tuple({self._list(node.expressions)}), {self.name(node.this)})"

    def _subquery(self, node: exp.Expr) -> str:
        self.subqueries += 1
        return f"_subquery_{self.subqueries}"

    def _window(self, node: exp.Window) -> str:
        function = self.name(node.this)
        alias = node.args.get("alias")
        if alias is not None and not any(node.args.get(key) for key in ("partition_by", "order", "spec")):
            return f"{function} OVER {alias.name}"
        parts = [alias.name] if alias is not None else []
        if partition := node.args.get("partition_by"):
            parts.append(f"PARTITION BY {self._list(partition)}")
        if order := node.args.get("order"):
            parts.append(f"ORDER BY {', '.join(self._ordered(item) for item in order.expressions)}")
        if frame := node.args.get("spec"):
            text = frame.sql(dialect=CLICKHOUSE).upper()
            parts.append(text if frame.args.get("end") else _both_bounds(text))
        return f"{function} OVER ({' '.join(parts)})"

    def _ordered(self, item: exp.Ordered) -> str:
        nulls = " NULLS FIRST" if item.args.get("nulls_first") else ""
        return f"{self.name(item.this)} {'DESC' if item.args.get('desc') else 'ASC'}{nulls}"

    def _extract(self, node: exp.Extract) -> str:
        part = node.name.upper()
        mode = [exp.Literal.number(2)] if part == "DOW" else []
        return self._call(EXTRACTED.get(part, "extract"), [node.expression, *mode])

    def _trim(self, node: exp.Trim) -> str:
        name = {"LEADING": "trimLeft", "TRAILING": "trimRight"}.get(str(node.args.get("position") or ""), "trimBoth")
        what = node.args.get("expression")
        return self._call(name, [node.this, *([what] if what is not None else [])])

    def _parameter(self, node: exp.Placeholder) -> str:
        return f"{{{node.name}}}"

    def _bracket(self, node: exp.Bracket) -> str:
        return self._call("arrayElement", [node.this, *node.expressions])

    def _dot(self, node: exp.Dot) -> str:
        field = node.expression
        name = self.name(node.this)
        if isinstance(field, exp.Literal) and not field.is_string:
            for position in field.name.split("."):  # t.2.1 is read as the number 2.1
                name = f"tupleElement({name}, {position})"
            return name
        # The argument of a lambda; a column with more than four parts.
        if isinstance(node.this, exp.Identifier | exp.Dot) or node.this.args.get("catalog") is not None:
            return f"{name}.{field.name}"
        return f"tupleElement({name}, {quoted_text(field.name)})"


def _both_bounds(frame: str) -> str:
    """`ROWS 2 PRECEDING` is short for `ROWS BETWEEN 2 PRECEDING AND CURRENT ROW`."""
    kind, _, start = frame.replace("BETWEEN ", "").partition(" ")
    return f"{kind} BETWEEN {start.removesuffix(' AND CURRENT ROW')} AND CURRENT ROW"


_NUMBERS = {"inf": "inf", "infinity": "inf", "nan": "nan"}


def _is_constant(node: exp.Expr) -> bool:
    if isinstance(node, exp.Array | exp.Tuple):
        return all(map(_is_constant, node.expressions))
    value = node.this if isinstance(node, exp.Neg) else node
    return isinstance(value, exp.Literal | exp.Boolean | exp.Null) or _is_denormal(value)


def _is_denormal(node: exp.Expr) -> bool:
    """inf or nan, which are read as columns."""
    plain = isinstance(node, exp.Column) and not node.table and not node.this.args.get("quoted")
    return plain and node.name.lower() in _NUMBERS


def _has_float(node: exp.Expr) -> bool:
    if isinstance(node, exp.Array):
        return any(map(_has_float, node.expressions))
    number = node.this if isinstance(node, exp.Neg) else node
    if _is_denormal(number):
        return True
    return isinstance(number, exp.Literal) and not number.is_string and any(char in number.this for char in ".eE")


def json_cast_type(node: exp.JSONCast) -> str:
    """The type of `j.a.:T`, which may be written in backticks."""
    return str(node.args["to"].sql(dialect=CLICKHOUSE)).strip('`"')


def function_name(node: exp.Expr) -> str:
    """The written name of a call."""
    return str(node.this.name if isinstance(node.this, exp.Expr) else node.this)


def interval_words(text: str) -> list[tuple[int, str]]:
    """Amounts and units of `1 day 2 hours`, in order; nothing when it is not made of them."""
    words = text.lower().split()
    amounts, units = words[::2], words[1::2]
    if len(amounts) != len(units) or not all(amount.lstrip("+-").isdigit() for amount in amounts):
        return []
    return [(int(amount), unit) for amount, unit in zip(amounts, units, strict=True)]


def quoted_text(text: str) -> str:
    for char, escape in (("\\", "\\\\"), ("'", "\\'"), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r"), ("\0", "\\0"),
                         ("\b", "\\b"), ("\f", "\\f")):  # fmt: skip
        text = text.replace(char, escape)
    return f"'{text}'"


_KINDS: dict[type[exp.Expr], Callable[..., str]] = {
    exp.Anonymous: Namer._function,
    exp.ParameterizedAgg: Namer._function,
    exp.Column: Namer._column,
    exp.Literal: Namer._literal,
    exp.RawString: lambda namer, node: quoted_text(node.this),
    exp.HexString: lambda namer, node: str(int(node.this, 16)),
    exp.BitString: lambda namer, node: str(int(node.this, 2)),
    exp.Alias: lambda namer, node: str(node.alias),
    exp.Paren: lambda namer, node: namer.name(node.this),
    exp.Identifier: lambda namer, node: str(node.name),
    exp.Null: lambda namer, node: "NULL",
    exp.Boolean: lambda namer, node: "true" if node.this else "false",
    exp.Neg: Namer._negative,
    exp.Tuple: Namer._tuple,
    exp.Array: Namer._array,
    exp.And: Namer._connector,
    exp.Or: Namer._connector,
    exp.DPipe: Namer._connector,
    exp.JSONCast: lambda namer, node: f"{namer.name(node.this)}.:`{json_cast_type(node)}`",
    exp.NestedJSONSelect: lambda namer, node: f"{namer.name(node.this)}.^`{namer.name(node.expression)}`",
    exp.Cast: Namer._cast,
    exp.CastToStrType: Namer._cast,
    exp.In: Namer._in,
    exp.Not: Namer._not,
    exp.Case: Namer._case,
    exp.If: Namer._if,
    exp.Like: Namer._like,
    exp.ILike: Namer._like,
    exp.RegexpLike: lambda namer, node: namer._call("match", [node.this, node.expression]),
    exp.Is: Namer._is,
    exp.Between: Namer._between,
    exp.Interval: Namer._interval,
    exp.Lambda: Namer._lambda,
    exp.Subquery: Namer._subquery,
    exp.Select: Namer._subquery,
    exp.Window: Namer._window,
    exp.RespectNulls: lambda namer, node: namer.name(node.this),
    exp.IgnoreNulls: lambda namer, node: namer.name(node.this),
    exp.Filter: Namer._filter,
    exp.Extract: Namer._extract,
    exp.Trim: Namer._trim,
    exp.Placeholder: Namer._parameter,
    exp.Bracket: Namer._bracket,
    exp.Dot: Namer._dot,
}
