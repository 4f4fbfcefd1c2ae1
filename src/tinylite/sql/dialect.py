"""A ClickHouse parser on sqlglot's that keeps every function as it was written.

sqlglot maps functions to canonical ones (toStartOfHour becomes TimestampTrunc), which loses what ClickHouse's typing
needs. Here a call stays `Anonymous(name, arguments)`, or `ParameterizedAgg` when it has two pairs of brackets.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.clickhouse import ClickHouse
from sqlglot.parsers.clickhouse import ClickHouseParser
from sqlglot.tokenizer_core import TokenType

# Calls with a syntax of their own: CAST(x AS T), EXTRACT(YEAR FROM x), TRIM(BOTH 'x' FROM y), COLUMNS('re').
_OWN_SYNTAX = ("CAST", "TRY_CAST", "EXTRACT", "TRIM", "COLUMNS", "VIEW")


# What may follow a column, and never begins the amount of an INTERVAL.
_AFTER_A_COLUMN = frozenset(
    {TokenType.PLUS, TokenType.STAR, TokenType.SLASH, TokenType.COMMA, TokenType.R_PAREN, TokenType.EQ, TokenType.NEQ,
     TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE, TokenType.ALIAS, TokenType.FROM, TokenType.DESC,
     TokenType.ASC, TokenType.AND, TokenType.OR, TokenType.IN, TokenType.BETWEEN, TokenType.LIMIT, TokenType.ORDER_BY,
     TokenType.GROUP_BY, TokenType.WHERE, TokenType.UNION, TokenType.DCOLON, TokenType.WITH, TokenType.HAVING}
)  # fmt: skip


def _parse_limit(parser: Any) -> tuple[str, exp.Expr | None]:
    """LIMIT n, LIMIT n BY …, LIMIT n OFFSET m BY …: the BY forms are kept apart, for a LIMIT may follow them."""
    limit = parser._parse_limit()
    if limit is None:
        return "limit", None
    if limit.expressions:
        return "limit_by", limit
    if parser._curr and parser._curr.token_type == TokenType.OFFSET:
        index = parser._index
        offset = parser._parse_offset()
        if offset is not None and offset.expressions:
            limit.set("offset", offset.expression)
            limit.set("expressions", offset.expressions)
            return "limit_by", limit
        parser._retreat(index)
    return "limit", limit


class _Parser(ClickHouseParser):
    FUNCTIONS: ClassVar[dict[str, Callable[..., Any]]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., Any]]] = {
        name: parse for name, parse in ClickHouseParser.FUNCTION_PARSERS.items() if name in _OWN_SYNTAX
    }
    NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}
    QUERY_MODIFIER_PARSERS: ClassVar[dict[Any, Callable[..., Any]]] = {
        **ClickHouseParser.QUERY_MODIFIER_PARSERS,
        TokenType.LIMIT: _parse_limit,
    }

    def _parse_function(
        self,
        functions: dict[str, Callable[..., Any]] | None = None,
        anonymous: bool = False,
        optional_parens: bool = True,
        any_token: bool = False,
    ) -> exp.Expr | None:
        # The base of ClickHouse's parser, not ClickHouse's own: that one takes aggregates' names apart.
        parsed = super(ClickHouseParser, self)._parse_function(
            functions=functions, anonymous=anonymous, optional_parens=optional_parens, any_token=any_token
        )
        if isinstance(parsed, exp.Anonymous) and self._curr and self._curr.token_type == TokenType.L_PAREN:
            arguments = self._parse_func_params(parsed)
            if arguments is not None:
                call = exp.ParameterizedAgg(this=parsed.this, expressions=parsed.expressions, params=arguments)
                call.meta.update(parsed.meta)
                return self._parse_window(call)
        return parsed

    def _parse_ordered(self, parse_method: Callable[[], exp.Expr | None] | None = None) -> exp.Ordered | None:
        """Adds what WITH FILL may end with: STALENESS before INTERPOLATE, and INTERPOLATE without brackets."""
        ordered = super()._parse_ordered(parse_method)
        fill = ordered.args.get("with_fill") if ordered is not None else None
        if fill is not None and self._match_text_seq("STALENESS"):
            fill.set("staleness", self._parse_bitwise())
            fill.set("interpolate", self._parse_interpolate())
        return ordered

    def _parse_interpolate(self) -> list[exp.Expr] | None:
        if not self._match_text_seq("INTERPOLATE"):
            return None
        if self._curr and self._curr.token_type == TokenType.L_PAREN:
            named: list[exp.Expr] = self._parse_wrapped_csv(self._parse_name_as_expression, optional=True)
            return named
        return [exp.Star()]

    def _parse_interval(self, *args: Any, **kwargs: Any) -> Any:
        """`interval` is also a good name for a column: `interval + 1`, `ORDER BY interval DESC`."""
        following = self._next.token_type if self._next else None
        if self._curr and self._curr.token_type == TokenType.INTERVAL and following in _AFTER_A_COLUMN:
            return None
        return super()._parse_interval(*args, **kwargs)


class TinyliteClickHouse(ClickHouse):
    """ClickHouse, with calls as written and indices left alone."""

    INDEX_OFFSET = 0
    Parser = _Parser


CLICKHOUSE = TinyliteClickHouse()
