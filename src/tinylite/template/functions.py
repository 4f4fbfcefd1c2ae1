"""Every function of the template language. The reference page is made from this table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.template import nodes
from tinylite.template.values import (
    PARAMETER_TYPES,
    UNDEFINED,
    Invalid,
    InvalidElement,
    Undefined,
    bindable,
    bound_type,
    read,
    read_list,
    typed,
)  # fmt: skip
from tinylite.types.model import STRING, array

if TYPE_CHECKING:
    from tinylite.template.evaluate import Environment

KEYWORDS = ("default", "description", "required", "example", "format", "enum", "title", "defined")
"""What every parameter call takes by name."""


@dataclass(frozen=True, slots=True)
class TemplateFunction:
    name: str
    signature: str
    least: int
    most: int | None
    evaluate: Callable[[Environment, nodes.Call], object]
    doc: str
    keywords: tuple[str, ...] | None = ()
    """Names of keyword arguments; None takes any."""

    def check(self, call: nodes.Call) -> str | None:
        """What is wrong with the arguments, if anything."""
        count = len(call.args)
        if count < self.least or (self.most is not None and count > self.most):
            return f"{self.name} is written {self.signature}"
        if self.keywords is not None:
            unknown = [key for key, _ in call.kwargs if key not in self.keywords]
            if unknown:
                return f"{self.name} has no argument {unknown[0]}; it is written {self.signature}"
        return None


class CustomError(DiagnosticError):
    """`custom_error(…)`: the endpoint answers with this body and status."""

    def __init__(self, diagnostic: Diagnostic, body: object, status: int) -> None:
        super().__init__(diagnostic)
        self.body = body
        self.status = status


@dataclass(frozen=True, slots=True)
class Identifiers:
    """Names that go into the SQL text, each quoted whole."""

    names: tuple[str, ...]

    @property
    def text(self) -> str:
        return ",".join("`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`" for name in self.names)


@dataclass(frozen=True, slots=True)
class Fragment:
    """SQL made of text and values."""

    parts: tuple[str | tuple[str, object], ...]
    """Texts, and values as (name, value)."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """What a hint writes."""


# -- parameters -----------------------------------------------------------------------------------------------------


def _target(env: Environment, call: nodes.Call) -> tuple[str, object]:
    """The parameter's name and what was passed for it; an expression has a value of its own."""
    first = call.args[0]
    if isinstance(first, nodes.Name):
        return first.name, env.lookup(first.name)
    if isinstance(first, nodes.Constant) and isinstance(first.value, str) and first.value in env.arguments:
        return first.value, env.lookup(first.value)
    return env.name_of(first), env.evaluate(first)


def _default(env: Environment, call: nodes.Call, position: int) -> object:
    keyword = call.keyword("default")
    if keyword is not None:
        return env.evaluate(keyword)
    return env.evaluate(call.args[position]) if len(call.args) > position else UNDEFINED


def _is_optional(env: Environment, call: nodes.Call) -> bool:
    """`defined=False`: nothing is given when nothing was passed."""
    keyword = call.keyword("defined")
    return keyword is not None and not env.evaluate(keyword)


def _given(env: Environment, call: nodes.Call, position: int) -> tuple[str, object]:
    """The value or the default. Raises DiagnosticError when there is neither."""
    name, value = _target(env, call)
    if isinstance(value, Undefined) or value is None:
        value = _default(env, call, position)
        if isinstance(value, Undefined) and not _is_optional(env, call):
            raise env.fault(
                "TL304",
                f"Required parameter is not defined. Check the parameters {name}. Please provide a value or set a "
                "default value in the pipe code.",
                call,
            )
    return name, value


def _parameter(env: Environment, call: nodes.Call) -> object:
    name, value = _given(env, call, 1)
    if isinstance(value, Undefined) or value is None:
        return value
    if isinstance(value, list):
        value = value[-1] if value else ""
    try:
        return typed(read(value, call.name), bound_type(call.name), name)
    except Invalid:
        raise env.fault("TL305", f"Error validating '{_short(value)}' to type {call.name}", call) from None


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 200 else text[:200] + "…"


def _array(env: Environment, call: nodes.Call) -> object:
    element = str(env.evaluate(call.args[1])) if len(call.args) > 1 else "String"
    if element not in PARAMETER_TYPES:
        raise env.fault("TL303", f"Array of {element} is not known", call)
    name, value = _given(env, call, 2)
    if isinstance(value, Undefined) or value is None:
        return value
    try:
        return typed(read_list(value, element), array(bound_type(element)), name)
    except InvalidElement as problem:
        message = f"Error validating [{_short(problem.shown)}][{problem.index}] ({problem.item}) to type {element}"
        raise env.fault("TL305", message, call) from None


def _json(env: Environment, call: nodes.Call) -> object:
    _, value = _given(env, call, 1)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise env.fault("TL305", f"Error validating '{_short(value)}' to type JSON", call) from None


def _column(env: Environment, call: nodes.Call) -> object:
    _, value = _given(env, call, 1)
    return _names(env, call, [value])


def _columns(env: Environment, call: nodes.Call) -> object:
    _, value = _given(env, call, 1)
    parts = value if isinstance(value, list) else str(value).split(",")
    return _names(env, call, [str(part).strip() for part in parts])


def _symbol(env: Environment, call: nodes.Call) -> object:
    """symbol and table: the argument is a parameter, or a text."""
    first = call.args[0]
    value = env.lookup(first.name) if isinstance(first, nodes.Name) else env.evaluate(first)
    if isinstance(value, Undefined):
        value = _default(env, call, 1)
    return _names(env, call, [value])


def _names(env: Environment, call: nodes.Call, values: Sequence[object]) -> Identifiers:
    for value in values:
        if not isinstance(value, str) or not value or len(value) > 500 or "\0" in value:
            raise env.fault("TL305", f"Error validating '{_short(value)}' to type {call.name}", call)
    return Identifiers(tuple(str(value) for value in values))


def _defined(env: Environment, call: nodes.Call) -> object:
    first = call.args[0]
    if isinstance(first, nodes.Name):
        return not isinstance(env.lookup(first.name), Undefined)
    if isinstance(first, nodes.Constant) and isinstance(first.value, str):
        return not isinstance(env.lookup(first.value), Undefined)
    return not isinstance(env.evaluate(first), Undefined)


# -- plain functions ------------------------------------------------------------------------------------------------


def _plain(function: Callable[..., object]) -> Callable[[Environment, nodes.Call], object]:
    """A function of values. Wrong ones are the template's fault."""

    def evaluate(env: Environment, call: nodes.Call) -> object:
        args = [env.evaluate(arg) for arg in call.args]
        kwargs = {key: env.evaluate(value) for key, value in call.kwargs}
        try:
            return function(*args, **kwargs)
        except (TypeError, ValueError, ArithmeticError, AttributeError) as problem:
            raise env.fault("TL307", f"{call.name}: {problem}", call) from None

    return evaluate


def _split_to_array(env: Environment, call: nodes.Call) -> object:
    name, value = _given(env, call, 1)
    keyword = call.keyword("separator")
    separator = str(env.evaluate(keyword)) if keyword is not None else ","
    if isinstance(value, list):
        return typed([str(item) for item in value], array(STRING), name)
    text = "" if isinstance(value, Undefined) or value is None else str(value)
    items: list[object] = [part.strip() for part in text.split(separator)] if text else []
    return typed(items, array(STRING), name)


def _with_last(items: Sequence[object]) -> list[tuple[bool, object]]:
    return [(index == len(items) - 1, item) for index, item in enumerate(items)]


def _moment(text: object, form: str) -> datetime:
    return datetime.strptime(str(text), form)  # noqa: DTZ007


def _difference(seconds: int) -> Callable[..., int]:
    def between(
        start: object, end: object, date_format: str = "%Y-%m-%d %H:%M:%S", backup_date_format: str | None = None,
        none_if_error: bool = False,
    ) -> int | None:  # fmt: skip
        for form in (date_format, backup_date_format):
            if form is None:
                continue
            try:
                return int(abs((_moment(end, form) - _moment(start, form)).total_seconds()) // seconds)
            except ValueError:
                continue
        if none_if_error:
            return None
        raise ValueError(f"'{start}' or '{end}' does not have the format {date_format}")

    return between  # type: ignore[return-value]


def _day_diff(start: object, end: object, date_format: str = "%Y-%m-%d") -> int:
    return abs((_moment(str(end)[:10], date_format) - _moment(str(start)[:10], date_format)).days)


def _error(env: Environment, call: nodes.Call) -> object:
    raise env.fault("TL306", str(env.evaluate(call.args[0])), call)


def _custom_error(env: Environment, call: nodes.Call) -> object:
    body = env.evaluate(call.args[0])
    code = call.keyword("code") or (call.args[1] if len(call.args) > 1 else None)
    status = env.evaluate(code) if code is not None else 400
    if not isinstance(status, int) or not 400 <= status <= 599:
        raise env.fault("TL303", "the status of custom_error is a number from 400 to 599", call)
    text = str(body.get("error", body)) if isinstance(body, dict) else str(body)
    raise CustomError(Diagnostic("TL306", text, call.span), body, int(status))


def _secret(env: Environment, call: nodes.Call) -> object:
    name = str(env.evaluate(call.args[0]))
    value = env.secrets(name)
    if value is None:
        default = _default(env, call, 1)
        if isinstance(default, Undefined):
            raise env.fault("TL307", f"the secret {name} does not exist", call)
        value = str(default)
    return typed(value, STRING, "secret")


def _hint(env: Environment, call: nodes.Call) -> object:
    env.hints[call.name] = env.evaluate(call.args[0])
    return Nothing()


_SUFFIXES = {"__in": "in", "__not_in": "not in", "__gt": ">", "__lt": "<", "__gte": ">=", "__lte": "<="}


def _sql_and(env: Environment, call: nodes.Call) -> object:
    """`a in [1, 2] and b = 'z'`, of those that are defined; 1 when none is."""
    parts: list[str | tuple[str, object]] = []
    for key, node in call.kwargs:
        value = env.evaluate(node)
        if isinstance(value, Undefined) or value is None:
            continue
        suffix = next((s for s in _SUFFIXES if key.endswith(s)), "")
        column = Identifiers((key.removesuffix(suffix),)).text
        operator = _SUFFIXES.get(suffix, "=")
        if operator in ("in", "not in") and not isinstance(value, list):
            value = [value]
        if bindable(value, key) is None:
            raise env.fault("TL303", f"sql_and can't compare {key}", call)
        parts += [" and " if parts else "", f"{column} {operator} ", (env.name_of(node), value)]
    return Fragment(tuple(parts) or ("1",))


def _unescape(text: str, what: str | None = None) -> str:
    """Takes away the backslashes before quotes and % that escaping put there."""
    for char in what or "'\\\"%_":
        text = text.replace("\\" + char, char)
    return text


def _function(
    name: str, arguments: str, least: int, most: int | None, evaluate: Callable[[Environment, nodes.Call], object],
    doc: str, keywords: tuple[str, ...] | None = (),
) -> tuple[str, TemplateFunction]:  # fmt: skip
    return name, TemplateFunction(name, f"{name}({arguments})", least, most, evaluate, doc, keywords)


_DATES = "a, b, date_format='%Y-%m-%d %H:%M:%S'"
_DATE_KEYWORDS = ("date_format", "backup_date_format", "none_if_error")
FUNCTIONS: Mapping[str, TemplateFunction] = dict(
    [
        *(
            _function(name, "name, default", 1, 3, _parameter, f"A parameter of type {name}.", KEYWORDS)
            for name in PARAMETER_TYPES
        ),
        _function("Array", "name, 'Type', default='a,b'", 1, 4, _array, "A list, its values parted by commas.",
                  KEYWORDS),
        _function("JSON", "name, '{}'", 1, 2, _json, "A parameter that is JSON.", KEYWORDS),
        _function("column", "name, 'default'", 1, 2, _column, "The name of a column.", KEYWORDS),
        _function("columns", "name, 'a,b'", 1, 2, _columns, "Names of columns.", KEYWORDS),
        _function("symbol", "name, 'default'", 1, 2, _symbol, "A name in the SQL.", (*KEYWORDS, "quote")),
        _function("table", "name, 'default'", 1, 2, _symbol, "The name of a table.", (*KEYWORDS, "quote")),
        _function("defined", "name", 1, 1, _defined, "Whether the parameter was passed."),
        _function("sql_and", "column=value, column__in=values, …", 0, 0, _sql_and,
                  "Conditions joined by `and`; those without a value are left out.", None),
        _function("split_to_array", "name, 'a,b', separator=','", 1, 2, _split_to_array, "A list of texts.",
                  (*KEYWORDS, "separator")),
        _function("enumerate_with_last", "list", 1, 1, _plain(_with_last), "Pairs: is it the last one, and the item."),
        _function("day_diff", "a, b, date_format='%Y-%m-%d'", 2, 3, _plain(_day_diff), "Days between two dates.",
                  _DATE_KEYWORDS),
        *(
            _function(f"date_diff_in_{unit}", _DATES, 2, 5, _plain(_difference(seconds)),
                      f"{unit.capitalize()} between two times.", _DATE_KEYWORDS)
            for unit, seconds in (("seconds", 1), ("minutes", 60), ("hours", 3600), ("days", 86400))
        ),
        _function("error", "'text'", 1, 1, _error, "Ends the request with status 400 and this text."),
        _function("custom_error", "{'error': 'text'}, 403", 1, 2, _custom_error,
                  "Ends the request with this body and status.", ("code", "content_type")),
        _function("sql_unescape", "text, chars", 1, 2, _plain(_unescape), "Takes away backslashes before quotes."),
        _function("tb_secret", "'name', 'default'", 1, 2, _secret, "A secret; it is bound, never written into SQL.",
                  ("default",)),
        *(
            _function(name, "value", 1, 2, _hint, doc)
            for name, doc in (
                ("max_threads", "Threads for the query: a hint."), ("cache_ttl", "How long an answer may be kept."),
                ("backend_hint", "Accepted; it has no effect."), ("activate", "Accepted; it has no effect."),
            )
        ),
        _function("len", "list", 1, 1, _plain(len), "The number of items."),
        _function("min", "a, b, …", 1, None, _plain(min), "The least."),
        _function("max", "a, b, …", 1, None, _plain(max), "The greatest."),
    ]
)  # fmt: skip


def _get(target: object, key: object, default: object = None) -> object:
    if not isinstance(target, dict):
        raise TypeError("only an object has .get")
    return target.get(key, default)


def _join(target: object, items: Sequence[object]) -> str:
    return str(target).join(str(item) for item in items)


METHODS: Mapping[str, Callable[..., object]] = {
    "get": _get,
    "split": lambda target, separator=None: str(target).split(separator),
    "startswith": lambda target, prefix: str(target).startswith(prefix),
    "endswith": lambda target, suffix: str(target).endswith(suffix),
    "join": _join,
    "lower": lambda target: str(target).lower(),
    "upper": lambda target: str(target).upper(),
    "strip": lambda target: str(target).strip(),
}
"""Methods that an expression may call."""
