"""All functions by name."""

from __future__ import annotations

from functools import lru_cache

from tinylite.sql.functions import (
    array_sets,
    arrays,
    bitmaps,
    bits,
    chance,
    conditions,
    conversions,
    dates,
    division,
    encoding,
    geo,
    hashing,
    ip,
    join_get,
    json,
    json_text,
    lambdas,
    machine,
    maps,
    maths,
    printf,
    readable,
    reductions,
    reinterpretation,
    rounding,
    scores,
    search,
    slices,
    states,
    string_distance,
    strings,
    tokens,
    tuples,
    unicode,
    urls,
    uuid,
    vectors,
)
from tinylite.sql.functions.catalog import Function

FAMILIES = {
    "Conditions and NULL": conditions.FUNCTIONS,
    "Conversions": conversions.FUNCTIONS,
    "Division": division.FUNCTIONS,
    "IP addresses": ip.FUNCTIONS,
    "Reinterpretation": reinterpretation.FUNCTIONS,
    "Dates and times": dates.FUNCTIONS,
    "Strings": strings.FUNCTIONS,
    "Search": search.FUNCTIONS,
    "JSON": (*json.FUNCTIONS, *json_text.FUNCTIONS),
    "Parts of strings": slices.FUNCTIONS,
    "printf": printf.FUNCTIONS,
    "Words": tokens.FUNCTIONS,
    "Unicode and markup": unicode.FUNCTIONS,
    "String distance": string_distance.FUNCTIONS,
    "Bits": bits.FUNCTIONS,
    "UUIDs": uuid.FUNCTIONS,
    "Chance": chance.FUNCTIONS,
    "Hashes": hashing.FUNCTIONS,
    "Encoding": encoding.FUNCTIONS,
    "URLs": urls.FUNCTIONS,
    "States and rows": states.FUNCTIONS,
    "Arrays": arrays.FUNCTIONS,
    "Arrays and lambdas": lambdas.FUNCTIONS,
    "Arrays as sets": array_sets.FUNCTIONS,
    "Arrays and aggregates": reductions.FUNCTIONS,
    "Scores": scores.FUNCTIONS,
    "Maps": maps.FUNCTIONS,
    "Tuples": tuples.FUNCTIONS,
    "Vectors": vectors.FUNCTIONS,
    "Maths": maths.FUNCTIONS,
    "Rounding": rounding.FUNCTIONS,
    "Numbers as people read them": readable.FUNCTIONS,
    "Bitmaps": bitmaps.FUNCTIONS,
    "Tables as dictionaries": join_get.FUNCTIONS,
    "Geography": geo.FUNCTIONS,
    "The machine": machine.FUNCTIONS,
}

_VOLATILE_NAMES = """
    now now64 nowInBlock today yesterday UTCTimestamp rand rand32 rand64 randConstant randCanonical randUniform
    randNormal randLogNormal randExponential randChiSquared randStudentT randFisherF randBernoulli randBinomial
    randNegativeBinomial randPoisson randomString randomFixedString randomPrintableASCII randomStringUTF8
    generateUUIDv4 generateUUIDv7 generateULID generateSnowflakeID arrayShuffle arrayPartialShuffle arrayRandomSample
    uptime current_timestamp localtimestamp current_date queryID query_id initialQueryID initial_query_id
"""
VOLATILE = frozenset(_VOLATILE_NAMES.lower().split())
"""Functions that answer differently when they are asked again, in lower case: the time, and chance."""


# ClickHouse takes these in any case, though they are its own.
_FOLDED_NAMES = """
    YYYYMMDDToDate YYYYMMDDToDate32 YYYYMMDDhhmmssToDateTime arrayPartialShuffle arrayShuffle array_remove
    array_to_string firstNonDefault flatten hasSubsequence hasSubsequenceCaseInsensitive
    hasSubsequenceCaseInsensitiveUTF8 hasSubsequenceUTF8 hasTokenCaseInsensitive hasTokenCaseInsensitiveOrNull
    makeDate32 makeDateTime makeDateTime64 modOrNull positiveModuloOrNull positive_modulo_or_null query_id revision
    scalarProduct soundex str_to_date str_to_map timeDiff timezone toDecimalString vectorDifference vectorSum
    width_bucket initial_query_id FORMAT_BYTES INET_ATON INET6_ATON INET6_NTOA INET_NTOA REGEXP_MATCHES REGEXP_SUBSTR
    SCHEMA SUBSTRING_INDEX currentSchemas current_user session_user distanceL1 distanceL2 distanceL2Squared
    distanceLinf distanceLp normL1 normL2 normL2Squared normLinf normLp normalizeL1 normalizeL2 normalizeLinf
    normalizeLp current_database
"""
_FOLDED = frozenset(_FOLDED_NAMES.split())


@lru_cache(maxsize=1)
def _by_name() -> tuple[dict[str, Function], dict[str, Function]]:
    exact: dict[str, Function] = {}
    folded: dict[str, Function] = {}
    for family in FAMILIES.values():
        for function in family:
            for name in (function.name, *function.aliases):
                if name in exact:
                    raise ValueError(f"{name} is declared twice")
                exact[name] = function
                if function.case_insensitive or name in _FOLDED:
                    folded[name.lower()] = function
    return exact, folded


def find_function(name: str) -> Function | None:
    """ClickHouse's functions are case-sensitive but for those that come from the SQL standard."""
    exact, folded = _by_name()
    return exact.get(name) or folded.get(name.lower())


def function_names() -> list[str]:
    return sorted(_by_name()[0])
