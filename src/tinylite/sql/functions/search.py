"""Search in strings: substrings, tokens and regular expressions (RE2, in which `.` matches a newline, too)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from string import ascii_lowercase, ascii_uppercase

from tinylite.sql.functions.catalog import Call, Function, own, refused, simple
from tinylite.sql.json_values import let
from tinylite.sql.physical import text_literal
from tinylite.sql.regexps import group_count, groups_replaced, may_match_nothing
from tinylite.sql.typed import NO_LITERAL, Typed, combined
from tinylite.types import Type
from tinylite.types.model import STRING, UINT8, UINT64, array

Fold = Callable[[str], str]
Build = Callable[[Call], Typed]


def _as_is(text: str) -> str:
    return text


def _ascii(text: str) -> str:
    return f"translate({text}, '{ascii_uppercase}', '{ascii_lowercase}')"


def _unicode(text: str) -> str:
    return f"lower({text})"


# -- substrings -----------------------------------------------------------------------------------------------------


def _at(text: str, what: str, utf8: bool) -> str:
    """Bytes (characters) before the match, plus one; 0 when there is none."""
    at = f"strpos({text}, {what})"
    if utf8:
        return f"CAST({at} AS UBIGINT)"
    before = f"octet_length(encode(left({text}, CAST({at} AS BIGINT) - 1))) + 1"
    return f"CAST((CASE WHEN {at} = 0 THEN 0 ELSE {before} END) AS UBIGINT)"


def _position(fold: Fold, utf8: bool, *, needle_first: bool = False) -> Build:
    def lower(call: Call) -> Typed:
        text, what = (fold(arg.value) for arg in call.args[:2])
        if needle_first:
            text, what = what, text
        if len(call.args) < 3:
            return combined(_at(text, what, utf8), UINT64, call.args)
        start = f"greatest(CAST(least({call.args[2].number}, 4294967290) AS BIGINT), 1)"
        size = f"length({text})" if utf8 else f"octet_length(encode({text}))"
        behind = f"substr({text}, {start})" if utf8 else _bytes_from(text, start)

        def placed(rest: str) -> str:
            skipped = f"{size} - " + (f"length({rest})" if utf8 else f"octet_length(encode({rest}))")
            return f"(CASE WHEN strpos({rest}, {what}) > 0 THEN {_at(rest, what, utf8)} + {skipped} END)"

        sql = f"(CASE WHEN {start} <= {size} + 1 THEN {let(behind, call.unique, placed)} END)"
        sql = f"(CASE WHEN {text} IS NULL OR {what} IS NULL THEN NULL ELSE coalesce({sql}, 0) END)"
        return combined(f"CAST({sql} AS UBIGINT)", UINT64, call.args)

    return lower


def _bytes_from(text: str, start: str) -> str:
    """The characters from a byte on: one that begins before it can't match."""
    start = f"least({start}, 4294967290)"
    tails = ", ".join(f"TRY(decode(array_slice(encode({text}), {start} + {skip}, 1000000000)))" for skip in range(4))
    plain = f"octet_length(encode({text})) = length({text})"
    return f"(CASE WHEN {plain} THEN substr({text}, {start}) ELSE coalesce({tails}) END)"


def _needles(call: Call) -> str:
    needles = call.args[1]
    if needles.type.args[0].name == "Nothing":
        raise call.fault("the array of needles is empty")
    return needles.sql


def _many(fold: Fold, utf8: bool, build: Callable[[str, str], str], result: Type) -> Build:
    """`build` gets the list of the needles' positions, 0 for those that are not there."""

    def lower(call: Call) -> Typed:
        text, name = fold(call.args[0].value), call.unique()
        if result.name == "Array":  # never Nullable: NULL is searched as the empty text
            text = f"coalesce({text}, '')"
        at = f"CASE WHEN {text} = '' THEN CAST(0 AS UBIGINT) ELSE {_at(text, fold(name), utf8)} END"
        positions = f"list_transform({_needles(call)}, lambda {name}: {at})"
        sql = let(positions, call.unique, lambda found: build(found, call.unique()))
        return combined(f"(CASE WHEN {text} IS NOT NULL THEN {sql} END)", result, call.args)

    return lower


def _any_needle(fold: Fold) -> Build:
    def lower(call: Call) -> Typed:
        text, needles, name = fold(call.args[0].value), call.args[1], call.unique()
        _needles(call)
        if needles.elements:
            sql = " OR ".join(f"contains({text}, {fold(needle.sql)})" for needle in needles.elements)
        else:
            sql = f"len(list_filter({needles.sql}, lambda {name}: contains({text}, {fold(name)}))) > 0"
        # Nothing is found in the empty text, not even the empty needle.
        if not needles.elements or any(needle.literal in ("", NO_LITERAL) for needle in needles.elements):
            sql = f"({text} <> '') AND ({sql})"
        return combined(f"({sql})", UINT8, call.args, predicate=True)

    return lower


def _search_many() -> list[Function]:
    functions = []
    forms: Sequence[tuple[str, Fold, bool]] = (
        ("", _as_is, False), ("CaseInsensitive", _ascii, False), ("UTF8", _as_is, True),
        ("CaseInsensitiveUTF8", _unicode, True),
    )  # fmt: skip
    for form, fold, utf8 in forms:
        first = _many(
            fold,
            utf8,
            lambda found, name: (
                f"CAST(coalesce(list_position(list_transform({found}, lambda {name}: {name} > 0), true), 0) AS UBIGINT)"
            ),
            UINT64,
        )
        least = _many(
            fold,
            utf8,
            lambda found, name: f"coalesce(list_min(list_filter({found}, lambda {name}: {name} > 0)), 0::UBIGINT)",
            UINT64,
        )
        functions += [
            own(f"multiSearchAny{form}", "string array", _any_needle(fold)),
            own(f"multiSearchFirstIndex{form}", "string array", first),
            own(f"multiSearchFirstPosition{form}", "string array", least),
            own(
                f"multiSearchAllPositions{form}",
                "string array",
                _many(fold, utf8, lambda found, name: found, array(UINT64)),
            ),
        ]
    return functions


def _count_substrings(fold: Fold, utf8: bool) -> Build:
    """Occurrences that do not overlap, from a position on."""

    def lower(call: Call) -> Typed:
        text, what = (fold(arg.value) for arg in call.args[:2])
        if len(call.args) > 2:
            start = f"greatest(CAST(least({call.args[2].number}, 4294967290) AS BIGINT), 1)"
            text = f"substr({text}, {start})" if utf8 else _bytes_from(text, start)
        count = f"((length({text}) - length(replace({text}, {what}, ''))) // length({what}))"
        return combined(f"CAST((CASE WHEN {what} = '' THEN 0 ELSE {count} END) AS UBIGINT)", UINT64, call.args)

    return lower


# -- tokens and subsequences ----------------------------------------------------------------------------------------

_SEPARATOR = r"[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]"


def _token(fold: bool, or_null: bool) -> Build:
    def lower(call: Call) -> Typed:
        token = str(call.literal(1, str, "a token"))
        if not token or re.search(_SEPARATOR, token):
            if or_null and not token:
                return combined("false", UINT8.as_nullable(), call.args, predicate=True)
            if or_null:
                return combined("CAST(NULL AS BOOLEAN)", UINT8.as_nullable(), call.args, predicate=True)
            raise call.fault("a token can't hold blanks or other separators", "search each word by itself")
        flags = "(?i)" if fold else ""
        pattern = text_literal(f"{flags}(?:^|{_SEPARATOR}){re.escape(token)}(?:$|{_SEPARATOR})")
        type_ = UINT8.as_nullable() if or_null else UINT8
        return combined(f"regexp_matches({call.args[0].sql}, {pattern})", type_, call.args, predicate=True)

    return lower


def words(text: str) -> str:
    """The runs of ASCII letters and digits, and of what is not ASCII."""
    return f"regexp_extract_all({text}, '([A-Za-z0-9]|[^\\x00-\\x7f])+')"


def _tokens_of(test: str) -> Build:
    """hasAnyTokens, hasAllTokens: the words of a text, among which are those of another one or of an array. Where
    there are none to look for, none are found.
    """

    def lower(call: Call) -> Typed:
        text, wanted = call.args
        if len(call.args) > 2:
            raise call.fault("other ways to split a text are not supported", "use splitByChar and hasAny")
        needles = wanted.value if wanted.type.name == "Array" else words(wanted.value)
        if wanted.type.name == "Array" and not (wanted.type.args[0].is_string or wanted.type.args[0].name == "Nothing"):
            raise call.fault(f"takes words as a text or an array of texts, not {wanted.type}")
        needles = f"CAST({needles} AS VARCHAR[])"
        sql = f"(len({needles}) > 0 AND {test}({words(text.value)}, {needles}))"
        return combined(sql, UINT8, call.args, predicate=True)

    return lower


def _phrase(call: Call) -> Typed:
    """Each word between blanks: a run of words holds another when its text holds the other's."""
    text, phrase = (f"array_to_string({words(arg.value)}, ' ')" for arg in call.args)
    sql = f"({phrase} <> '' AND contains(' ' || {text} || ' ', ' ' || {phrase} || ' '))"
    return combined(sql, UINT8, call.args, predicate=True)


def _subsequence(fold: Fold) -> Build:
    def lower(call: Call) -> Typed:
        text, what = (fold(arg.value) for arg in call.args)
        name = call.unique()
        letters = f"list_transform(string_split({what}, ''), lambda {name}: regexp_escape({name}))"
        sql = f"({what} = '' OR regexp_matches({text}, array_to_string({letters}, '.*'), 's'))"
        return combined(sql, UINT8, call.args, predicate=True)

    return lower


# -- regular expressions --------------------------------------------------------------------------------------------


def _matches(*, found: bool, flags: str = "s") -> Build:
    def lower(call: Call) -> Typed:
        text, pattern = call.args
        sql = f"regexp_matches({text.value}, {pattern.sql}, '{flags}')"
        return combined(sql if found else f"(NOT {sql})", UINT8, call.args, predicate=True)

    return lower


def _regexp_position(call: Call) -> Typed:
    """regexpPosition(text, pattern[, from[, occurrence]]): the byte at which a match begins; 0 when there is none."""
    pattern = text_literal(_pattern(call))
    start = int(str(call.literal(2, int, "a position"))) if len(call.args) > 2 else 1
    number = int(str(call.literal(3, int, "the number of a match"))) if len(call.args) > 3 else 1
    if len(call.args) > 4 or start < 1 or number < 1 or may_match_nothing(_pattern(call)):
        raise call.fault("takes a text, a pattern that needs a character, a position and the number of a match from 1")
    text = call.args[0].value
    rest = text if start == 1 else _bytes_from(text, str(start))
    # What is before a match: the text's pieces between the matches, and the matches between them.
    pieces, found = call.unique(), call.unique()
    before = f"list_sum(list_transform({pieces}[:{number}], lambda e: strlen(e)))"
    matched = f"coalesce(list_sum(list_transform({found}[:{number - 1}], lambda e: strlen(e))), 0)"
    place = f"CASE WHEN len({found}) >= {number} THEN {start} + {before} + {matched} ELSE 0 END"
    inner = f"list_transform([regexp_extract_all({rest}, {pattern}, 0, 's')], lambda {found}: {place})[1]"
    split = f"regexp_split_to_array({rest}, {text_literal('(?s)' + _pattern(call))})"
    sql = f"list_transform([{split}], lambda {pieces}: {inner})[1]"
    return combined(f"CAST({sql} AS UBIGINT)", UINT64, call.args)


def _pattern(call: Call, index: int = 1) -> str:
    return str(call.literal(index, str, "a regular expression that is a constant"))


def _extract(call: Call) -> Typed:
    """The first group, or the whole match of a pattern without groups."""
    pattern = _pattern(call)
    sql = f"regexp_extract({call.args[0].value}, {text_literal(pattern)}, {min(1, group_count(pattern))}, 's')"
    return combined(sql, STRING, call.args)


def _found_all(call: Call, pattern: str, group: int) -> str:
    """All matches; a group that takes no part in one is empty."""
    found = f"regexp_extract_all({call.args[0].value}, {pattern}, {group}, 's')"
    if group and re.search(r"[|?*{]", pattern):
        name = call.unique()
        return f"list_transform({found}, lambda {name}: coalesce({name}, ''))"
    return found


def _extract_all(call: Call) -> Typed:
    """ClickHouse stops at the first match that is empty."""
    pattern = _pattern(call)
    group = min(1, group_count(pattern))
    found = _found_all(call, text_literal(pattern), group)
    if not may_match_nothing(pattern):
        return combined(found, array(STRING), call.args)
    if group:
        raise call.fault("a pattern with a group must not match the empty text", "write + instead of *")
    sql = let(
        found, call.unique, lambda items: f"{items}[:coalesce(nullif(list_position({items}, ''), 0) - 1, len({items}))]"
    )
    return combined(sql, array(STRING), call.args)


def _groups(call: Call) -> tuple[str, int]:
    pattern = _pattern(call)
    count = group_count(pattern)
    if not count:
        raise call.fault(f"there are no groups in the regular expression {pattern}", "use extractAll")
    return text_literal(pattern), count


def _each_group(call: Call) -> list[str]:
    pattern, count = _groups(call)
    return [_found_all(call, pattern, group) for group in range(1, count + 1)]


_ROWS = array(array(STRING))


def _horizontal(call: Call) -> Typed:
    return combined(f"[{', '.join(_each_group(call))}]", _ROWS, call.args)


def _vertical(call: Call) -> Typed:
    name = call.unique()

    def rows(columns: str) -> str:
        parts = ", ".join(f"{columns}[{index + 1}][{name}]" for index in range(len(groups)))
        return f"list_transform(range(1, len({columns}[1]) + 1), lambda {name}: [{parts}])"

    groups = _each_group(call)
    return combined(let(f"[{', '.join(groups)}]", call.unique, rows), _ROWS, call.args)


def _extract_groups(call: Call) -> Typed:
    pattern, count = _groups(call)
    text = call.args[0].value
    parts = ", ".join(f"regexp_extract({text}, {pattern}, {group}, 's')" for group in range(1, count + 1))
    sql = f"(CASE WHEN regexp_matches({text}, {pattern}, 's') THEN [{parts}] ELSE [] END)"
    return combined(sql, array(STRING), call.args)


def _regexp_extract(call: Call) -> Typed:
    pattern = _pattern(call)
    groups = group_count(pattern)
    index = int(str(call.literal(2, int, "the number of a group"))) if len(call.args) > 2 else min(1, groups)
    if not 0 <= index <= groups:
        raise call.fault(f"there is no group {index} in the regular expression")
    return combined(f"regexp_extract({call.args[0].value}, {text_literal(pattern)}, {index}, 's')", STRING, call.args)


def _count_matches(flags: str) -> Build:
    def lower(call: Call) -> Typed:
        name = call.unique()
        found = f"regexp_extract_all({call.args[0].value}, {text_literal(_pattern(call))}, 0, '{flags}')"
        sql = f"len(list_filter({found}, lambda {name}: {name} <> ''))"
        return combined(f"CAST({sql} AS UBIGINT)", UINT64, call.args)

    return lower


# A backslash before what is neither a digit nor a backslash goes; the last one of the text stays.
_LOOSE_BACKSLASH = r"\\([^0-9\\])|(\\\\)|(\\)$"


def _rewrite(by: Typed) -> str:
    if isinstance(by.literal, str):
        return (
            by.sql
            if "\\" not in by.literal
            else text_literal(
                re.sub(_LOOSE_BACKSLASH, lambda m: (m[1] or "") + (m[2] or "") + (m[3] or "") * 2, by.literal)
            )
        )
    changed = f"regexp_replace({by.sql}, '{_LOOSE_BACKSLASH}', '\\1\\2\\3\\3', 'g')"
    return f"(CASE WHEN contains({by.sql}, '\\') THEN {changed} ELSE {by.sql} END)"


def _replace_regexp(flags: str) -> Build:
    def lower(call: Call) -> Typed:
        text, pattern, by = call.args
        if pattern.literal == "":
            return combined(text.value, STRING, call.args)
        if isinstance(pattern.literal, str) and isinstance(by.literal, str):
            highest = max(groups_replaced(by.literal), default=0)
            if highest > group_count(pattern.literal):
                raise call.fault(f"the replacement names group {highest}, which the regular expression does not have")
            loose = may_match_nothing(pattern.literal) and not re.search(r"^\^|\$$", pattern.literal)
            if "g" in flags and loose and by.literal:
                raise call.fault("a pattern that matches the empty text everywhere", "write + instead of *")
        sql = f"regexp_replace({text.value}, {pattern.sql}, {_rewrite(by)}, '{flags}')"
        if not pattern.is_literal:
            sql = f"(CASE WHEN {pattern.sql} = '' THEN {text.value} ELSE {sql} END)"
        return combined(sql, STRING, call.args)

    return lower


def _patterns(call: Call) -> list[str]:
    text, patterns = call.args
    if patterns.elements is None:
        raise call.fault("the regular expressions must be written as an array in the query")
    return [f"regexp_matches({text.value}, {pattern.sql}, 's')" for pattern in patterns.elements]


def _match_any(call: Call) -> Typed:
    return combined(f"({' OR '.join(_patterns(call))})", UINT8, call.args, predicate=True)


def _match_index(call: Call) -> Typed:
    cases = " ".join(f"WHEN {test} THEN {index}" for index, test in enumerate(_patterns(call), start=1))
    return combined(f"CAST((CASE {cases} ELSE 0 END) AS UBIGINT)", UINT64, call.args)


def _match_indices(call: Call) -> Typed:
    found = ", ".join(f"CASE WHEN {test} THEN {index} END" for index, test in enumerate(_patterns(call), start=1))
    name = call.unique()
    sql = f"CAST(list_filter([{found}], lambda {name}: {name} IS NOT NULL) AS UBIGINT[])"
    return combined(sql, array(UINT64), call.args)


FUNCTIONS: list[Function] = [
    own("position", "string string integer?", _position(_as_is, False), aliases=("instr",),
        case_insensitive=True),
    own("locate", "string string integer?", _position(_as_is, False, needle_first=True), case_insensitive=True),
    own("positionCaseInsensitive", "string string integer?", _position(_ascii, False)),
    own("positionUTF8", "string string integer?", _position(_as_is, True)),
    own("positionCaseInsensitiveUTF8", "string string integer?", _position(_unicode, True)),
    *_search_many(),
    own("countSubstrings", "string string integer?", _count_substrings(_as_is, False), case_insensitive=True),
    own("countSubstringsCaseInsensitive", "string string integer?", _count_substrings(_ascii, False)),
    own("countSubstringsCaseInsensitiveUTF8", "string string integer?", _count_substrings(_unicode, True)),
    own("hasToken", "string string", _token(False, False)),
    own("hasTokenOrNull", "string string", _token(False, True)),
    own("hasTokenCaseInsensitive", "string string", _token(True, False)),
    own("hasTokenCaseInsensitiveOrNull", "string string", _token(True, True)),
    own("hasSubsequence", "string string", _subsequence(_as_is)),
    own("hasSubsequenceUTF8", "string string", _subsequence(_as_is)),
    own("hasSubsequenceCaseInsensitive", "string string", _subsequence(_ascii)),
    own("hasSubsequenceCaseInsensitiveUTF8", "string string", _subsequence(_unicode)),
    own("match", "string string", _matches(found=True), aliases=("REGEXP_MATCHES",)),
    own("notMatch", "string string", _matches(found=False)),
    own("matchCaseInsensitive", "string string", _matches(found=True, flags="si")),
    own("notMatchCaseInsensitive", "string string", _matches(found=False, flags="si")),
    own("regexpPosition", "string string integer? integer? integer?", _regexp_position,
        aliases=("regexpInstr", "regexp_instr"), case_insensitive=True, doc="The byte at which a match begins."),
    own("extract", "string string", _extract, aliases=("REGEXP_SUBSTR",)),
    own("extractAll", "string string", _extract_all),
    own("extractAllGroupsHorizontal", "string string", _horizontal),
    own("extractAllGroupsVertical", "string string", _vertical, aliases=("extractAllGroups",)),
    own("extractGroups", "string string", _extract_groups),
    own("regexpExtract", "string string integer?", _regexp_extract, aliases=("REGEXP_EXTRACT",), case_insensitive=True),
    own("countMatches", "string string", _count_matches("s")),
    own("countMatchesCaseInsensitive", "string string", _count_matches("si")),
    own("replaceRegexpOne", "string string string", _replace_regexp("s")),
    own("replaceRegexpAll", "string string string", _replace_regexp("gs"), aliases=("REGEXP_REPLACE",),
        case_insensitive=True),
    simple("regexpQuoteMeta", "string", STRING, r"regexp_replace({0}, '([\\|()^$.\[\]?*+{{:-])', '\\\1', 'g')"),
    own("multiMatchAny", "string array", _match_any),
    own("multiMatchAnyIndex", "string array", _match_index, doc="The first pattern that matches."),
    own("multiMatchAllIndices", "string array", _match_indices),
    own("hasAnyTokens", "string string|array", _tokens_of("list_has_any"), aliases=("hasAnyToken",)),
    own("hasAllTokens", "string string|array", _tokens_of("list_has_all"), aliases=("hasAllToken",)),
    own("hasPhrase", "string string", _phrase, aliases=("matchPhrase",), doc="Words one after another."),
    *(
        refused(f"multiFuzzyMatch{form}", "there is no search within an edit distance", "use multiMatchAny")
        for form in ("Any", "AnyIndex", "AllIndices")
    ),
    *(
        refused(f"ngram{kind}{form}", "ClickHouse counts n-grams by a hash of its own", "use positionCaseInsensitive")
        for kind in ("Distance", "Search")
        for form in ("", "CaseInsensitive", "UTF8", "CaseInsensitiveUTF8")
    ),
]  # fmt: skip
