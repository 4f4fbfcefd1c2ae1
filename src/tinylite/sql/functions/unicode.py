"""Unicode's own rules for text: words with a capital, normalization forms, soundex, entities of markup."""

from __future__ import annotations

from tinylite.sql.functions.catalog import Function, refused, simple
from tinylite.types.model import STRING


def _python(name: str, function: str, doc: str = "") -> Function:
    return simple(name, "string", STRING, f"tl_{function}({{0}})", doc=doc)


def _with_references(name: str, function: str, doc: str) -> Function:
    template = f"(CASE WHEN contains({{0}}, '&') THEN tl_{function}({{0}}) ELSE {{0}} END)"
    return simple(name, "string", STRING, template, doc=doc)


FUNCTIONS: list[Function] = [
    _python("initcapUTF8", "initcap", "Each word with its first letter in upper case."),
    _python("normalizeUTF8NFC", "nfc"),
    _python("normalizeUTF8NFD", "nfd"),
    _python("normalizeUTF8NFKC", "nfkc"),
    _python("normalizeUTF8NFKD", "nfkd"),
    _python("normalizeUTF8NFKCCasefold", "nfkc_casefold"),
    _python("soundex", "soundex", "A letter and three digits by the sound of English names."),
    _with_references("decodeXMLComponent", "decode_xml", "Entities of XML become characters."),
    _with_references("decodeHTMLComponent", "decode_html", "Entities of HTML become characters."),
    _python("extractTextFromHTML", "html_text", "The text between tags, without scripts, styles and comments."),
    *(
        refused(name, "it needs the tables of a library of its own")
        for name in ("idnaEncode", "idnaDecode", "tryIdnaEncode", "punycodeEncode", "punycodeDecode",
                     "tryPunycodeDecode", "stem", "lemmatize", "synonyms")
    ),
    *(
        refused(name, "which n-grams it takes is decided by ClickHouse's own weights", "use ngrams or tokens")
        for name in ("sparseGrams", "sparseGramsUTF8", "sparseGramsHashes", "sparseGramsHashesUTF8")
    ),
    *(
        refused(name, "it depends on ClickHouse's own reader of queries")
        for name in ("normalizeQuery", "normalizeQueryKeepNames", "normalizedQueryHash", "normalizedQueryHashKeepNames",
                     "formatQuery", "formatQuerySingleLine", "formatQueryOrNull")
    ),
]  # fmt: skip
