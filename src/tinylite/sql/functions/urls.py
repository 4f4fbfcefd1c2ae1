"""Parts of URLs, cut as ClickHouse cuts them: by character, without judging whether the URL is a good one."""

from __future__ import annotations

import re
from collections.abc import Callable

from tinylite.sql.functions.catalog import Call, Function, own, refused, simple
from tinylite.sql.json_values import let
from tinylite.sql.physical import text_literal
from tinylite.sql.typed import Typed, combined
from tinylite.types.model import STRING, UINT16, array

Part = Callable[[str], str]

_NO_HOST = r" \t<>%{}|\\^~\[\];=&:/?#"
_SCHEME = r"^(?:.?[A-Za-z0-9.+-]{0,12}://|//)?"
_HOST = rf"{_SCHEME}(?:[^{_NO_HOST}]*@)?([^{_NO_HOST}@]*\.[^{_NO_HOST}@.]+)"
_HOST_RFC = rf"{_SCHEME}(?:[^/?#@]*@)?([^{_NO_HOST}@]*\.[^{_NO_HOST}@.]+)"
# Seven times faster where it matches, for there is one way only.
_COMMON_HOST = r"^(?:https?|wss?|ftp)://([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)[/?#]"
_AFTER_HOST = "(?:[:/?#]|$)"
_BEFORE_PARAMETER = r"^([^?#]*[?#](?:(?s:.)*?[&?#])??)"


def _extract(text: str, pattern: str) -> str:
    return f"regexp_extract({text}, {text_literal(pattern)}, 1)"


def _cut(text: str, pattern: str, by: str = "") -> str:
    return f"regexp_replace({text}, {text_literal(pattern)}, {text_literal(by)})"


def _of_url(name: str, part: Part, doc: str = "") -> Function:
    return own(name, "string", lambda call: combined(part(call.args[0].sql), STRING, call.args), doc=doc)


# -- the host -------------------------------------------------------------------------------------------------------


def _host(rfc: bool, *, www: bool = True) -> Part:
    def part(url: str) -> str:
        common = _extract(url, _COMMON_HOST)
        any_form = _extract(url, (_HOST_RFC if rfc else _HOST) + _AFTER_HOST)
        found = f"(CASE WHEN {common} <> '' THEN {common} ELSE {any_form} END)"
        return found if www else f"(CASE WHEN starts_with({found}, 'www.') THEN substr({found}, 5) ELSE {found} END)"

    return part


def _top_level(rfc: bool) -> Part:
    """Nothing of an IP address."""
    return lambda url: _extract(_host(rfc)(url), r"\.([^.0-9:][^.]*)$")


def _port(rfc: bool) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        url = call.args[0].sql
        digits = _extract(url, (_HOST_RFC if rfc else _HOST).replace("([^", "(?:[^") + r":([0-9]{1,5})(?:[/?#]|$)")
        otherwise = call.args[1].number if len(call.args) > 1 else "0"
        return combined(f"CAST(coalesce(TRY_CAST({digits} AS USMALLINT), {otherwise}) AS USMALLINT)", UINT16, call.args)

    return lower


def _registered(rfc: bool, *, www: bool = False) -> Part:
    """The host from the name on that somebody registered: example.co.uk."""
    return lambda url: f"tl_registered({_host(rfc, www=www)(url)})"


def _significant(rfc: bool) -> Part:
    """example, of www.example.co.uk."""
    return lambda url: f"split_part({_registered(rfc)(url)}, '.', 1)"


# -- parts and cuts -------------------------------------------------------------------------------------------------


def _path(url: str) -> str:
    return f"regexp_extract({_cut(url, '^[^/]*//')}, '/[^?#]*')"


def _full_path(url: str) -> str:
    return f"regexp_extract({_cut(url, '^[^/]*//')}, '(?s)/.*')"


def _decoded(url: str) -> str:
    return f"(CASE WHEN contains({url}, '%') THEN url_decode({url}) ELSE {url} END)"


# -- parameters -----------------------------------------------------------------------------------------------------


def _pattern(call: Call, name: Typed, after: str) -> str:
    """A regular expression for the first parameter of that name, as DuckDB text."""
    if not name.constant:
        raise call.fault("the name of a parameter must be a constant")
    if isinstance(name.literal, str):
        return text_literal(f"{_BEFORE_PARAMETER}{re.escape(name.literal)}={after}")
    return f"({text_literal(_BEFORE_PARAMETER)} || regexp_escape({name.sql}) || {text_literal('=' + after)})"


def _parameter(call: Call) -> Typed:
    url, name = call.args
    return combined(f"regexp_extract({url.sql}, {_pattern(call, name, '([^&#]*)')}, 2)", STRING, call.args)


def _parameters(part: Part) -> Callable[[Call], Typed]:
    """What stands between `?`, `&` and `#`; the last only when it has `=`."""

    def lower(call: Call) -> Typed:
        query = _extract(call.args[0].sql, r"(?s)^[^?#]*[?#](.*)$")
        item, index = call.unique(), call.unique()

        def kept(items: str) -> str:
            filtered = f"list_filter({items}, lambda {item}, {index}: contains({item}, '=') OR {index} < len({items}))"
            return f"list_transform({filtered}, lambda {item}: {part(_cut(item, '^[^=]*[?]'))})"

        return combined(let(f"regexp_split_to_array({query}, '[&#]')", call.unique, kept), array(STRING), call.args)

    return lower


def _cut_parameter(call: Call) -> Typed:
    url, names = call.args
    elements = names.elements if names.type.name == "Array" else (names,)
    if elements is None:
        raise call.fault("the names must be written as an array in the query")
    sql = url.sql
    for name in elements:
        found = f"regexp_extract({{0}}, {_pattern(call, name, '[^&#]*((?s:.)*)$')}, ['before', 'after'])"
        sql = let(sql, call.unique, lambda text, found=found: _without(call, text, found.replace("{0}", text)))  # type: ignore[misc]
    return combined(sql, STRING, call.args)


def _without(call: Call, url: str, found: str) -> str:
    """With the parameter goes one `&`, the one behind it or else the one before it."""

    def joined(part: str) -> str:
        before, after = f"{part}.before", f"{part}.after"
        return (
            f"(CASE WHEN {before} = '' THEN {url} WHEN starts_with({after}, '&') THEN {before} || {after}[2:] "
            f"WHEN ends_with({before}, '&') THEN {before}[:-2] || {after} ELSE {before} || {after} END)"
        )

    return let(found, call.unique, joined)


# -- hierarchies ----------------------------------------------------------------------------------------------------

_ROOT = r"^[A-Za-z0-9+.-]*://[^/?#]*"


def _hierarchy(whole: bool) -> Callable[[Call], Typed]:
    """The URL up to each `/`, `?` and `#` behind the host."""

    def lower(call: Call) -> Typed:
        url = f"coalesce({call.args[0].sql}, '')" if call.args[0].type.nullable else call.args[0].sql
        first = "[/?#]?" if whole else ""
        root = f"regexp_extract({url}, {text_literal(_ROOT + first)})"
        step = r"(?s)[^\n][^/?#]*[/?#]?" if whole else r"(?s)^[/?#].[^/?#]*[/?#]?|.[^/?#]*[/?#]?"
        count = call.unique()

        def prefixes(head: str) -> str:
            def listed(pieces: str) -> str:
                start = head if whole else "''"
                one = f"{start} || array_to_string({pieces}[1:{count}], '')"
                grown = f"list_transform(range(1, len({pieces}) + 1), lambda {count}: {one})"
                if whole:
                    return f"list_concat([{head}], {grown})"
                return f"(CASE WHEN len({pieces}) = 1 AND {pieces}[1] = '/' THEN [] ELSE {grown} END)"

            rest = f"substr({url}, length({head}) + 1)"
            otherwise = (
                f"CASE WHEN {url} = '' THEN CAST([] AS VARCHAR[]) ELSE [{url}] END"
                if whole
                else "CAST([] AS VARCHAR[])"
            )
            found = let(f"regexp_extract_all({rest}, {text_literal(step)})", call.unique, listed)
            return f"(CASE WHEN {head} = '' THEN {otherwise} ELSE {found} END)"

        return combined(let(root, call.unique, prefixes), array(STRING), call.args)

    return lower


FUNCTIONS: list[Function] = [
    _of_url("protocol", lambda url: _extract(url, r"^([a-zA-Z][a-zA-Z0-9+.-]*):(?s:...)")),
    _of_url("domain", _host(rfc=False)),
    _of_url("domainRFC", _host(rfc=True)),
    _of_url("domainWithoutWWW", _host(rfc=False, www=False)),
    _of_url("domainWithoutWWWRFC", _host(rfc=True, www=False)),
    _of_url("topLevelDomain", _top_level(rfc=False)),
    _of_url("topLevelDomainRFC", _top_level(rfc=True)),
    own("port", "string integer?", _port(rfc=False)),
    own("portRFC", "string integer?", _port(rfc=True)),
    _of_url("path", _path),
    _of_url("pathFull", _full_path),
    _of_url("queryString", lambda url: _extract(url, r"\?([^#]*)")),
    _of_url("fragment", lambda url: _extract(url, "(?s)#(.*)")),
    _of_url("queryStringAndFragment", lambda url: _cut(url, r"^(?:[^?]*\?|[^#]*)")),
    own("extractURLParameter", "string string", _parameter),
    own("extractURLParameters", "string", _parameters(lambda item: item)),
    own("extractURLParameterNames", "string", _parameters(lambda item: f"split_part({item}, '=', 1)")),
    own("cutURLParameter", "string string|array", _cut_parameter),
    _of_url("cutWWW", lambda url: _cut(url, r"^([A-Za-z0-9+.-]*:?//)www\.", r"\1")),
    _of_url("cutQueryString", lambda url: _cut(url, r"\?[^#]*")),
    _of_url("cutFragment", lambda url: _cut(url, r"(?s)#.*")),
    _of_url("cutQueryStringAndFragment", lambda url: _cut(url, r"(?s)[?#].*")),
    own("URLHierarchy", "string", _hierarchy(whole=True)),
    own("URLPathHierarchy", "string", _hierarchy(whole=False)),
    simple("encodeURLComponent", "string", STRING, "url_encode({0})"),
    simple("encodeURLFormComponent", "string", STRING, "replace(url_encode({0}), '%20', '+')"),
    _of_url("decodeURLComponent", _decoded),
    _of_url("decodeURLFormComponent", lambda url: _decoded(f"replace({url}, '+', ' ')")),
    *(
        function
        for suffix, rfc in (("", False), ("RFC", True))
        for function in (
            _of_url(f"firstSignificantSubdomain{suffix}", _significant(rfc), "example, of www.example.co.uk."),
            _of_url(f"cutToFirstSignificantSubdomain{suffix}", _registered(rfc), "example.co.uk."),
            _of_url(f"cutToFirstSignificantSubdomainWithWWW{suffix}", _registered(rfc, www=True)),
        )
    ),
    *(
        refused(f"{name}Custom{ending}{suffix}", "there are no lists of suffixes of your own", f"use {name}{ending}")
        for name, ending in (("firstSignificantSubdomain", ""), ("cutToFirstSignificantSubdomain", ""),
                             ("cutToFirstSignificantSubdomain", "WithWWW"))
        for suffix in ("", "RFC")
    ),
    refused("netloc", "what it gives depends on the characters behind the host", "use domain or domainRFC"),
]  # fmt: skip
