"""Differences that are known, each with its reason; the docs say the same."""

from __future__ import annotations

import re

# A pattern over the statement and, behind a line break, what differs.
_REASONS: tuple[tuple[str, str], ...] = (
    (r"\nengine: .*(Failure in decode|invalid UTF8)", "bytes that are no text end a query here"),
    (
        r"\nengine: .*(string -> bit conversion|takes ASCII characters|before the year 1|Map keys must be unique)",
        "refused at run time",
    ),
    (r"\ntypes: .*not .*Variant\(", "ClickHouse 26 has arrays of Variant where there was no common type"),
    (r"\ntypes: .*not .*Nullable\(Tuple", "Nullable tuples are new in ClickHouse 26"),
    (r"greatCircle|geoDistance", "ClickHouse calculates distances with tables of Float32"),
    (
        r"\ntypes: (r\d+: LowCardinality\((.*)\), not \2|r\d+: (.*), not LowCardinality\(\3\))$",
        "what ClickHouse folds to a constant decides whether a dictionary is kept",
    ),
    (r"(?s)(covar|corr|varPop|varSamp|stddev|skew|kurt)\w*\(.*(Hash|Fingerprint)", "sums of squares of 64-bit numbers"),
    (r"(?s)corr\w*Matrix.*('inf'|'nan')", "a correlation of constants"),
    (r"(?s)\nengine: .*(out of range for the destination type|TRY can not be used)", "refused at run time"),
    (r"(?s)geohashDecode\(", "of characters that no geohash has"),
    (r"\berfc?\(", "erf is equal to 14 digits"),
    (r"(?s)quantile\w*Exact.*\n.*None, not 'nan'", "NaN alone in a Nullable column"),
    (
        r"(?s)(group(Array|Concat)|any|argM|first_value|last_value|deltaSum|simpleLinear).*WITH (CUBE|ROLLUP|TOTALS)",
        "subtotals are made of groups, whose order is open",
    ),
    (r"toDecimalString\(", "halves of floats are rounded to even here"),
    (r"Int256", "Int256 has 128 bits here"),
    (
        r"(?s)Tuple\(Array\(.*not Tuple\(Array\(Nullable|FixedString\(\d\), not |String, not (Nullable\()?FixedString",
        "Nullable keys and FixedString of sums of maps",
    ),
    (r"(?s)'[^']*\.\d{14,}', not '[^']*\.\d{14,}'", "the last digit of a transcendental function"),
    (r"(?s)toString.*stringBytesEntropy", "the last digit of a transcendental function"),
    (r"\bindexHint\(", "ClickHouse looks at the index, and here there is none"),
    (r"\bbyteSize\(", "what lies under a NULL in ClickHouse has a size, too"),
    (
        r"(?s)\b(in|notIn|IN|nullIn)\b.*\ntypes: r\d+: .*UInt8|Nothing",
        "what ClickHouse folds to a constant decides the type",
    ),
    (r"width_?[bB]ucket\(", "a range that ends before it begins"),
    (r"YYYYMMDDhhmmssToDateTime64\(", "a fraction of a number that is no moment"),
    (r"(?s)m(in|ax)Map.*\[None,", "the order of tuples that hold NULL"),
    (r"(?s)\(BC\)", "before the year 1"),
    (r"\b(min2|max2|ifNotFinite)\(", "which NaN is passed over"),
    (r"mapConcat|mapUpdate", "ClickHouse keeps several values of one key"),
    (r"indexOfAssumeSorted", "of an array that is not sorted"),
    (r"intervalLengthSumOrDefault\(.*\ntypes:", "ClickHouse makes it Nullable, and never NULL"),
    (r"jaro\w*Similarity\(", "DuckDB counts whole transpositions, ClickHouse halves of them"),
    (r"editDistanceUTF8\(", "beside an empty string ClickHouse counts bytes"),
    (r"toJSONString\(.*[dD]ecimal", "the settings of this comparison put Decimals in quotes"),
    (r"(?s)Unknown TimeZone", "refused at run time"),
    (r"(?s)\bchange(Year|Month|Day|Hour|Minute|Second)\(.*not '0000", "a part that is out of its range"),
    (r"(?s)(avg|sum|kurt|skew)\w*\(.*(Hash|Fingerprint|reinterpretAsUInt64)", "sums of 64-bit numbers that overflow"),
    (r"intExp10\(dateTimeTo", "ClickHouse looks at 32 bits of the exponent"),
    (r"'-0', not 0\.0|0\.0, not '-0'", "a zero's sign"),
)
EXPLAINED = tuple((re.compile(pattern), reason) for pattern, reason in _REASONS)


def explanation(sql: str, detail: str) -> str | None:
    """Why these answers may differ, or None."""
    text = f"{sql}\n{detail}"
    return next((reason for pattern, reason in EXPLAINED if pattern.search(text)), None)
