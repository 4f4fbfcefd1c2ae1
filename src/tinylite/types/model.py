"""ClickHouse's types as values: one spelling for columns, parameters, inference and `meta`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

INTEGER_BITS = {f"{sign}Int{bits}": bits for sign in ("", "U") for bits in (8, 16, 32, 64, 128, 256)}
FLOATS = frozenset({"Float32", "Float64", "BFloat16"})
DATES = frozenset({"Date", "Date32"})
DATETIMES = frozenset({"DateTime", "DateTime64"})
STRINGS = frozenset({"String", "FixedString"})
ENUMS = frozenset({"Enum8", "Enum16"})
# ClickHouse does not allow Nullable(Array(…)) and the like.
NEVER_NULLABLE = frozenset({"Dynamic", "Array", "Map", "Nested", "AggregateFunction"})


@dataclass(frozen=True, slots=True)
class SimpleState:
    """SimpleAggregateFunction(function, inner): another name of the type `inner`, for what a merge combines."""

    function: str
    inner: Type


@dataclass(frozen=True, slots=True)
class Type:
    """A ClickHouse type.

    `name` is the family; `args` its type arguments (Array, Map, Tuple, Nested, the arguments of AggregateFunction);
    `params` its plain ones: (p, s) of Decimal, (zone,) of DateTime, (p, zone) of DateTime64, (n,) of FixedString,
    ((name, number), …) of an Enum, the function's spelling of AggregateFunction, JSON's settings.
    `names` are the element names of a named Tuple or Nested. LowCardinality(Nullable(String)) has both flags.
    As in ClickHouse a simple state is equal to the type that it names, and whatever hands a type on keeps the name.
    """

    name: str
    args: tuple[Type, ...] = ()
    params: tuple[object, ...] = ()
    names: tuple[str, ...] = ()
    nullable: bool = False
    low_cardinality: bool = False
    simple: SimpleState | None = field(default=None, compare=False)

    # -- variants ---------------------------------------------------------------------------------------------------

    def as_nullable(self, nullable: bool = True) -> Type:
        """Nullable(T), where ClickHouse allows it; T itself otherwise."""
        if nullable == self.nullable or (nullable and self.name in NEVER_NULLABLE):
            return self
        return self._flagged(nullable, self.low_cardinality)

    def as_low_cardinality(self, low_cardinality: bool = True) -> Type:
        return self._flagged(self.nullable, low_cardinality)

    def as_simple(self, function: str) -> Type:
        """SimpleAggregateFunction(function, T)."""
        return replace(self, simple=SimpleState(function, self))

    @property
    def plain(self) -> Type:
        """Without Nullable and LowCardinality."""
        return self._flagged(False, False)

    @property
    def bare(self) -> Type:
        """Without the name of a simple state."""
        return replace(self, simple=None) if self.simple else self

    @property
    def without_dictionaries(self) -> Type:
        """Without LowCardinality, inside of containers too."""
        args = tuple(arg.without_dictionaries for arg in self.args)
        return replace(self.as_low_cardinality(False), args=args)

    def _flagged(self, nullable: bool, low_cardinality: bool) -> Type:
        inner = self.simple.inner if self.simple else self
        named = self.simple if inner.nullable <= nullable and inner.low_cardinality <= low_cardinality else None
        return replace(self, nullable=nullable, low_cardinality=low_cardinality, simple=named)

    # -- questions --------------------------------------------------------------------------------------------------

    @property
    def is_integer(self) -> bool:
        return self.name in INTEGER_BITS

    @property
    def is_unsigned(self) -> bool:
        return self.name.startswith("UInt") or self.name == "Bool"

    @property
    def bits(self) -> int:
        """Width of an integer or Bool."""
        return 8 if self.name == "Bool" else INTEGER_BITS[self.name]

    @property
    def is_float(self) -> bool:
        return self.name in FLOATS

    @property
    def is_number(self) -> bool:
        return self.is_integer or self.is_float or self.name in ("Decimal", "Bool")

    @property
    def is_string(self) -> bool:
        return self.name in STRINGS

    @property
    def is_date(self) -> bool:
        """Date or Date32: no time of day."""
        return self.name in DATES

    @property
    def is_datetime(self) -> bool:
        """DateTime or DateTime64."""
        return self.name in DATETIMES

    @property
    def is_temporal(self) -> bool:
        return self.is_date or self.is_datetime

    @property
    def is_time(self) -> bool:
        """Time or Time64: a time of day, without a date."""
        return self.name in ("Time", "Time64")

    @property
    def digits(self) -> int:
        """After the second: of Time64; 0 for Time."""
        return int(str(self.params[0])) if self.name == "Time64" else 0

    @property
    def is_enum(self) -> bool:
        return self.name in ENUMS

    @property
    def is_state(self) -> bool:
        """Whether a merge combines the values: of AggregateFunction and SimpleAggregateFunction."""
        return self.name == "AggregateFunction" or self.simple is not None

    @property
    def zone(self) -> str | None:
        """The time zone written in the type, if any."""
        if self.name == "DateTime" and self.params:
            return str(self.params[0])
        if self.name == "DateTime64" and len(self.params) > 1:
            return str(self.params[1])
        return None

    @property
    def precision(self) -> int:
        """Digits after the second: of DateTime64; 0 for the others."""
        return int(str(self.params[0])) if self.name == "DateTime64" else 0

    # -- spelling ---------------------------------------------------------------------------------------------------

    def __str__(self) -> str:
        if self.simple is None:
            text, inner = self._inner(), None
        else:
            inner = self.simple.inner
            text = f"SimpleAggregateFunction({self.simple.function}, {inner})"
        if self.nullable and not (inner and inner.nullable):
            text = f"Nullable({text})"
        return f"LowCardinality({text})" if self.low_cardinality and not (inner and inner.low_cardinality) else text

    def _inner(self) -> str:
        if self.name in ("Tuple", "Nested"):
            if self.names:
                parts = [f"{_identifier(name)} {arg}" for name, arg in zip(self.names, self.args, strict=True)]
            else:
                parts = [str(arg) for arg in self.args]
            return f"{self.name}({', '.join(parts)})"
        if self.is_enum:
            members = ", ".join(f"{_quoted(str(name))} = {number}" for name, number in _pairs(self.params))
            return f"{self.name}({members})"
        parts = [_quoted(p) if isinstance(p, str) and self.is_datetime else str(p) for p in self.params]
        parts += [str(arg) for arg in self.args]
        return f"{self.name}({', '.join(parts)})" if parts else self.name


def _pairs(params: tuple[object, ...]) -> list[tuple[str, int]]:
    return [pair for pair in params if isinstance(pair, tuple)]


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


_KEYWORDS = frozenset({"values", "select", "from", "table", "all", "distinct", "null", "true", "false", "nan", "inf"})
"""Names that ClickHouse writes in backquotes though they look like any other."""


def _identifier(name: str) -> str:
    plain = name.replace("_", "a").isalnum() and not name[0].isdigit() and name.isascii()
    plain = plain and name.lower() not in _KEYWORDS
    return name if plain else backquoted(name)


def backquoted(name: str) -> str:
    """A name as it may stand anywhere in ClickHouse's SQL."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def array(element: Type) -> Type:
    return Type("Array", (element,))


def map_of(key: Type, value: Type) -> Type:
    return Type("Map", (key, value))


def tuple_of(*elements: Type, names: tuple[str, ...] = ()) -> Type:
    return Type("Tuple", elements, names=names)


def datetime(zone: str | None = None) -> Type:
    return Type("DateTime", params=(zone,) if zone else ())


def datetime64(precision: int, zone: str | None = None) -> Type:
    return Type("DateTime64", params=(precision, zone) if zone else (precision,))


def decimal(precision: int, scale: int) -> Type:
    return Type("Decimal", params=(precision, scale))


def integer(bits: int, *, signed: bool) -> Type:
    return Type(f"{'' if signed else 'U'}Int{bits}")


UINT8, UINT16, UINT32, UINT64 = (Type(f"UInt{bits}") for bits in (8, 16, 32, 64))
INT8, INT16, INT32, INT64 = (Type(f"Int{bits}") for bits in (8, 16, 32, 64))
FLOAT32, FLOAT64 = Type("Float32"), Type("Float64")
STRING, BOOL, DATE, DATE32, DATETIME, UUID, JSON = (
    Type(name) for name in ("String", "Bool", "Date", "Date32", "DateTime", "UUID", "JSON")
)
IPV4, IPV6 = Type("IPv4"), Type("IPv6")
NOTHING = Type("Nothing")
DYNAMIC = Type("Dynamic")
NULL = Type("Nothing", nullable=True)
