"""How results are named of functions that take a FixedString or a simple state, where their rule says otherwise.

Read from ClickHouse's answers to each function of such columns: the first hand the type of their argument on, the
second make a new one.
"""

from __future__ import annotations

from collections.abc import Sequence

from tinylite.sql.typed import Typed
from tinylite.types.model import Type

_HAND_ON = frozenset({
    "lower", "upper", "lowerUTF8", "upperUTF8", "reverse", "reverseUTF8", "initcap", "initcapUTF8", "toValidUTF8",
    "normalizeUTF8NFC", "normalizeUTF8NFD", "normalizeUTF8NFKC", "normalizeUTF8NFKD", "normalizeUTF8NFKCCasefold",
    "soundex", "translate", "firstLine", "extractTextFromHTML", "decodeXMLComponent", "encodeXMLComponent",
    "decodeHTMLComponent", "decodeURLComponent", "encodeURLComponent", "decodeURLFormComponent",
    "encodeURLFormComponent", "protocol", "domain", "domainRFC", "domainWithoutWWW", "domainWithoutWWWRFC",
    "topLevelDomain", "topLevelDomainRFC", "firstSignificantSubdomain", "firstSignificantSubdomainRFC",
    "cutToFirstSignificantSubdomain", "cutToFirstSignificantSubdomainRFC", "cutToFirstSignificantSubdomainWithWWW",
    "cutToFirstSignificantSubdomainWithWWWRFC", "path", "pathFull", "queryString", "fragment",
    "queryStringAndFragment", "cutWWW", "cutQueryString", "cutFragment", "cutQueryStringAndFragment",
})  # fmt: skip

_MAKE_ANEW = frozenset({"bitNot", "byteSwap", "roundToExp2", "greatest", "least"})
_MAKE_ARRAYS_ANEW = frozenset({
    "arraySort", "arrayReverseSort", "arrayPartialSort", "arrayPartialReverseSort", "arrayCompact", "arrayFilter",
    "arrayFlatten", "arrayRotateLeft", "arrayRotateRight", "arrayShiftLeft", "arrayShiftRight", "arrayFill",
    "arrayReverseFill",
})  # fmt: skip


def named(function: str, args: Sequence[Typed], result: Type) -> Type:
    """The type of a result, which the function's rule says, as ClickHouse names it."""
    if function in _HAND_ON and result.name == "String" and args and args[0].type.is_string:
        return args[0].type.plain.as_nullable(result.nullable)
    if function in _MAKE_ARRAYS_ANEW or (function in _MAKE_ANEW and result.is_number):
        return result.bare
    if function == "arrayResize" and args and args[0].type.simple is not None and args[0].type == result:
        return args[0].type
    return result
