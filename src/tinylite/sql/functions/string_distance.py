"""How far apart two strings are."""

from __future__ import annotations

from tinylite.sql.functions.catalog import Function, refused, simple
from tinylite.types.model import FLOAT64, UINT64


def _or_length(template: str) -> str:
    """Beside an empty string, ClickHouse answers with the length of the other."""
    return f"(CASE WHEN {{0}} = '' OR {{1}} = '' THEN strlen({{0}}) + strlen({{1}}) ELSE {template} END)"


FUNCTIONS: list[Function] = [
    simple("editDistance", "string string", UINT64, "levenshtein({0}, {1})", aliases=("levenshteinDistance",)),
    refused("damerauLevenshteinDistance", "DuckDB counts another way", "use editDistance"),
    simple("jaroSimilarity", "string string", FLOAT64, _or_length("jaro_similarity({0}, {1})")),
    simple("jaroWinklerSimilarity", "string string", FLOAT64, _or_length("jaro_winkler_similarity({0}, {1})")),
    simple(
        "stringJaccardIndex",
        "string string",
        FLOAT64,
        "(CASE WHEN {0} = '' OR {1} = '' THEN 0 ELSE jaccard({0}, {1}) END)",
    ),
]
