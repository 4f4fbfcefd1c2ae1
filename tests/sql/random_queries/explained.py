"""Differences that are known, each with its reason; the docs say the same."""

from __future__ import annotations

import re

# A pattern over the statement and, behind a line break, what differs.
_CANCELLING = r"(covar|corr|regr_|var(Pop|Samp)|stddev|skew|kurt)\w*\("
_OF_64_BITS = r"(Hash|Fingerprint|reinterpretAs|CRC64|xxh3|halfMD5)"
_TRANSCENDENTAL = r"(Entropy|hypot|cbrt|exp|log|pow|sin|cos|tan|gamma)\w*\("
_FIRST_MET = r"(group(Array|Concat)|any|argM|first_value|last_value|deltaSum|simpleLinear)\w*\("
_REASONS: tuple[tuple[str, str], ...] = (
    (r"\nengine: .*(Failure in decode|invalid UTF8)", "bytes that are no text end a query here"),
    (r"\nvalue: 'utf-8' codec", "bytes that are no text end a query here"),
    (
        r"\nengine: .*(takes ASCII characters|before the year 1|Map keys must be unique|Cannot parse MAC address)",
        "refused at run time",
    ),
    (
        r"\nengine: .*(out of range for the destination type|TRY can not be used|Overflow in multiplication|"
        r"outside of supported range|Cannot parse DateTime64 from string)",
        "refused at run time",
    ),
    (r"Unknown TimeZone", "refused at run time"),
    (r"\ntypes: .*not .*Variant\(", "ClickHouse 26 has arrays of Variant where there was no common type"),
    (r"\ntypes: .*not .*Nullable\(Tuple", "Nullable tuples are new in ClickHouse 26"),
    (
        r"\ntypes: (r\d+: LowCardinality\((.*)\), not \2|r\d+: (.*), not LowCardinality\(\3\))$",
        "what ClickHouse folds to a constant decides whether a dictionary is kept",
    ),
    (
        r"\b((global)?([nN]ot)?([nN]ull)?[iI]n|NOT IN|IN)\b.*\ntypes: "
        r"r\d+: (Nullable\()?UInt8\)?, not (Nullable\()?(UInt8|Nothing)\)?$",
        "what ClickHouse folds to a constant decides the type",
    ),
    (r"topLevelDomainRFC\(.*\ntypes: .*String, not (Nullable\()?FixedString", "of a FixedString"),
    (
        r"(intervalLengthSum|windowFunnel|sequence(Match|Count))\w*(OrDefault|Distinct)\w*\(.*"
        r"\ntypes: r\d: (\w+), not Nullable\(\4\)$",
        "ClickHouse makes it Nullable, and never NULL",
    ),
    (r"(greatCircle|geoDistance).*\nrow", "ClickHouse calculates distances with tables of Float32"),
    (rf"{_CANCELLING}.*{_OF_64_BITS}.*\nrow", "sums of squares of 64-bit numbers"),
    (rf"(avg|sum)\w*\(.*{_OF_64_BITS}.*\nrow", "sums of 64-bit numbers that overflow"),
    (rf"{_CANCELLING}.*\nrow \d+, r\d: \[*-?[\d.]+(e-\d+)?, not -?[\d.]+e-\d+$", "products that cancel each other"),
    (r"(corr|covar(Pop|Samp))Matrix\w*\(.*\nrow", "products that cancel each other"),
    (rf"{_CANCELLING}.*\nrow \d+, r\d: -?[\d.]+e-\d+, not -?[\d.]+(e-\d+)?$", "products that cancel each other"),
    (r"corr\w*Matrix.*('inf'|'nan')", "a correlation of constants"),
    (r"'[^']*\.\d{14,}', not '[^']*\.\d{14,}'", "the last digit of a transcendental function"),
    (
        rf"(toString|Hash\w*|indexOf|array_?[rR]emove|has|countEqual)\(.*{_TRANSCENDENTAL}.*\nrow",
        "the last digit of a transcendental function",
    ),
    (r"quantile\w*Exact.*\n.*None, not 'nan'", "NaN alone in a Nullable column"),
    (r"(quantile|median)\w*\(.*\nrow .*inf.*not .*'nan'", "an infinity beside a value that is met exactly"),
    (
        rf"SELECT k, id % 2 AS odd, (arraySort\()?{_FIRST_MET}.*WITH (CUBE|ROLLUP|TOTALS)\n(row|totals)",
        "subtotals are made of groups, whose order is open",
    ),
    (r"m(in|ax)Map\w*\(.*\[None,", "the order of tuples that hold NULL"),
    (r"(max|arrayReverseSort|argMax)\w*\(.*\nrow .*None", "the order of arrays and tuples that hold NULL"),
    (r"(startsWith|endsWith)\(.*\nrow .*1, not 0", "arrays that hold NaN"),
    (r"(mapConcat|mapUpdate)\(.*\nrow", "ClickHouse keeps several values of one key"),
    (r"arrayPartial(Reverse)?Sort\w*\(.*\nrow", "what is behind the sorted part is in any order"),
    (r"indexOfAssumeSorted\(.*\nrow", "of an array that is not sorted"),
    (r"geohashDecode\(.*\nrow", "of characters that no geohash has"),
    (r"toDecimalString\(.*\nrow", "halves of floats are rounded to even here"),
    (r"Int256", "Int256 has 128 bits here"),
    (r"WHERE .*\bindexHint\(.*\n\d+ rows", "ClickHouse looks at the index, and here there is none"),
    (r"\bbyteSize\(.*\nrow", "what lies under a NULL in ClickHouse has a size, too"),
    (r"toJSONString\(.*[dD]ecimal", "the settings of this comparison put Decimals in quotes"),
    (r"toJSONString\(.*\nrow .*null.*(nan|inf)", "the settings of this comparison put NaN and infinities in quotes"),
    (r"YYYYMMDDhhmmssToDateTime64\(.*\nrow", "a fraction of a number that is no moment"),
    (r"\bchange(Year|Month|Day|Hour|Minute|Second)\(.*not '0000", "a part that is out of its range"),
    (
        rf"(add|subtract)(Days|Weeks|Months|Quarters|Years)\(.*(1000000|{_OF_64_BITS}).*\nrow",
        "a shift beyond the year 9999",
    ),
    (r"parseDateTime\w*BestEffort.*\nrow .*None, not '20\d\d", "a date without a year, and commas between its parts"),
    (r"intExp10\(.*\nrow .*: 18446744073709551615, not", "ClickHouse looks at 32 bits of the exponent"),
    (r"'-0', not 0\.0|0\.0, not '-0'", "a zero's sign"),
)
EXPLAINED = tuple((re.compile(pattern, re.DOTALL), reason) for pattern, reason in _REASONS)


def explanation(sql: str, detail: str) -> str | None:
    """Why these answers may differ, or None."""
    text = f"{sql}\n{detail}"
    return next((reason for pattern, reason in EXPLAINED if pattern.search(text)), None)
