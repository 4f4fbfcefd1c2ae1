"""How far apart two strings are, and what each is made of."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.blobs import blob_of, is_ascii
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.functions.lists import let
from tinylite.sql.typed import Typed, combined
from tinylite.types.model import FLOAT64, INT8, UINT16, UINT64


def _alike(function: str) -> Callable[[Call], Typed]:
    """Beside an empty string, ClickHouse answers with the length of the other."""

    def lower(call: Call) -> Typed:
        one, other = (blob_of(arg) for arg in call.args)
        return combined(f"{function}({one}, {other})", FLOAT64, call.args)

    return lower


_CHARACTERS = "list_distinct(string_split({}, ''))"


def _jaccard_utf8(call: Call) -> Typed:
    one, other = call.unique(), call.unique()
    ratio = f"(len(list_intersect({one}, {other})) / len(list_distinct(list_concat({one}, {other}))))"
    sets = [_CHARACTERS.format(arg.sql) for arg in call.args]
    empty = " OR ".join(f"{arg.sql} = ''" for arg in call.args)
    body = let(one, sets[0], let(other, sets[1], ratio))
    return combined(f"CAST((CASE WHEN {empty} THEN 0 ELSE {body} END) AS DOUBLE)", FLOAT64, call.args)


def _edits(slow: str, call: Call) -> Typed:
    """DuckDB's own function is for ASCII: what it counts of other texts differs between its versions."""
    one, other = (arg.sql for arg in call.args)
    fast = f"levenshtein({one}, {other})"
    text = f"(CASE WHEN {is_ascii(one)} AND {is_ascii(other)} THEN {fast} ELSE {slow} END)"
    return combined(f"CAST({text} AS UBIGINT)", UINT64, call.args)


def _edit_distance(call: Call) -> Typed:
    one, other = (blob_of(arg) for arg in call.args)
    return _edits(f"tl_levenshtein({one}, {other})", call)


def _edit_distance_utf8(call: Call) -> Typed:
    """Beside an empty string ClickHouse counts bytes."""
    one, other = (arg.sql for arg in call.args)
    empty = f"CASE WHEN {one} = '' OR {other} = '' THEN strlen({one}) + strlen({other})"
    return _edits(f"({empty} ELSE tl_levenshtein_utf8({one}, {other}) END)", call)


def _damerau(call: Call) -> Typed:
    one, other = (blob_of(arg) for arg in call.args)
    return combined(f"tl_damerau_levenshtein({one}, {other})", UINT64, call.args)


def _compare_parts(call: Call) -> Typed:
    """-1, 0 or 1: how the bytes from an offset, counted from 0, compare; at most so many of them."""
    length = f"CAST({call.args[4].number} AS BIGINT)"
    parts = []
    for text, offset in ((call.args[0], call.args[2]), (call.args[1], call.args[3])):
        first = f"CAST({offset.number} AS BIGINT)"
        parts.append(f"array_slice({blob_of(text)}, {first} + 1, {first} + {length})")
    one, other = call.unique(), call.unique()
    body = f"(CASE WHEN {one} < {other} THEN -1 WHEN {one} > {other} THEN 1 ELSE 0 END)"
    return combined(f"CAST({let(one, parts[0], let(other, parts[1], body))} AS TINYINT)", INT8, call.args)


_BYTES = "list_transform(range(octet_length({0})), lambda {1}: array_slice({0}, {1} + 1, {1} + 1))"


def _bytes_of(call: Call) -> str:
    return _BYTES.format(blob_of(call.args[0]), call.unique())


def _jaccard(call: Call) -> Typed:
    """Bytes that both have, over those that either has."""
    one, other = call.unique(), call.unique()
    sets = [f"list_distinct({_BYTES.format(blob_of(arg), call.unique())})" for arg in call.args]
    shared = f"len(list_intersect({one}, {other}))"
    ratio = f"({shared} / (len({one}) + len({other}) - {shared}))"
    found = f"CASE WHEN len({one}) = 0 OR len({other}) = 0 THEN 0 ELSE {ratio} END"
    return combined(f"CAST({let(one, sets[0], let(other, sets[1], found))} AS DOUBLE)", FLOAT64, call.args)


def _different_bytes(call: Call) -> Typed:
    return combined(f"CAST(len(list_distinct({_bytes_of(call)})) AS USMALLINT)", UINT16, call.args)


def _entropy(call: Call) -> Typed:
    return combined(f"coalesce(list_entropy({_bytes_of(call)}), CAST(0 AS DOUBLE))", FLOAT64, call.args)


FUNCTIONS: list[Function] = [
    own("editDistance", "string string", _edit_distance, aliases=("levenshteinDistance",), doc="Of bytes."),
    own("editDistanceUTF8", "string string", _edit_distance_utf8, aliases=("levenshteinDistanceUTF8",),
        doc="Of characters."),
    own("damerauLevenshteinDistance", "string string", _damerau, doc="Two neighbours swapped are one edit."),
    *(own(f"{name}Similarity", "string string", _alike(function), doc="Of bytes.")
      for name, function in (("jaro", "tl_jaro"), ("jaroWinkler", "tl_jaro_winkler"))),
    own("stringJaccardIndex", "string string", _jaccard, doc="Of bytes."),
    own("stringJaccardIndexUTF8", "string string", _jaccard_utf8, doc="Of characters."),
    own("compareSubstrings", "string string integer integer integer", _compare_parts,
        doc="-1, 0 or 1: how parts of two strings compare."),
    own("stringBytesUniq", "string", _different_bytes, doc="How many different bytes."),
    own("stringBytesEntropy", "string", _entropy, doc="Shannon's entropy of the bytes."),
]  # fmt: skip
