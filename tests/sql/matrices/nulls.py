"""Scalar functions given NULL, a Nullable column, LowCardinality and constants: how types and values carry over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

_TEXT = (
    "lower", "upper", "lowerUTF8", "upperUTF8", "length", "lengthUTF8", "empty", "notEmpty", "reverse",
    "reverseUTF8", "trim", "trimLeft", "trimRight", "hex", "base64Encode", "domain", "domainWithoutWWW", "path",
    "protocol", "queryString", "fragment", "topLevelDomain", "URLHierarchy", "encodeURLComponent",
    "decodeURLComponent", "cityHash64", "sipHash64", "MD5", "isValidUTF8", "toString", "splitByWhitespace",
    "JSONLength", "isValidJSON", "substring(_,1,2)", "substring(_,2)", "substringUTF8(_,1,2)", "left(_,2)",
    "right(_,2)", "position(_,'a')", "replaceAll(_,'a','b')", "replaceOne(_,'a','b')", "replaceRegexpAll(_,'a','b')",
    "match(_,'a')", "_LIKE'%a%'", "_ILIKE'%A%'", "extract(_,'[a-z]+')", "extractAll(_,'[a-z]+')",
    "splitByChar(',',_)", "splitByString(',',_)", "concat(_,'x')", "concat(_,_)", "_||'x'", "startsWith(_,'a')",
    "endsWith(_,'a')", "repeat(_,2)", "leftPad(_,5,'*')", "multiSearchAny(_,['a','b'])", "countSubstrings(_,'a')",
    "JSONExtractString(_,'a')", "JSONExtractInt(_,'a')", "extractURLParameter(_,'a')", "toInt32OrZero",
    "toInt32OrNull", "toFloat64OrNull", "toDateOrNull", "parseDateTimeBestEffortOrNull", "_='a'", "_!=''", "_>'a'",
    "_IN('a','')", "_<'b'", "coalesce(_,'z')", "ifNull(_,'z')", "nullIf(_,'')", "if(_='a',_,'other')",
    "multiIf(_='a',1,_='',2,3)", "isNull", "isNotNull", "toNullable", "toLowCardinality",
    "transform(_,['a'],['A'],'-')", "greatest(_,'b')", "has(['a'],_)", "arrayMap(x->concat(x,_),['p'])", "[_,'q']",
    "tuple(_,1)", "map('k',_)", "CAST(_,'String')", "materialize(_)", "toTypeName", "assumeNotNull", "uniq(_)",
    "max(_)", "any(_)", "count(_)", "groupArray(_)", "concatWithSeparator('-',_,'x')", "format('{}!',_)",
    "positionCaseInsensitive(_,'A')", "substringIndex(_,'a',1)", "ascii(_)", "soundex(_)",
)  # fmt: skip
_NUMERIC = (
    "abs", "negate", "round", "floor", "sqrt", "exp", "toString", "toFloat64", "toInt64", "sign", "bitNot", "_+1",
    "_*2", "_/2", "_%3", "-_", "_=1", "_>1", "_AND(1)", "_OR(0)", "NOT(_)", "greatest(_,1)", "least(_,1)",
    "coalesce(_,0)", "ifNull(_,0)", "nullIf(_,1)", "if(isNull(_),0,1)", "isNull", "_IN(1,2)", "_BETWEEN(0)AND(9)",
    "intDiv(_,2)", "toDate", "toDateTime", "toIntervalDay", "fromUnixTimestamp64Milli(toInt64(_))", "bitAnd(_,1)",
    "pow(_,2)", "range(toUInt8(ifNull(_,0)))", "[_,1]", "(_,1)", "formatReadableSize",
    "multiIf(_>1,'a',_>0,'b','c')", "CAST(_AS(Nullable(Int64)))", "toTypeName(_)", "round(_,2)", "log(_)", "char(_)",
    "hex(_)", "isNaN(_)", "isFinite(_)", "modulo(_,2)", "toDecimal64(_,2)", "toBool(_)", "plus(_,_)", "_!=_",
    "arrayMap(x->x+_,[1])", "arraySum([_,1])",
)  # fmt: skip


def _filled(function: str, argument: str) -> str:
    if "_" not in function:
        return f"{function}({argument})"
    return function.replace("_", f" {argument} ").replace("(Nullable", " Nullable").replace("Int64)))", "Int64))")


def probes() -> Iterator[str]:
    for function, argument in product(_TEXT, ("NULL", "ns", "ls", "'abc'")):
        aggregate = function.startswith(("uniq", "max(", "any(", "count(", "groupArray"))
        yield f"SELECT {_filled(function, argument)} FROM texts" + ("" if aggregate else " WHERE id < 6 ORDER BY id")
    for function, argument in product(_NUMERIC, ("NULL", "nu8", "toNullable(7)")):
        yield f"SELECT {_filled(function, argument)} FROM nums WHERE id IN (1, 2, 3, 6, 7) ORDER BY id"
