"""Text to `Type`: `LowCardinality(Nullable(String))`, `Tuple(a UInt8, b Array(Date))`, SQL's other names included.

A hand-written descent rather than a grammar: it runs inside SQL compilation, once for every cast.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from tinylite.types.model import Type

A = TypeVar("A")
MAX_DEPTH = 100

_SIMPLE = frozenset(
    {
        *(f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64, 128, 256)),
        *(
            "Float32",
            "Float64",
            "BFloat16",
            "String",
            "Bool",
            "UUID",
            "IPv4",
            "IPv6",
            "Date",
            "Date32",
            "Nothing",
            "Time",
        ),
    }
)
# ClickHouse's case-insensitive aliases (system.data_type_families); the rest are case-sensitive.
_ALIASES = {
    **dict.fromkeys(("TINYINT", "INT1", "BYTE", "TINYINT SIGNED", "INT1 SIGNED"), "Int8"),
    **dict.fromkeys(("SMALLINT", "SMALLINT SIGNED"), "Int16"),
    **dict.fromkeys(("INT", "INTEGER", "MEDIUMINT", "INT SIGNED", "INTEGER SIGNED", "MEDIUMINT SIGNED"), "Int32"),
    **dict.fromkeys(("BIGINT", "SIGNED", "BIGINT SIGNED"), "Int64"),
    **dict.fromkeys(("TINYINT UNSIGNED", "INT1 UNSIGNED"), "UInt8"),
    **dict.fromkeys(("SMALLINT UNSIGNED", "YEAR"), "UInt16"),
    **dict.fromkeys(("INT UNSIGNED", "INTEGER UNSIGNED", "MEDIUMINT UNSIGNED"), "UInt32"),
    **dict.fromkeys(("BIGINT UNSIGNED", "UNSIGNED", "BIT", "SET"), "UInt64"),
    **dict.fromkeys(("FLOAT", "REAL", "SINGLE"), "Float32"),
    **dict.fromkeys(("DOUBLE", "DOUBLE PRECISION"), "Float64"),
    **dict.fromkeys(
        ("CHAR", "VARCHAR", "TEXT", "TINYTEXT", "MEDIUMTEXT", "LONGTEXT", "BLOB", "TINYBLOB", "MEDIUMBLOB", "LONGBLOB",
         "CLOB", "NCHAR", "NVARCHAR", "VARCHAR2", "CHARACTER", "CHARACTER VARYING", "BYTEA", "VARBINARY"),
        "String",
    ),
    **dict.fromkeys(("BOOL", "BOOLEAN"), "Bool"),
    **dict.fromkeys(("DEC", "NUMERIC", "FIXED", "DECIMAL"), "Decimal"),
    **dict.fromkeys(("TIMESTAMP", "DATETIME"), "DateTime"),
    "TIME": "Time", "TIME64": "Time64",
    "DATE": "Date", "DATE32": "Date32", "DATETIME32": "DateTime", "DATETIME64": "DateTime64",
    "BINARY": "FixedString", "INET4": "IPv4", "INET6": "IPv6", "ENUM": "Enum8", "JSON": "JSON",
    # The vendor's datafiles also write Int and Integer.
}  # fmt: skip
_TOKEN = re.compile(r"\s*(?:([A-Za-z_][\w.]*)|(-?\d+)|'((?:[^'\\]|\\.|'')*)'|[`\"]((?:[^`\"\\]|\\.)*)[`\"]|(.))", re.S)
LONGEST_FIXED_STRING = 16_777_215
"""ClickHouse's own bound."""
_DECIMAL_PRECISION = {"Decimal32": 9, "Decimal64": 18, "Decimal128": 38, "Decimal256": 76}


class TypeSyntaxError(ValueError):
    """The text is no ClickHouse type. `offset` and `length` say which part of it."""

    def __init__(self, message: str, offset: int, length: int, word: str = "") -> None:
        super().__init__(message)
        self.offset = offset
        self.length = max(1, length)
        self.word = word


@lru_cache(maxsize=4096)
def parse_type(text: str) -> Type:
    """Read a type. Raises TypeSyntaxError."""
    reader = _Reader(text)
    parsed = reader.type()
    reader.end()
    return parsed


def type_names() -> list[str]:
    """Every family name, for suggestions and docs."""
    return sorted(
        {*_SIMPLE, "DateTime", "DateTime64", "Decimal", "FixedString", "Enum8", "Enum16", "Array", "Map", "Tuple",
         "Nested", "JSON", "Time64", "Nullable", "LowCardinality", "AggregateFunction", "SimpleAggregateFunction",
         *_DECIMAL_PRECISION}
    )  # fmt: skip


class _Reader:
    """Tokens: (kind, value, start, end) with kind name, number, string, quoted, or the punctuation itself."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int, int]] = []
        position = 0
        while match := _TOKEN.match(text, position):
            position = match.end()
            name, number, string, quoted, other = match.groups()
            start = match.start(match.lastindex or 0)
            for kind, value in (("name", name), ("number", number), ("string", string), ("quoted", quoted)):
                if value is not None:
                    value = _unescape(value) if kind in ("string", "quoted") else value
                    self.tokens.append((kind, value, start, position))
            if other is not None and not other.isspace():
                self.tokens.append((other, other, start, position))
        self.index = 0

    def peek(self) -> str:
        return self.tokens[self.index][0] if self.index < len(self.tokens) else ""

    def take(self, kind: str, what: str) -> str:
        if self.peek() != kind:
            self.fail(f"expected {what}")
        self.index += 1
        return self.tokens[self.index - 1][1]

    def fail(self, message: str) -> None:
        if self.index < len(self.tokens):
            _, value, start, end = self.tokens[self.index]
            raise TypeSyntaxError(f"{message}, found {value!r}", start, end - start, value)
        raise TypeSyntaxError(f"{message}, found the end", len(self.text), 1)

    def end(self) -> None:
        if self.peek():
            self.fail("expected the end of the type")

    def type(self) -> Type:
        start = self.index
        if start > MAX_DEPTH and self.text.count("(", 0, self.tokens[start - 1][3]) > MAX_DEPTH:
            self.fail(f"types are nested no more than {MAX_DEPTH} deep")
        name = self.take("name", "a type")
        while self.peek() == "name":
            longer = f"{name} {self.tokens[self.index][1]}"
            if longer.upper() not in _ALIASES:
                break
            self.index += 1
            name = longer
        family = name
        if name not in _SIMPLE and name not in type_names_set():
            family = _ALIASES.get(name.upper(), "")
            if not family:
                _, _, at, end = self.tokens[start]
                raise TypeSyntaxError(f"unknown type {name}", at, end - at, name)
        return self.family(family, start)

    def family(self, name: str, start: int) -> Type:
        if name in _SIMPLE:
            if self.peek() == "(" and name == "String":  # VARCHAR(255): the length is only a comment
                self.arguments(lambda: self.take("number", "a length"))
            return Type(name)
        if name in ("Nullable", "LowCardinality"):
            (inner,) = self.arguments(self.type, 1)
            return inner.as_nullable() if name == "Nullable" else inner.as_low_cardinality()
        if name in ("Array", "Map"):
            return Type(name, tuple(self.arguments(self.type, 1 if name == "Array" else 2)))
        if name in ("Tuple", "Nested"):
            return self.tuple(name)
        if name in ("DateTime", "DateTime64"):
            return self.datetime(name)
        if name == "Time64":
            digits = self.arguments(lambda: self.take("number", "a number of digits")) if self.peek() == "(" else [3]
            if not 0 <= int(digits[0]) <= 9:
                self.fail("Time64 has 0 to 9 digits")
            return Type(name, params=(int(digits[0]),))
        if name.startswith("Decimal"):
            return self.decimal(name)
        if name == "FixedString":
            (length,) = self.arguments(lambda: self.take("number", "a length"), 1)
            return Type(name, params=(self.bounded(int(length), 1, LONGEST_FIXED_STRING, "a length"),))
        if name in ("Enum8", "Enum16"):
            return self.enum(name)
        if name == "JSON":
            return Type(name, params=tuple(self.arguments(self.raw)) if self.peek() == "(" else ())
        return self.aggregate(name)

    def bounded(self, number: int, least: int, most: int, what: str) -> int:
        if not least <= number <= most:
            message = f"{what} must be between {least} and {most}, not {number}"
            raise TypeSyntaxError(message, 0, len(self.text), self.text)
        return number

    def tuple(self, name: str) -> Type:
        names: list[str] = []

        def element() -> Type:
            following = self.tokens[self.index + 1][0] if self.index + 1 < len(self.tokens) else ""
            if self.peek() == "quoted" or (self.peek() == "name" and following == "name" and not self.two_words()):
                names.append(self.tokens[self.index][1])
                self.index += 1
            return self.type()

        args = tuple(self.arguments(element)) if self.peek() == "(" else ()
        return Type(name, args, names=tuple(names) if len(names) == len(args) else ())

    def two_words(self) -> bool:
        pair = f"{self.tokens[self.index][1]} {self.tokens[self.index + 1][1]}"
        return pair.upper() in _ALIASES

    def datetime(self, name: str) -> Type:
        def parameter() -> object:
            if self.peek() == "string":
                return self.take("string", "a time zone")
            return int(self.take("number", "a precision or a time zone"))

        params = tuple(self.arguments(parameter)) if self.peek() == "(" else ()
        if name == "DateTime" and params and isinstance(params[0], int):  # DateTime(3) is DateTime64(3)
            name = "DateTime64"
        if name == "DateTime64" and not params:
            params = (3,)
        if params and isinstance(params[0], int):
            self.bounded(params[0], 0, 9, "the digits of a second")
        return Type(name, params=params)

    def decimal(self, name: str) -> Type:
        bracket = self.peek() == "("
        numbers = [int(n) for n in self.arguments(lambda: self.take("number", "a number"))] if bracket else []
        if name in _DECIMAL_PRECISION:
            precision, scale = _DECIMAL_PRECISION[name], numbers[0] if numbers else 0
        else:
            precision, scale = numbers[0] if numbers else 10, numbers[1] if len(numbers) > 1 else 0
        self.bounded(precision, 1, 76, "the digits of a Decimal")
        self.bounded(scale, 0, precision, "the digits behind the point")
        return Type("Decimal", params=(precision, scale))

    def enum(self, name: str) -> Type:
        members: list[tuple[str, int]] = []

        def member() -> None:
            label = self.take("string", "a quoted name")
            number = members[-1][1] + 1 if members else 1
            if self.peek() == "=":
                self.index += 1
                number = int(self.take("number", "a number"))
            members.append((label, number))

        self.arguments(member)
        if any(not -128 <= number <= 127 for _, number in members):
            name = "Enum16"
        members.sort(key=lambda member: member[1])
        return Type(name, params=tuple(members))

    def aggregate(self, name: str) -> Type:
        """(Simple)AggregateFunction(f(p, …), T, …): the function's spelling is kept as written."""
        at = self.index
        self.take("(", "'('")
        start = self.tokens[self.index][2] if self.index < len(self.tokens) else len(self.text)
        self.take("name", "an aggregate function")
        end = self.tokens[self.index - 1][3]
        if self.peek() == "(":
            self.arguments(self.raw)
            end = self.tokens[self.index - 1][3]
        args: list[Type] = []
        while self.peek() == ",":
            self.index += 1
            args.append(self.type())
        self.take(")", "')'")
        spelling = self.text[start:end]
        if name == "AggregateFunction":
            return Type(name, tuple(args), params=(spelling,))
        if len(args) != 1:
            self.index = at
            self.fail("expected one type after the function")
        return args[0].as_simple(spelling)

    def raw(self) -> str:
        """One argument as it is written, brackets balanced."""
        start, depth = self.index, 0
        while self.peek() and not (depth == 0 and self.peek() in (",", ")")):
            depth += {"(": 1, ")": -1}.get(self.peek(), 0)
            self.index += 1
        if start == self.index:
            self.fail("expected an argument")
        return self.text[self.tokens[start][2] : self.tokens[self.index - 1][3]]

    def arguments(self, one: Callable[[], A], count: int | None = None) -> list[A]:
        self.take("(", "'('")
        found: list[A] = []
        while self.peek() != ")":
            if found:
                self.take(",", "',' or ')'")
            found.append(one())
        if count is not None and len(found) != count:
            self.fail(f"expected {count} argument{'s' if count > 1 else ''}")
        self.take(")", "')'")
        return found


def _number(member: tuple[str, int]) -> int:
    return member[1]


@lru_cache(maxsize=1)
def type_names_set() -> frozenset[str]:
    return frozenset(type_names())


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text.replace("''", "'"))
