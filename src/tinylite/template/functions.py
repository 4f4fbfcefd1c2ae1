"""Every function and method of the template language. The reference page is made from these tables."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from tinylite.diagnostics import Diagnostic, DiagnosticError, Span
from tinylite.template.frame import Frame
from tinylite.template.values import SCALARS, Conditions, Refusal, Sql, TypedList, convert_list, kind, parse_json, shown
from tinylite.types.model import STRING, array, backquoted

KEYWORDS = ("default", "description", "required", "example", "format", "enum", "title", "defined")
"""What every parameter call takes by name. `defined=False` gives an undefined value instead of an error."""
LONGEST_TEXT = 10_000_000
"""Characters of a text that an expression may make, and items of a list."""
CACHE_TTLS = {"5s": 5, "1m": 60, "5m": 300, "30m": 1800, "1h": 3600}
"""What `cache_ttl` takes, in seconds."""
_ACTIVATABLE = ("analyzer", "parallel_replicas")

Kind = Literal["parameter", "value", "hint", "error"]


@dataclass(frozen=True, slots=True)
class Function:
    """`arguments` come in order or by name; the first `least` of them can't be left out.

    `evaluate` takes the frame and the arguments by name; of a parameter call only what was passed (or the default)
    as `value`, and the arguments that are its own. `others` says what else a call may hold: any number of values,
    or of named values.
    """

    name: str
    arguments: tuple[str, ...]
    least: int
    evaluate: Callable[..., object]
    doc: str
    kind: Kind = "value"
    others: Literal["", "positional", "named"] = ""
    fallback: object = None
    """Of a parameter call: what stands for a value when there is neither a value nor a default."""
    missing: str = ""
    """Of a parameter call: the error when there is none of these; else Tinybird's usual one."""

    @property
    def signature(self) -> str:
        """As the reference shows it: optional arguments in brackets."""
        words = [name if index < self.least else f"[{name}]" for index, name in enumerate(self.arguments)]
        words += {"": [], "positional": ["value, …"], "named": ["column__operator=value, …"]}[self.others]
        return f"{self.name}({', '.join(words)})"

    @property
    def keywords(self) -> tuple[str, ...]:
        return (*self.arguments, *KEYWORDS) if self.kind == "parameter" else self.arguments


class CustomError(DiagnosticError):
    """`custom_error(body, code)`: the endpoint answers with this body and status."""

    def __init__(self, diagnostic: Diagnostic, body: object, status: int) -> None:
        super().__init__(diagnostic)
        self.body = body
        self.status = status


class _CustomRefusal(Refusal):
    def __init__(self, message: str, body: object, status: int) -> None:
        super().__init__("TL306", message)
        self.body = body
        self.status = status

    def at(self, span: Span) -> DiagnosticError:
        return CustomError(Diagnostic(self.code, self.message, span), self.body, self.status)


def _pure(function: Callable[..., object]) -> Callable[..., object]:
    def evaluate(frame: Frame, *others: object, **arguments: object) -> object:
        return function(*others, **arguments)

    return evaluate


def _array(value: object, type: object = "String") -> TypedList:
    return convert_list(value, str(type))


def _split_to_array(value: object, separator: object = ",") -> TypedList:
    if isinstance(value, list):
        return TypedList([str(item) for item in value], array(STRING))
    return TypedList([part.strip() for part in str(value).split(str(separator))], array(STRING))


def quoted(name: str) -> str:
    """An identifier in backticks. Raises Refusal for what can't be one."""
    if not name or len(name) > 1000 or not name.isprintable():
        raise Refusal("TL305", f"'{shown(name)}' is not an identifier")
    return backquoted(name)


def _path(name: str) -> str:
    """`t.c` names a column of a table: each part is quoted."""
    return ".".join(quoted(part) for part in name.split("."))


def _column(value: object) -> Sql:
    if not isinstance(value, str):
        raise Refusal("TL305", f"the name of a column is a text, not {kind(value)}")
    return Sql(_path(value))


def _columns(value: object, fn: object = None) -> Sql:
    if not isinstance(value, str):
        raise Refusal("TL305", f"The 'columns' function expects a String, not {kind(value)}")
    names = [name.strip() for name in value.split(",")]
    if fn is None:
        return Sql(",".join(_path(name) for name in names))
    if not isinstance(fn, str) or not re.fullmatch(r"[A-Za-z_]\w*", fn, re.ASCII):
        raise Refusal("TL305", f"'{shown(fn)}' is not the name of a function")
    return Sql(",".join(f"{fn}({_path(name)}) as {quoted(name)}" for name in names))


def _symbol(value: object) -> Sql:
    return Sql(quoted(str(value)))


def _table(value: object) -> Sql:
    return Sql(_path(str(value)))


def _defined(name: object = None) -> bool:
    return name is not None


_OPERATORS = {"in": "in", "not_in": "not in", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def condition(key: str) -> tuple[str, str] | None:
    """The column and the SQL operator of `column__gt`, or None for an unknown operator."""
    column, _, operator = key.rpartition("__")
    if not column:
        return key, "="
    return (column, _OPERATORS[operator]) if operator in _OPERATORS else None


def _sql_and(**conditions: tuple[str, object]) -> Conditions:
    """Of conditions as (name of the parameter, value)."""
    left = []
    for key, (name, value) in conditions.items():
        found = condition(key)
        if value is not None and found is not None:
            left.append((f"{found[0]} {found[1]} ", name, value))
    return Conditions(left)


def _enumerate_with_last(values: object) -> list[object]:
    if not isinstance(values, list | str):
        raise TypeError(f"{kind(values)} has no items")
    return [(index == len(values) - 1, value) for index, value in enumerate(values)]


def _day_diff(date_1: object, date_2: object) -> int:
    try:
        return abs((_moment(date_1, ("%Y-%m-%d",)) - _moment(date_2, ("%Y-%m-%d",))).days)
    except ValueError:
        message = "invalid date format in function `day_diff`, it must be ISO format date YYYY-MM-DD, e.g. 2018-09-26"
        raise Refusal("TL307", message, "for other formats use date_diff_in_days") from None


def _date_diff(unit: str, seconds: int, usual_format: str) -> Callable[..., object]:
    def difference(
        date_1: object,
        date_2: object,
        date_format: object = usual_format,
        backup_date_format: object = None,
        none_if_error: object = False,
    ) -> int | None:
        formats = tuple(str(form) for form in (date_format, backup_date_format) if form)
        try:
            return int(abs((_moment(date_1, formats) - _moment(date_2, formats)).total_seconds()) // seconds)
        except ValueError:
            if none_if_error:
                return None
            message = f"invalid date_format in function `date_diff_in_{unit}`: the dates are not written {formats[0]}"
            raise Refusal("TL307", message, "pass date_format='…', as in '%Y-%m-%dT%H:%M:%SZ'") from None

    return difference


def _moment(text: object, formats: tuple[str, ...]) -> datetime:
    """Read in the first format that fits. Raises ValueError."""
    for form in formats:
        try:
            return datetime.strptime(str(text), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise ValueError(text)


def _error(text: object) -> None:
    raise Refusal("TL306", str(text).encode(errors="replace").decode())


def _custom_error(body: object, code: object = 400) -> None:
    if not isinstance(code, int) or not 400 <= code <= 599:
        raise Refusal("TL307", "the status of custom_error is a number from 400 to 599")
    body = json.loads(json.dumps(body, default=str))
    text = body.get("error", body) if isinstance(body, dict) else body
    raise _CustomRefusal(text if isinstance(text, str) else json.dumps(text), body, int(code))


def _sql_unescape(value: object, what: object = "") -> object:
    """Values are bound and never escaped: there is nothing to take back."""
    return value


def _secret(frame: Frame, name: object, default: object = None) -> str:
    value = frame.secrets(str(name))
    if value is None and default is None:
        message = f"Cannot access secret '{shown(name)}'. Check the secret exists in the Workspace and the token has "
        raise Refusal("TL307", message + "the required scope.")
    return str(default if value is None else value)


def _max_threads(frame: Frame, threads: object) -> Sql:
    if not isinstance(threads, int) and not (isinstance(threads, str) and re.fullmatch("[0-9]{1,4}", threads)):
        raise Refusal("TL307", f"max_threads takes a number, not '{shown(threads)}'")
    frame.hints["max_threads"] = int(threads)
    return Sql()


def _cache_ttl(frame: Frame, ttl: object) -> Sql:
    if ttl not in CACHE_TTLS:
        raise Refusal("TL307", f"Invalid TTL cache expression, valid expressions are {tuple(CACHE_TTLS)}")
    frame.hints["cache_ttl"] = ttl
    return Sql()


def _backend_hint(frame: Frame, hint: object) -> Sql:
    frame.hints["backend_hint"] = str(hint) if hint else None
    return Sql()


def _activate(frame: Frame, feature: object) -> Sql:
    if feature not in _ACTIVATABLE:
        raise Refusal("TL307", f"'{shown(feature)}' is not a valid 'activate' argument")
    known = frame.hints.get("activate", ())
    frame.hints["activate"] = tuple(sorted({*(known if isinstance(known, tuple) else ()), str(feature)}))
    return Sql()


def _len(values: object) -> int:
    if not isinstance(values, str | list | dict):
        raise TypeError(f"{kind(values)} has no length")
    return len(values)


def _least(*values: object) -> object:
    return _plain(min(_items(values)))  # type: ignore[type-var]


def _greatest(*values: object) -> object:
    return _plain(max(_items(values)))  # type: ignore[type-var]


def _items(values: tuple[object, ...]) -> tuple[object, ...] | list[object]:
    return values[0] if len(values) == 1 and isinstance(values[0], list) else values


def _plain(value: object) -> object:
    """Without its type: which of several parameters is the least must not change the shape of the SQL."""
    return value + 0 if isinstance(value, int | float) else value


_DATES = ("date_1", "date_2", "date_format", "backup_date_format", "none_if_error")
_TIME = "%Y-%m-%d %H:%M:%S"
_SCALAR_DOCS = {
    "String": "A parameter: any text",
    "Boolean": "A parameter: 0 for `false`, `0` and an empty text, also when it is not passed, and 1 for all else",
    **dict.fromkeys(("Date", "DateTime", "DateTime64"), "A parameter written `{0.sample}`: a text, which the database "
                    "compares with dates"),
}  # fmt: skip
_ROWS = (
    *(
        Function(name, ("name", "default", "description"), 1, _pure(scalar.convert),
                 _SCALAR_DOCS.get(name, "A parameter: a number of type {0.type}").format(scalar),
                 "parameter", fallback=0 if name == "Boolean" else None)
        for name, scalar in SCALARS.items()
    ),
    Function("Array", ("name", "type", "default", "description"), 1, _pure(_array),
             "A list parameter, its items separated by commas; `type` is one of the types above", "parameter"),
    Function("JSON", ("name", "default", "description"), 1, _pure(parse_json), "A parameter that holds JSON, to take "
             "values out of with `.get`, an index or a loop; `{}` when it is not passed", "parameter", fallback="{}"),
    Function("column", ("name", "default"), 1, _pure(_column), "The name of a column, quoted", "parameter",
             missing="Missing column() default value, use `column(column_name, 'default_column_name')`"),
    Function("columns", ("name", "default", "fn"), 1, _pure(_columns), "Names of columns, separated by commas; `fn` is "
             "a function to put each of them into", "parameter",
             missing="Missing columns() default value, use `columns(column_names, 'default_column_name')`"),
    Function("symbol", ("name", "default"), 1, _pure(_symbol), "A name in the SQL, quoted whole", "parameter"),
    Function("table", ("name", "default"), 1, _pure(_table), "The name of a table, quoted", "parameter"),
    Function("TABLE", ("name", "default"), 1, _pure(_table), "The same as `table`", "parameter"),
    Function("split_to_array", ("name", "default", "separator"), 1, _pure(_split_to_array),
             "A list of texts, separated by commas or by `separator`", "parameter", fallback=""),
    Function("defined", ("name",), 0, _pure(_defined), "Whether a parameter was passed; an empty value counts"),
    Function("sql_and", (), 0, _pure(_sql_and), "Conditions joined by `and`, without those that are undefined; the "
             "operators are in, not_in, gt, gte, lt, lte, and = for a bare column", others="named"),
    Function("enumerate_with_last", ("values",), 1, _pure(_enumerate_with_last),
             "Pairs for a loop: whether it is the last one, and the item"),
    Function("day_diff", ("date_1", "date_2"), 2, _pure(_day_diff), "Days between two dates, never negative"),
    *(
        Function(f"date_diff_in_{unit}", _DATES, 2, _pure(_date_diff(unit, seconds, form)),
                 f"Whole {unit} between two times, never negative; formats are those of strptime, `{form}` if left out")
        for unit, seconds, form in (("seconds", 1, _TIME), ("minutes", 60, _TIME), ("hours", 3600, _TIME),
                                    ("days", 86400, "%Y-%m-%d"))
    ),
    Function("len", ("values",), 1, _pure(_len), "The length of a list or a text"),
    Function("min", (), 0, _pure(_least), "The least of several values, or of a list", others="positional"),
    Function("max", (), 0, _pure(_greatest), "The greatest of several values, or of a list", others="positional"),
    Function("sql_unescape", ("value", "what"), 1, _pure(_sql_unescape),
             "The value itself: values are bound, so nothing in them was escaped"),
    Function("tb_secret", ("name", "default"), 1, _secret, "A secret, bound as a String"),
    Function("tb_var", ("name", "default"), 1, _secret, "The same as tb_secret"),
    Function("error", ("text",), 1, _pure(_error), "Ends the request with status 400 and this text", "error"),
    Function("custom_error", ("body", "code"), 1, _pure(_custom_error),
             "Ends the request with this body and status (400 if left out)", "error"),
    Function("max_threads", ("threads",), 1, _max_threads, "How many threads the query may use", "hint"),
    Function("cache_ttl", ("ttl",), 1, _cache_ttl, f"How long an answer may be kept: {', '.join(CACHE_TTLS)}", "hint"),
    Function("backend_hint", ("hint",), 1, _backend_hint, "Accepted, without effect", "hint"),
    Function("activate", ("feature",), 1, _activate, "Accepted, without effect", "hint"),
)  # fmt: skip
FUNCTIONS: Mapping[str, Function] = {row.name: row for row in _ROWS}


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a value of type `of`. It takes from `least` to `most` arguments."""

    name: str
    of: type
    least: int
    most: int
    evaluate: Callable[..., object]
    doc: str


def _join(separator: str, values: object) -> str:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError(".join needs a list of texts")
    bounded(sum(map(len, values)) + len(separator) * len(values))
    return separator.join(values)


def _replace(text: str, old: str, new: str) -> str:
    bounded(len(text) + (text.count(old) * len(new)))
    return text.replace(old, new)


def bounded(size: int) -> None:
    """Refuses what would grow too large, before it is made. Raises Refusal."""
    if size > LONGEST_TEXT:
        raise Refusal("TL308", f"an expression makes a value of {size:,} characters or items; {LONGEST_TEXT:,} is most")


METHODS: Mapping[str, Method] = {
    row.name: row
    for row in (
        Method("get", dict, 1, 2, dict.get, "`.get(key, default)`: a value of an object, undefined when it has none"),
        Method("items", dict, 0, 0, lambda value: [*value.items()], "`.items()`: pairs of key and value, for a loop"),
        Method("split", str, 0, 2, str.split, "`.split(separator)`: the parts of a text"),
        Method("startswith", str, 1, 1, str.startswith, "`.startswith(text)`"),
        Method("endswith", str, 1, 1, str.endswith, "`.endswith(text)`"),
        Method("join", str, 1, 1, _join, "`separator.join(list)`: texts in one"),
        Method("replace", str, 2, 2, _replace, "`.replace(old, new)`"),
        Method("lower", str, 0, 0, str.lower, "`.lower()`: in small letters"),
        Method("upper", str, 0, 0, str.upper, "`.upper()`: in capitals"),
        Method("strip", str, 0, 1, str.strip, "`.strip()`: without blanks at both ends"),
    )
}
