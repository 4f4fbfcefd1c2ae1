"""`SELECT … FORMAT JSON`: the format is no part of the query, it says how the answer is written."""

from __future__ import annotations

from sqlglot.errors import TokenError

from tinylite.sql.dialect import CLICKHOUSE


def split_format(text: str) -> tuple[str, str | None]:
    """The text before a trailing FORMAT clause and semicolon, and the format's name.

    The text may be a template: what the tokenizer can't read is left for the parser to complain about.
    """
    try:
        tokens = CLICKHOUSE.tokenize(text)
    except TokenError:
        return text, None
    while tokens and tokens[-1].text == ";":
        text = text[: tokens.pop().start]
    if len(tokens) > 2 and tokens[-2].text.upper() == "FORMAT" and tokens[-1].text.isidentifier():
        return text[: tokens[-2].start], tokens[-1].text
    return text, None
