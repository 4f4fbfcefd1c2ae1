"""Functions in FROM: numbers(), values(), view() and their like; those that read from elsewhere are refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from tinylite.diagnostics import did_you_mean
from tinylite.sql.casts import cast, coerce
from tinylite.sql.errors import Fault
from tinylite.sql.functions.conditions import common_type
from tinylite.sql.physical import duckdb_type, quoted
from tinylite.sql.scope import Output, Relation, Scope, outputs
from tinylite.types import Type, TypeSyntaxError, parse_type
from tinylite.types.model import UINT8, UINT64

_ENDLESS = str(2**63 - 1)
_ELSEWHERE = "load the data with an import, or ingest it"
_REFUSED = {
    **dict.fromkeys(
        ("s3", "s3Cluster", "gcs", "url", "file", "hdfs", "azureBlobStorage", "iceberg", "deltaLake", "hudi"),
        f"{{}} reads files from elsewhere: {_ELSEWHERE}",
    ),
    **dict.fromkeys(
        ("remote", "remoteSecure", "cluster", "clusterAllReplicas", "mysql", "postgresql", "mongodb", "redis", "sqlite",
         "jdbc", "odbc", "kafka"),
        f"{{}} reads from another server: {_ELSEWHERE}",
    ),
    "generateRandom": "{} gives other rows each time and can't give ClickHouse's: use numbers() with rand()",
    "format": "{} is not supported: write the rows with values()",
    "input": "{} is for INSERT",
    "merge": "{} is not supported: use UNION ALL",
    "executable": "{} runs programs, which queries can't",
}  # fmt: skip


def table_function(node: exp.Expr, scope: Scope) -> Relation:
    """Raises Fault for a function that is not known, or can't be had here."""
    name = str(node.this.name if isinstance(node.this, exp.Expr) else node.this)
    found = _FUNCTIONS.get(name) or _FUNCTIONS.get(name.lower())
    if found is not None:
        return found(node, scope)
    if name in _REFUSED:
        message, _, instead = _REFUSED[name].partition(": ")
        raise Fault("TL406", f"the table function {message.format(name)}", node, instead or None)
    hint = did_you_mean(name, [*_FUNCTIONS, *_REFUSED])
    raise Fault("TL404", f"unknown table function {name}", node, hint)


# -- series ---------------------------------------------------------------------------------------------------------


def _numbers(node: exp.Expr, scope: Scope) -> Relation:
    """numbers(), numbers(n), numbers(first, n), numbers(first, n, step)."""
    args = [_amount(argument, scope) for argument in node.expressions]
    match args:
        case []:
            return endless_numbers(node, scope)
        case [count]:
            return series("number", "0", count, "1")
        case [first, count, *step] if len(step) < 2:
            return series("number", first, f"({first} + {count})", step[0] if step else "1")
    raise Fault("TL405", "numbers takes up to 3 arguments", node)


def endless_numbers(node: exp.Expr, scope: Scope) -> Relation:
    """All numbers, up to what the WHERE around them says: of `number < 10` no more are made."""
    select = node.find_ancestor(exp.Select)
    where = select.args.get("where") if select is not None else None
    if select is None or where is None or select.args.get("joins"):
        return series("number", "0", _ENDLESS, "1")
    stops = [_ENDLESS]
    is_renamed = any(alias.alias == "number" for alias in select.find_all(exp.Alias))
    for part in where.this.flatten() if isinstance(where.this, exp.And) else [where.this]:
        if not is_renamed and isinstance(part, exp.LT | exp.LTE) and _is_number(part.this):
            bound = None if part.expression.find(exp.Column, exp.Query) else scope.lower(part.expression)
            if bound is not None and bound.constant and bound.type.is_number:
                stops.append(f"coalesce(greatest(TRY_CAST(ceil({bound.number}) AS BIGINT) + 1, 0), {_ENDLESS})")
    return series("number", "0", f"least({', '.join(stops)})" if len(stops) > 1 else _ENDLESS, "1")


def _is_number(node: exp.Expr) -> bool:
    return isinstance(node, exp.Column) and node.name == "number"


def _amount(node: exp.Expr, scope: Scope) -> str:
    value = scope.lower(node)
    if not (value.type.is_number and value.constant) or (isinstance(value.literal, int | float) and value.literal < 0):
        raise Fault("TL405", "takes constant numbers from 0 on", node)
    return f"CAST({value.number} AS BIGINT)"


def series(column: str, start: str, stop: str, step: str) -> Relation:
    bounds = ", ".join(f"CAST({bound} AS BIGINT)" for bound in (start, stop, step))
    sql = f"SELECT CAST(range AS UBIGINT) AS {quoted(column)} FROM range({bounds})"
    return Relation(sql, outputs([(column, UINT64)]))


def _generate_series(node: exp.Expr, scope: Scope) -> Relation:
    if len(node.expressions) not in (2, 3):
        raise Fault("TL405", "generate_series takes 2 or 3 arguments", node)
    first, last, *rest = (_amount(argument, scope) for argument in node.expressions)
    return series("generate_series", first, f"({last} + 1)", rest[0] if rest else "1")


def _zeros(node: exp.Expr, scope: Scope) -> Relation:
    count = _amount(node.expressions[0], scope) if node.expressions else _ENDLESS
    return zeros(count)


def zeros(count: str) -> Relation:
    return Relation(f"SELECT CAST(0 AS UTINYINT) AS zero FROM range({count})", outputs([("zero", UINT8)]))


# -- rows that are written down -------------------------------------------------------------------------------------


def values(node: exp.Values, scope: Scope) -> Relation:
    """VALUES (1, 'a'), (2, 'b'), and the function values(['structure',] row, …), a row a tuple or one value."""
    rows = [row.expressions for row in node.expressions]
    if len(rows) == 1:  # the function, whose arguments look like one row
        arguments = rows[0]
        structure = arguments[0].this if _is_structure(arguments) else None
        rows = [_row(argument) for argument in (arguments[1:] if structure else arguments)]
        if structure:
            return _structured(_structure(structure, node), rows, scope, node)
    cells = [[scope.lower(cell) for cell in row] for row in rows]
    if len({len(row) for row in cells}) != 1:
        raise Fault("TL405", "the rows of VALUES have different sizes", node)
    types = [common_type(column) for column in zip(*cells, strict=True)]
    columns = outputs((f"c{index}", type_) for index, type_ in enumerate(types, start=1))
    return _written([[coerce(c, t) for c, t in zip(row, types, strict=True)] for row in cells], columns)


def _is_structure(arguments: Sequence[exp.Expr]) -> bool:
    first = arguments[0] if arguments else None
    return len(arguments) > 1 and isinstance(first, exp.Literal) and bool(first.is_string) and " " in first.this.strip()


def _row(node: exp.Expr) -> list[exp.Expr]:
    return list(node.expressions) if isinstance(node, exp.Tuple) else [node]


def _structure(text: str, node: exp.Expr) -> list[tuple[str, Type]]:
    """'name Type, name Type'."""
    try:
        type_ = parse_type(f"Tuple({text})")
    except TypeSyntaxError as problem:
        raise Fault("TL108", str(problem), node) from None
    if not type_.names:
        raise Fault("TL405", "the structure takes names and types, as in 'id UInt32, name String'", node)
    return list(zip(type_.names, type_.args, strict=True))


def _structured(
    structure: Sequence[tuple[str, Type]], rows: Sequence[Sequence[exp.Expr]], scope: Scope, node: exp.Expr
) -> Relation:
    lines = []
    for row in rows:
        if len(row) != len(structure):
            raise Fault("TL405", f"a row has {len(row)} values for {len(structure)} columns", node)
        lines.append([_fitting(cell, type_, scope) for cell, (_, type_) in zip(row, structure, strict=True)])
    return _written(lines, outputs(structure))


def _fitting(node: exp.Expr, type_: Type, scope: Scope) -> str:
    value = scope.lower(node)
    if type_.is_integer and isinstance(value.literal, int) and not _holds(type_, value.literal):
        raise Fault("TL407", f"{value.literal} does not fit into {type_}", node)
    return cast(value, type_).exact


def _holds(type_: Type, number: int) -> bool:
    if type_.is_unsigned:
        return 0 <= number < 1 << type_.bits
    return -(1 << (type_.bits - 1)) <= number < 1 << (type_.bits - 1)


def _written(lines: Sequence[Sequence[str]], columns: Sequence[Output]) -> Relation:
    names = ", ".join(quoted(column.physical) for column in columns)
    body = ", ".join(f"({', '.join(line)})" for line in lines)
    return Relation(f"SELECT * FROM (VALUES {body}) AS v({names})", tuple(columns))


# -- others ---------------------------------------------------------------------------------------------------------


def _null(node: exp.Expr, scope: Scope) -> Relation:
    """null('structure'): a table without rows."""
    text = scope.lower(node.expressions[0]).literal if node.expressions else None
    if not isinstance(text, str):
        raise Fault("TL405", "null takes a structure, as in null('id UInt32')", node)
    columns = outputs(_structure(text, node))
    cells = ", ".join(f"CAST(NULL AS {duckdb_type(c.type)}) AS {quoted(c.physical)}" for c in columns)
    return Relation(f"SELECT {cells} WHERE false", columns)


def _view(node: exp.Expr, scope: Scope) -> Relation:
    if len(node.expressions) != 1:
        raise Fault("TL405", "view takes a SELECT", node)
    return scope.context.lower_query(node.expressions[0], scope.child(correlated=False))


_FUNCTIONS: dict[str, Callable[[exp.Expr, Scope], Relation]] = {
    "numbers": _numbers,
    "numbers_mt": _numbers,
    "generate_series": _generate_series,
    "generateseries": _generate_series,
    "zeros": _zeros,
    "zeros_mt": _zeros,
    "null": _null,
    "view": _view,
}

_NUMBERS = series("number", "0", _ENDLESS, "1")
_ZEROS = zeros(_ENDLESS)
SYSTEM_TABLES = {
    "system.one": Relation("SELECT CAST(0 AS UTINYINT) AS dummy", outputs([("dummy", UINT8)])),
    "system.numbers": _NUMBERS,
    "system.numbers_mt": _NUMBERS,
    "system.zeros": _ZEROS,
    "system.zeros_mt": _ZEROS,
}
"""Tables that ClickHouse always has."""
