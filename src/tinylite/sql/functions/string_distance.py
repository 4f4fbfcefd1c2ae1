"""How far apart two strings are, and what each is made of."""

from __future__ import annotations

from tinylite.sql.blobs import blob_of, is_ascii
from tinylite.sql.functions.catalog import Call, Function, own, simple
from tinylite.sql.functions.lists import let
from tinylite.sql.typed import Typed, combined
from tinylite.types.model import FLOAT64, INT8, UINT16, UINT64


def _or_length(template: str) -> str:
    """Beside an empty string, ClickHouse answers with the length of the other."""
    return f"(CASE WHEN {{0}} = '' OR {{1}} = '' THEN strlen({{0}}) + strlen({{1}}) ELSE {template} END)"


_JACCARD = "(CASE WHEN {0} = '' OR {1} = '' THEN 0 ELSE jaccard({0}, {1}) END)"
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
    return _edits(f"tl_levenshtein_utf8({call.args[0].sql}, {call.args[1].sql})", call)


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


def _different_bytes(call: Call) -> Typed:
    return combined(f"CAST(len(list_distinct({_bytes_of(call)})) AS USMALLINT)", UINT16, call.args)


def _entropy(call: Call) -> Typed:
    return combined(f"coalesce(list_entropy({_bytes_of(call)}), CAST(0 AS DOUBLE))", FLOAT64, call.args)


FUNCTIONS: list[Function] = [
    own("editDistance", "string string", _edit_distance, aliases=("levenshteinDistance",), doc="Of bytes."),
    own("editDistanceUTF8", "string string", _edit_distance_utf8, aliases=("levenshteinDistanceUTF8",),
        doc="Of characters."),
    own("damerauLevenshteinDistance", "string string", _damerau, doc="Two neighbours swapped are one edit."),
    simple("jaroSimilarity", "string string", FLOAT64, _or_length("jaro_similarity({0}, {1})")),
    simple("jaroWinklerSimilarity", "string string", FLOAT64, _or_length("jaro_winkler_similarity({0}, {1})")),
    simple("stringJaccardIndex", "string string", FLOAT64, _JACCARD, doc="Of bytes."),
    own("stringJaccardIndexUTF8", "string string", _jaccard_utf8, doc="Of characters."),
    own("compareSubstrings", "string string integer integer integer", _compare_parts,
        doc="-1, 0 or 1: how parts of two strings compare."),
    own("stringBytesUniq", "string", _different_bytes, doc="How many different bytes."),
    own("stringBytesEntropy", "string", _entropy, doc="Shannon's entropy of the bytes."),
]  # fmt: skip
