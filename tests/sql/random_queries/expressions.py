"""Random expressions, put together from the catalogue of functions by the kinds in their signatures."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tinylite.sql.functions.catalog import KINDS, Function
from tinylite.sql.functions.registry import FAMILIES
from tinylite.types import Type
from tinylite.types.model import STRING

# They answer differently each time, or about the engine itself.
_VOLATILE_NAMES = """
    now now64 today yesterday nowInBlock UTCTimestamp rand rand32 rand64 randConstant randCanonical
    randUniform randNormal randBernoulli randExponential randBinomial randPoisson randChiSquared randStudentT
    randFisherF randLogNormal randNegativeBinomial generateUUIDv4 generateUUIDv7 generateULID
    generateSnowflakeID randomString randomFixedString randomPrintableASCII randomStringUTF8 fuzzBits
    arrayShuffle arrayPartialShuffle arrayRandomSample version hostName uptime currentDatabase currentUser
    serverUUID fqdn throwIf sleep blockNumber rowNumberInBlock rowNumberInAllBlocks runningDifference neighbor
    getSetting timezone serverTimezone serverTimeZone toUnixTimestamp64Nano displayName FQDN fullHostName
    hostname queryID query_id initialQueryID initial_query_id getOSKernelVersion buildId revision tcpPort
    connectionId connection_id database DATABASE SCHEMA user USER currentProfiles enabledProfiles
    defaultProfiles throwIf
"""
VOLATILE = frozenset(_VOLATILE_NAMES.split())


@dataclass(frozen=True, slots=True)
class Expression:
    """ClickHouse SQL and its type; `parts` are what it was made of."""

    sql: str
    type: Type
    parts: tuple[Expression, ...] = ()


Fitting = Callable[[Type], bool]

_INTERVALS = ("SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
_ZONES = ("'UTC'", "'Europe/Madrid'", "'America/New_York'", "'Asia/Tokyo'", "'Asia/Kolkata'")
_UNITS = ("'second'", "'minute'", "'hour'", "'day'", "'week'", "'month'", "'quarter'", "'year'")
_SMALL = ("0", "1", "2", "3", "-1")
# What an argument must be written as, where its kind alone would seldom fit: (function, place) → texts.
_WRITTEN: dict[tuple[str, int], Sequence[str]] = {
    ("dateDiff", 0): _UNITS,
    ("date_diff", 0): _UNITS,
    ("age", 0): _UNITS,
    ("dateTrunc", 0): _UNITS,
    ("date_trunc", 0): _UNITS,
    ("toStartOfInterval", 1): [f"INTERVAL {n} {unit}" for n in (1, 2, 15) for unit in _INTERVALS],
    ("formatDateTime", 1): ("'%Y-%m-%d'", "'%H:%i:%S'", "'%d/%m/%y %a %b %j'", "'%F %T'"),
    ("toTimeZone", 1): _ZONES,
    ("toTimezone", 1): _ZONES,
    ("splitByChar", 0): ("','", "' '", "'/'"),
    ("splitByString", 0): ("','", "', '", "''"),
    ("arrayElement", 1): _SMALL,
    ("tupleElement", 1): ("1", "2"),
    ("round", 1): _SMALL,
    ("floor", 1): _SMALL,
    ("ceil", 1): _SMALL,
    ("trunc", 1): _SMALL,
    ("substring", 1): ("0", "1", "2", "-2", "5"),
    ("substring", 2): ("0", "1", "3", "-1", "100"),
    ("repeat", 1): ("0", "1", "3"),
    ("range", 0): ("0", "3", "5"),
    ("toDecimal32", 1): ("0", "2", "4"),
    ("toDecimal64", 1): ("0", "2", "4"),
    ("toDateTime64", 1): ("0", "3", "6"),
    ("toWeek", 1): ("0", "1", "3"),
    ("match", 1): ("'^[a-z]+'", "'\\\\d'", "'o'"),
    ("extract", 1): ("'([a-z]+)'", "'\\\\d+'"),
    ("extractAll", 1): ("'([a-z])'", "'\\\\d'"),
    ("like", 1): ("'%a%'", "'_b%'", "'100\\\\%'"),
    ("JSONExtractString", 1): ("'a'", "'b'", "'c'"),
    ("JSONExtractInt", 1): ("'a'", "'b'", "'c'"),
    ("JSONExtractFloat", 1): ("'a'", "'b'"),
    ("JSONExtractRaw", 1): ("'a'", "'b'", "'c'"),
}
# ClickHouse's order of their elements is that of a hash table.
UNORDERED = frozenset({"arrayUnion", "arraySymmetricDifference", "groupUniqArray", "groupArrayIntersect"})
# Arguments that would make the answer too long.
_BOUNDED = frozenset({"repeat", "range", "space", "leftPad", "rightPad", "leftPadUTF8", "rightPadUTF8", "arrayResize"})

# Operators: a text and the kinds of its holes.
_OPERATORS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("({0} + {1})", ("number", "number")),
    ("({0} - {1})", ("number", "number")),
    ("({0} * {1})", ("number", "number")),
    ("({0} / {1})", ("number", "number")),
    ("({0} % {1})", ("number", "number")),
    ("(-{0})", ("number",)),
    ("({0} = {1})", ("string", "string")),
    ("({0} < {1})", ("number", "number")),
    ("({0} >= {1})", ("temporal", "temporal")),
    ("({0} != {1})", ("number", "number")),
    ("({0} AND {1})", ("condition", "condition")),
    ("({0} OR {1})", ("condition", "condition")),
    ("(NOT {0})", ("condition",)),
    ("({0} IS NULL)", ("any",)),
    ("({0} IN ('a', 'abc', ''))", ("string",)),
    ("({0} NOT IN (0, 1, 7))", ("number",)),
    ("({0} BETWEEN 0 AND 10)", ("number",)),
    ("({0} LIKE '%a%')", ("string",)),
    ("({0} ILIKE 'h%')", ("string",)),
    ("(CASE WHEN {0} THEN {1} ELSE {2} END)", ("condition", "string", "string")),
    ("(CASE WHEN {0} THEN {1} END)", ("condition", "number")),
    ("({0} ? {1} : {2})", ("condition", "number", "number")),
    ("({0} + INTERVAL 1 DAY)", ("temporal",)),
    ("({0} - INTERVAL 1 MONTH)", ("temporal",)),
    ("({0} + INTERVAL 90 MINUTE)", ("datetime",)),
    ("({0} || {1})", ("string", "string")),
    ("{0}[1]", ("array",)),
    ("{0}[-1]", ("array",)),
    ("{0}['k']", ("map",)),
    ("CAST({0} AS Nullable(String))", ("any",)),
    ("{0}::String", ("any",)),
    ("{0}::Float64", ("number",)),
    ("[{0}, {1}]", ("number", "number")),
    ("[{0}, {1}]", ("string", "string")),
    ("({0}, {1})", ("any", "any")),
    ("({0} = toDate('2024-01-01'))", ("temporal",)),
    ("({0} > '2024-01-01')", ("temporal",)),
    ("({0} - {1})", ("date", "date")),
    ("({0} + 7)", ("temporal",)),
    ("{0}.1", ("tuple",)),
    ("({0} IN ({1}, {2}))", ("string", "string", "string")),
    ("(({0}, {1}) IN ((1, 'a'), (2, 'b')))", ("number", "string")),
    ("{0}::Nullable(String)", ("any",)),
    ("CAST({0} AS LowCardinality(String))", ("string",)),
    ("{0}::Date", ("temporal",)),
    ("EXTRACT(MONTH FROM {0})", ("temporal",)),
    ("({0} IS NOT DISTINCT FROM {1})", ("number", "number")),
    ("(CASE {0} WHEN 'a' THEN 1 WHEN 'b' THEN 2 ELSE 3 END)", ("string",)),
    ("[{0}, {1}][2]", ("temporal", "temporal")),
    ("map('k', {0})['k']", ("any",)),
    ("({0} NOT LIKE '%a%')", ("string",)),
)
_LAMBDAS: tuple[tuple[Fitting, Sequence[str]], ...] = (
    (KINDS["number"], ("x -> x > 1", "x -> x * 2", "x -> x", "x -> -x", "x -> x = 0", "x -> (x + 1) % 3")),
    (KINDS["string"], ("x -> length(x)", "x -> x = 'a'", "x -> upper(x)", "x -> x != ''")),
    (KINDS["any"], ("x -> 1", "x -> x IS NULL", "x -> toString(x)")),
)
_LITERALS: dict[str, Sequence[str]] = {
    "number": ("0", "1", "2", "-1", "7", "0.5", "1000000", "NULL"),
    "integer": ("0", "1", "2", "3", "-1", "10"),
    "string": ("''", "'a'", "'abc'", "'Hello'", "'é'", "','", "'12'"),
    "condition": ("1", "0"),
    "array": ("[1, 2, 3]", "['a', 'b']", "[]", "[NULL, 1]"),
    "map": ("map('k', 1)",),
    "tuple": ("(1, 'a')",),
    "date": ("toDate('2024-02-29')",),
    "datetime": ("toDateTime('2024-03-31 01:30:00')",),
    "temporal": ("toDate('2024-02-29')", "toDateTime('2024-10-27 00:30:00', 'Europe/Madrid')"),
}


class Expressions:
    """Grows a pool of expressions over columns."""

    def __init__(self, rng: random.Random, columns: Sequence[Expression]) -> None:
        self._rng = rng
        self._functions = [f for family in FAMILIES.values() for f in family if f.name not in VOLATILE]
        self.pool = list(columns)

    def grown(self) -> Expression:
        """A new expression over those of the pool; `keep` puts it in."""
        sql, parts = self._operator() if self._rng.random() < 0.3 else self._call(self._rng.choice(self._functions))
        return Expression(sql, STRING, parts)

    def keep(self, expression: Expression, type_: Type) -> None:
        if len(expression.sql) < 120:
            self.pool.append(replace(expression, type=type_))

    def fitting(self, kind: str) -> Expression | None:
        fits = [e for e in self.pool if any(KINDS[one](e.type) for one in kind.split("|"))]
        return self._rng.choice(fits) if fits else None

    def _operator(self) -> tuple[str, tuple[Expression, ...]]:
        text, kinds = self._rng.choice(_OPERATORS)
        chosen = [self._argument("", place, kind) for place, kind in enumerate(kinds)]
        return text.format(*(sql for sql, _ in chosen)), tuple(part for _, part in chosen if part)

    def _call(self, function: Function) -> tuple[str, tuple[Expression, ...]]:
        name = self._rng.choice((function.name, *function.aliases))
        if function.takes_lambda and self._rng.random() < 0.8:
            array = self.fitting("array")
            if array is not None:
                return f"{name}({self._lambda(array.type)}, {array.sql})", (array,)
        chosen = [self._argument(name, place, kind) for place, kind in enumerate(self._kinds(function.signature))]
        sql = f"{name}({', '.join(sql for sql, _ in chosen)})"
        return f"arraySort({sql})" if name in UNORDERED else sql, tuple(part for _, part in chosen if part)

    def _kinds(self, signature: str) -> list[str]:
        kinds: list[str] = []
        for kind in signature.split():
            if kind.endswith("*"):
                kinds += [kind[:-1]] * self._rng.choice((1, 1, 2, 3))
            elif not kind.endswith("?") or self._rng.random() < 0.4:
                kinds.append(kind.rstrip("?"))
            else:
                break
        return kinds

    def _argument(self, name: str, place: int, kind: str) -> tuple[str, Expression | None]:
        written = _WRITTEN.get((name, place))
        if written is not None:
            return self._rng.choice(written), None
        literals = _LITERALS.get(kind.split("|")[0], _LITERALS["number"])
        found = None if name in _BOUNDED and place else self.fitting(kind)
        if found is None or self._rng.random() < 0.25:
            return self._rng.choice(literals), None
        return found.sql, found

    def _lambda(self, array: Type) -> str:
        element = array.args[0]
        return self._rng.choice([text for fits, texts in _LAMBDAS if fits(element) for text in texts])
