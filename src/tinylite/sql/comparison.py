"""= < IN BETWEEN LIKE, AND OR NOT: what gives true or false."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce

from sqlglot import exp

from tinylite.sql.access import tuple_element
from tinylite.sql.blobs import same_bytes
from tinylite.sql.casts import cast, coerce, to_text
from tinylite.sql.clauses.settings import is_on
from tinylite.sql.date_arithmetic import in_one_unit
from tinylite.sql.errors import Fault
from tinylite.sql.physical import quoted, text_literal
from tinylite.sql.ranks import holds_enums, rank
from tinylite.sql.scope import Lowerings, Relation, Scope
from tinylite.sql.times_of_day import exact_seconds
from tinylite.sql.typed import Typed, combined, keeps_dictionary, nullable_if
from tinylite.sql.zones import to_wall
from tinylite.types import Type
from tinylite.types.model import BOOL, DATE, FLOAT64, INT16, NULL, STRING, UINT8, array, datetime, datetime64
from tinylite.types.supertype import NoSupertype, supertype


def predicate(sql: str, parts: Sequence[Typed], type_: Type = UINT8) -> Typed:
    """A condition, NULL when a part is the literal NULL."""
    if any(part.type.name == "Nothing" for part in parts):
        return combined("CAST(NULL AS BOOLEAN)", NULL, list(parts))
    result = nullable_if(type_, list(parts)).as_low_cardinality(keeps_dictionary(parts, type_))
    return combined(sql, result, list(parts), predicate=True)


def compare(operator: str, left: Typed, right: Typed) -> Typed:
    """`operator` is = <> < <= > or >=. Raises Fault for types that ClickHouse does not compare."""
    if left.type.name == "Nothing" or right.type.name == "Nothing":
        return combined("CAST(NULL AS BOOLEAN)", NULL, [left, right])
    if left.unit and right.unit and left.unit != right.unit:
        left, right = in_one_unit(left, right)
    left, right = _concrete(left, right), _concrete(right, left)
    if left.type.name == right.type.name == "Tuple":
        return _tuples(operator, left, right)
    if left.type.name == right.type.name and left.type.name in ("Array", "Map"):
        _require_common_type(left, right)
    blobs = same_bytes(left, right)
    if blobs is not None:
        return predicate(f"({blobs[0]} {operator} {blobs[1]})", [left, right])
    flag = _truth_test(operator, left, right)
    if flag is not None:
        return flag
    if _is_nan(left) or _is_nan(right):
        return predicate("true" if operator == "<>" else "false", [left, right])
    if operator not in ("=", "<>") and left.type == right.type and holds_enums(left.type):
        return predicate(f"({rank(left.value, left.type)} {operator} {rank(right.value, right.type)})", [left, right])
    if operator not in ("=", "<>") and (left.type.is_enum or right.type.is_enum):
        left, right = _number_of_enum(left, right), _number_of_enum(right, left)
    a, b = sides(left, right)
    sql = f"({a} {operator} {b})"
    # DuckDB orders NaN above all numbers and equal to itself; ClickHouse compares it as IEEE 754 does.
    larger = {">": (left, a), ">=": (left, a), "<": (right, b), "<=": (right, b)}.get(operator)
    if larger and larger[0].type.is_float and not larger[0].is_literal:
        other = b if larger[1] is a else a
        unknown = f" OR {other} IS NULL" if (right if larger[0] is left else left).type.nullable else ""
        sql = f"({sql} AND (NOT isnan({larger[1]}){unknown}))" if unknown else f"({sql} AND NOT isnan({larger[1]}))"
    elif left.type.is_float and right.type.is_float and not (left.is_literal or right.is_literal):
        sql = f"({sql} AND NOT isnan({a}))" if operator == "=" else f"({sql} OR isnan({a}))"
    return predicate(sql, [left, right])


def _require_common_type(left: Typed, right: Typed) -> None:
    try:
        supertype([left.type, right.type])
    except NoSupertype:
        raise Fault("TL407", f"{left.type} can't be compared with {right.type}") from None


def _concrete(value: Typed, other: Typed) -> Typed:
    """A part of a JSON column as what it is compared with; NULL when it is something else."""
    if value.type.name != "Dynamic":
        return value
    to = FLOAT64 if other.type.is_number else STRING if other.type.name == "Dynamic" else other.type.plain
    return cast(value, to.as_nullable())


def _number_of_enum(value: Typed, other: Typed) -> Typed:
    """An Enum is ordered by its numbers; constant text beside it is one of its names."""
    if value.type.is_string and value.constant:
        value = cast(value, other.type.plain)
    return cast(value, INT16) if value.type.is_enum else value


def _is_nan(value: Typed) -> bool:
    return isinstance(value.literal, float) and value.literal != value.literal


def _truth_test(operator: str, left: Typed, right: Typed) -> Typed | None:
    """`(a > b) = 1` is a condition already; kept as one, it still prunes."""
    for flag, number in ((left, right), (right, left)):
        if flag.predicate and number.literal in (0, 1) and not isinstance(number.literal, str) and operator in "<>=":
            if operator not in ("=", "<>"):
                return None
            positive = (operator == "=") == bool(number.literal)
            return predicate(flag.sql if positive else f"(NOT {flag.sql})", [left, right])
    return None


def sides(left: Typed, right: Typed) -> tuple[str, str]:
    """Both operands in types that DuckDB compares as ClickHouse does."""
    return _side(left, right), _side(right, left)


def _side(value: Typed, other: Typed) -> str:
    mine, theirs = value.type, other.type
    if mine.is_string and value.constant and not theirs.is_string:
        return _text_as(value, other)
    if mine.is_date and theirs.is_datetime:
        # Beside a DateTime, ClickHouse takes a Date32 for its midnight in the server's zone.
        if theirs.zone is None or (mine.name == "Date32" and theirs.name == "DateTime"):
            return to_wall(value)
        return cast(value, datetime64(0, theirs.zone) if mine.name == "Date32" else datetime(theirs.zone)).sql
    if mine.is_date and theirs.is_string and other.constant and not _date_only(other):
        return f"CAST({value.sql} AS TIMESTAMP)"
    if mine.is_date and theirs.is_number:
        raise Fault("TL407", f"{mine} can't be compared with {theirs}", hint="compare it with a date, or toInt32(it)")
    if (mine.is_date and theirs.is_number) or (mine.is_number and theirs.is_date):
        raise Fault("TL407", f"{mine} can't be compared with {theirs}", hint="convert the number, as in toDate(x)")
    if mine.is_temporal and theirs.is_number:
        return cast(value, Type("Int64") if mine.precision == 0 else FLOAT64).sql
    if mine.is_time or theirs.is_time:
        return _time_side(value, other)
    if {mine.name, theirs.name} == {"Decimal", "Float32"}:  # both as Float64; DuckDB takes the narrower one
        return f"CAST({value.number} AS DOUBLE)"
    if mine.is_enum and theirs.is_number:
        return cast(value, INT16).sql
    if "FixedString" in (mine.name, theirs.name) and mine.is_string and theirs.is_string:
        return f"rtrim({value.value}, chr(0))"
    if mine.name == "UUID" and theirs.is_string and other.constant:
        return value.value
    if (mine.name in ("Array", "Map", "Tuple", "UUID", "JSON") or theirs.name in ("Array", "Map", "Tuple")) and (
        mine.name != theirs.name
    ):
        raise Fault("TL407", f"{mine} can't be compared with {theirs}")
    if theirs.is_string and other.constant:
        return value.value
    if mine.is_string != theirs.is_string and (mine.is_number or theirs.is_number or mine.is_temporal):
        raise Fault("TL407", f"{mine} can't be compared with {theirs}", hint="convert one of them, as in toString(x)")
    if mine.name == "Bool":
        return value.sql if theirs.name == "Bool" else value.number
    return value.value


def _time_side(value: Typed, other: Typed) -> str:
    """A Time beside another one, a number, or a constant text, which became one."""
    mine, theirs = value.type, other.type
    if not all(type_.is_time or type_.is_number for type_ in (mine, theirs)):
        if theirs.is_string and other.constant:
            return value.value
        raise Fault("TL407", f"{mine} can't be compared with {theirs}", hint="compare Times with Times")
    if not mine.is_time:
        return value.number
    if theirs.is_number:
        return exact_seconds(value) if mine.digits else value.value
    return cast(value, mine if mine.digits >= theirs.digits else theirs.plain).value


def _text_as(value: Typed, other: Typed) -> str:
    """A constant text next to another type is read as that type."""
    theirs = other.type.plain
    if theirs.is_date:
        if isinstance(value.literal, str) and not _date_only(value):
            raise Fault("TL407", f"'{value.literal}' is no date", hint="compare toDateTime(x) with a date and time")
        return cast(value, DATE if _date_only(value) else datetime()).sql
    if theirs.is_datetime:
        return cast(value, theirs).sql
    if theirs.is_number and theirs.name != "Bool":
        if isinstance(value.literal, str) and not re.fullmatch(r"\s*[+-]?[\d.]+(e[+-]?\d+)?\s*", value.literal, re.I):
            raise Fault("TL407", f"'{value.literal}' can't be compared with {other.type}")
        return cast(value, theirs).sql
    if theirs.name in ("UUID", "IPv4", "Bool") or theirs.is_time:
        return cast(value, theirs).sql
    return value.sql


def _date_only(text: Typed) -> bool:
    """Whether a constant text is surely a date without a time. Of a parameter only the value could tell."""
    return isinstance(text.literal, str) and re.fullmatch(r"\d{4}-\d\d?-\d\d?", text.literal) is not None


def _tuples(operator: str, left: Typed, right: Typed) -> Typed:
    if len(left.type.args) != len(right.type.args):
        raise Fault("TL407", f"{left.type} can't be compared with {right.type}")
    indices = range(1, len(left.type.args) + 1)
    if any(part.name == "Nothing" for part in (*left.type.args, *right.type.args)):  # a NULL that is written there
        return combined("CAST(NULL AS BOOLEAN)", UINT8.as_nullable(), [left, right], predicate=True)
    if operator not in ("=", "<>"):
        return _in_turn(operator, left, right, 1)
    pairs = [compare("=", tuple_element(left, i), tuple_element(right, i)) for i in indices]
    if any(pair.type.name == "Nothing" for pair in pairs):
        return combined("CAST(NULL AS BOOLEAN)", UINT8.as_nullable(), pairs, predicate=True)
    sql = "(" + " AND ".join(pair.sql for pair in pairs) + ")"
    return predicate(sql if operator == "=" else f"(NOT {sql})", [*pairs, left, right])


def _in_turn(operator: str, left: Typed, right: Typed, place: int) -> Typed:
    """Tuples by their first elements, those that are equal by the next ones."""
    a, b = tuple_element(left, place), tuple_element(right, place)
    if place == len(left.type.args):
        return compare(operator, a, b)
    first, equal, rest = compare(operator[0], a, b), compare("=", a, b), _in_turn(operator, left, right, place + 1)
    if "Nothing" in (first.type.name, rest.type.name):
        return combined(
            f"({first.sql} OR ({equal.sql} AND {rest.sql}))", UINT8.as_nullable(), [first, rest], predicate=True
        )
    return predicate(f"({first.sql} OR ({equal.sql} AND {rest.sql}))", [first, equal, rest])


# -- IN -------------------------------------------------------------------------------------------------------------


def in_list(value: Typed, members: Sequence[Typed]) -> Typed:
    """`x IN (a, b)`, `(x, y) IN ((1, 2), …)`. A NULL on the left gives NULL, one in the list is passed over."""
    found = _in_list(value, members)
    if all(member.constant for member in members):
        return found
    return found.with_type(UINT8.as_nullable())  # ClickHouse computes it row by row then, and calls it so


def _in_list(value: Typed, members: Sequence[Typed]) -> Typed:
    members = [member for member in members if member.type.name != "Nothing"]
    if not members:
        return predicate("false", [value])
    if value.type.name == "Tuple":
        tests = [compare("=", value, member) for member in members]
        found = "(" + " OR ".join(test.sql for test in tests) + ")"
        if any(test.type.nullable for test in tests):
            found = f"coalesce({found}, false)"
        return predicate(found, [value, *members]).with_type(UINT8)
    listed = ", ".join(sides(value, member)[1] for member in members)
    found = f"({sides(value, members[0])[0]} IN ({listed}))"
    if value.type.is_float and not value.is_literal and any(member.literal == 0 for member in members):
        found = f"({found} AND NOT ({value.sql} = 0 AND signbit({value.sql})))"  # a set compares bits
    if not any(member.type.nullable for member in members):
        return predicate(found, [value])
    found = f"coalesce({found}, false)"
    if value.type.nullable:
        found = f"(CASE WHEN {value.value} IS NOT NULL THEN {found} END)"
    return predicate(found, [value, *members])


def in_array(value: Typed, container: Typed) -> Typed:
    """`x IN [a, b]`, `x IN {xs:Array(T)}`, has(xs, x)."""
    if container.elements is not None:
        return in_list(value, container.elements)
    element = container.type.args[0]
    if element.is_string and not value.type.is_string:
        container = cast(container, array(value.type.plain))
        element = value.type.plain
    needle = value.value
    if element.plain != value.type.plain and not value.is_literal:
        needle = sides(value, Typed("e", element))[0]
    return predicate(f"coalesce(list_contains({container.sql}, {needle}), false)", [value])


def in_relation(value: Typed, relation: Relation, scope: Scope) -> Typed:
    """`x IN (SELECT …)`. NULLs of the subquery match nothing."""
    columns = relation.columns
    if value.type.name == "Tuple" and len(value.type.args) == len(columns) and len(columns) > 1:
        parts = [tuple_element(value, index) for index in range(1, len(columns) + 1)]
    elif len(columns) == 1:
        parts = [value]
    else:
        raise Fault("TL405", f"the subquery of IN gives {len(columns)} columns, not one for each value on the left")
    name = scope.context.unique("in")
    cells, lefts, present = [], [], []
    for part, column in zip(parts, columns, strict=True):
        cell = Typed(f"{name}.{quoted(column.physical)}", column.type)
        if column.type.is_string and not part.type.is_string:
            # What is no value of the left side's type is equal to none of them.
            cell = cast(cell, part.type.plain, "null")
        left, right = sides(part, cell)
        lefts.append(left)
        cells.append(right)
        if column.type.nullable:
            present.append(f"{cell.sql} IS NOT NULL")
    where = f" WHERE {' AND '.join(present)}" if present else ""
    left = lefts[0] if len(lefts) == 1 else f"({', '.join(lefts)})"
    found = f"({left} IN (SELECT {', '.join(cells)} FROM {relation.from_item} AS {name}{where}))"
    if value.type.name == "Tuple":
        return predicate(f"coalesce({found}, false)", parts).with_type(UINT8)
    if value.type.nullable:  # NULL in no rows at all, too, is NULL
        found = f"(CASE WHEN {value.value} IS NOT NULL THEN {found} END)"
    return predicate(found, parts)


def lower_in(node: exp.In, scope: Scope) -> Typed:
    value = scope.lower(node.this)
    relation = _relation(node, scope)
    if relation is not None:
        found = in_relation(value, relation, scope)
        absent = (
            f"EXISTS (SELECT 1 FROM {relation.from_item} AS n WHERE n.{quoted(relation.columns[0].physical)} IS NULL)"
        )
        return _with_null(value, found, absent, scope)
    field = node.args.get("field")
    members = [scope.lower(member) for member in (node.expressions if field is None else [field])]
    listed = members[0].elements if len(members) == 1 and members[0].elements is not None else members
    absent = "true" if any(member.type.name == "Nothing" for member in listed) else "false"
    return _with_null(value, _in_members(value, members), absent, scope)


def _relation(node: exp.In, scope: Scope) -> Relation | None:
    """A subquery, a common table or a table by its name."""
    query, field = node.args.get("query"), node.args.get("field")
    if query is not None:
        return scope.context.lower_query(query, scope.child(correlated=True))
    if isinstance(field, exp.Column) and not field.table:
        return scope.cte(field.name) or _table(field.name, scope)
    return None


def _with_null(value: Typed, found: Typed, absent: str, scope: Scope) -> Typed:
    """Under transform_null_in, NULL is found where NULL is listed; `absent` says whether it is."""
    if not is_on(scope.settings, "transform_null_in") or value.type.name == "Tuple":
        return found
    sql = f"(CASE WHEN {value.value} IS NULL THEN {absent} ELSE {found.sql} END)"
    return combined(sql, UINT8, [found], predicate=True)


def _table(name: str, scope: Scope) -> Relation | None:
    if name not in scope.query.reads or name in scope.aliases or name in scope.scalars:
        return None
    return scope.context.lower_query(exp.select("*").from_(exp.to_table(name)), scope.child(correlated=False))


def _in_members(value: Typed, members: list[Typed]) -> Typed:
    if len(members) == 1:
        only = members[0]
        if only.type.name == "Array" and value.type.name != "Array":
            return in_array(value, only)
        if only.type.name == "Tuple" and value.type.name != "Tuple" and only.elements is not None:
            return in_list(value, only.elements)
        if only.type.name == "Tuple" and only.elements and all(e.type.name == "Tuple" for e in only.elements):
            return in_list(value, only.elements)
    if value.type.name == "Tuple" and members and all(member.type.name != "Tuple" for member in members):
        from tinylite.sql.literals import tuple_literal

        return in_list(value, [tuple_literal(members)])
    return in_list(value, members)


# -- nodes ----------------------------------------------------------------------------------------------------------


def lower_comparison(node: exp.Binary, scope: Scope) -> Typed:
    return compare(_OPERATORS[type(node)], scope.lower(node.this), scope.lower(node.expression))


def lower_null_safe(node: exp.Binary, scope: Scope) -> Typed:
    left, right = scope.lower(node.this), scope.lower(node.expression)
    return null_safe(left, right, equal=isinstance(node, exp.NullSafeEQ))


def null_safe(left: Typed, right: Typed, *, equal: bool = True) -> Typed:
    """`left <=> right`: NULL is equal to NULL."""
    a, b = sides(left, right)
    sql = f"{a} {'IS NOT' if equal else 'IS'} DISTINCT FROM {b}"
    nullable = left.type.nullable or right.type.nullable
    if left.type.is_float and right.type.is_float and not nullable:  # NaN is not equal to itself
        nan = f"coalesce(isnan({a}), false)"
        sql = f"{sql} AND NOT {nan}" if equal else f"{sql} OR {nan}"
    type_ = UINT8.as_low_cardinality(keeps_dictionary([left, right], UINT8))
    return combined(f"({sql})", type_, [left, right], predicate=True)


def connect(operator: str, parts: Sequence[Typed]) -> Typed:
    """AND, OR and XOR of conditions."""
    # A Nullable(Bool) does not make it a Bool.
    type_ = BOOL if any(part.type.name == "Bool" and not part.type.nullable for part in parts) else UINT8
    if operator == "<>":
        sql = reduce(lambda left, right: f"({left} <> {right})", (part.condition for part in parts))
        return predicate(sql, parts, type_)
    # NULL AND 0 is 0, so that a literal NULL does not make the whole NULL.
    sql = f" {operator} ".join(part.condition for part in parts)
    return combined(f"({sql})", nullable_if(type_, list(parts)), list(parts), predicate=True)


def lower_connector(node: exp.Connector, scope: Scope) -> Typed:
    """AND and OR of any length without recursion on the left side, where they grow deep."""
    operands: list[exp.Expr] = []
    left: exp.Expr = node
    while type(left) is type(node):
        operands.append(left.expression)
        left = left.this
    parts = [scope.lower(operand) for operand in (left, *reversed(operands))]
    return connect({exp.And: "AND", exp.Or: "OR", exp.Xor: "<>"}[type(node)], parts)


def lower_not(node: exp.Not, scope: Scope) -> Typed:
    value = scope.lower(node.this)
    return predicate(f"(NOT {value.condition})", [value], BOOL if value.type.name == "Bool" else UINT8)


def lower_is(node: exp.Is, scope: Scope) -> Typed:
    value, test = scope.lower(node.this), node.expression
    negated = isinstance(test, exp.Not)
    if not isinstance(test.this if negated else test, exp.Null):
        raise Fault("TL406", "IS takes NULL or NOT NULL", node)
    return combined(f"({value.value} IS {'NOT ' if negated else ''}NULL)", UINT8, [value], predicate=True)


def lower_between(node: exp.Between, scope: Scope) -> Typed:
    value = scope.lower(node.this)
    low, high = scope.lower(node.args["low"]), scope.lower(node.args["high"])
    return connect("AND", [compare(">=", value, low), compare("<=", value, high)])


def like(value: Typed, pattern: Typed, operator: str) -> Typed:
    if value.type.name == "Nothing" or pattern.type.name == "Nothing":
        return combined("CAST(NULL AS BOOLEAN)", NULL, [value, pattern])
    if isinstance(pattern.literal, str):
        pattern = pattern.with_sql(text_literal(_escaped(pattern.literal)))
    escape = " ESCAPE '\\'" if not isinstance(pattern.literal, str) or "\\" in pattern.literal else ""
    return predicate(f"({to_text(value)} {operator} {pattern.sql}{escape})", [value, pattern])


def _escaped(pattern: str) -> str:
    """A backslash before another character than % _ and itself stands for itself."""
    if len(pattern) - len(pattern.rstrip("\\")) & 1:
        raise Fault("TL405", f"the LIKE pattern {pattern} ends within an escape")
    return re.sub(r"\\(.)", lambda m: m[0] if m[1] in "%_\\" else "\\" + m[0], pattern, flags=re.S)


def lower_like(node: exp.Binary, scope: Scope) -> Typed:
    word = "ILIKE" if isinstance(node, exp.ILike) else "LIKE"
    operator = f"NOT {word}" if node.args.get("negate") else word
    return like(scope.lower(node.this), scope.lower(node.expression), operator)


def lower_regexp(node: exp.RegexpLike, scope: Scope) -> Typed:
    """`x REGEXP 'pattern'` is match(x, 'pattern')."""
    call = exp.Anonymous(this="match", expressions=[node.this, node.expression])
    return scope.lower(call)


def lower_concatenation(node: exp.DPipe, scope: Scope) -> Typed:
    parts = [scope.lower(node.this), scope.lower(node.expression)]
    if any(part.type.name == "Nothing" for part in parts):
        return combined("NULL", NULL, parts)
    if all(part.type.name == "Array" for part in parts):
        type_ = array(supertype([part.type.args[0] for part in parts]))
        return combined(f"list_concat({', '.join(coerce(part, type_) for part in parts)})", type_, parts)
    type_ = nullable_if(STRING, parts).as_low_cardinality(keeps_dictionary(parts, STRING))
    return combined(f"({' || '.join(to_text(p) for p in parts)})", type_, parts)


_OPERATORS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip

LOWERINGS: Lowerings = {
    **dict.fromkeys(_OPERATORS, lower_comparison),
    exp.NullSafeEQ: lower_null_safe,
    exp.NullSafeNEQ: lower_null_safe,
    exp.And: lower_connector,
    exp.Or: lower_connector,
    exp.Xor: lower_connector,
    exp.Not: lower_not,
    exp.Is: lower_is,
    exp.Between: lower_between,
    exp.Like: lower_like,
    exp.ILike: lower_like,
    exp.RegexpLike: lower_regexp,
    exp.In: lower_in,
    exp.DPipe: lower_concatenation,
}
