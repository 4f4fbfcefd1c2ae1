"""A ClickHouse parser on sqlglot's that keeps every function as it was written.

sqlglot maps functions to canonical ones (toStartOfHour becomes TimestampTrunc), which loses what ClickHouse's typing
needs. Here a call stays `Anonymous(name, arguments)`, or `ParameterizedAgg` when it has two pairs of brackets.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.clickhouse import ClickHouse
from sqlglot.parsers.clickhouse import ClickHouseParser
from sqlglot.tokenizer_core import TokenType

from tinylite.sql.date_syntax import bare_call, plain_call

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
    """LIMIT n, LIMIT n BY …, LIMIT n OFFSET m BY …: the BY forms are kept apart, for a LIMIT may follow them.

    Behind LIMIT m, n and LIMIT n OFFSET m may be WITH TIES, too.
    """
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
        if not _match_ties(parser, limit):
            parser._retreat(index)
        else:
            limit.set("offset", offset.expression)
    else:
        _match_ties(parser, limit)
    return "limit", limit


def _match_ties(parser: Any, limit: exp.Expr) -> bool:
    if not parser._match_text_seq("WITH", "TIES"):
        return False
    limit.set("limit_options", exp.LimitOptions(with_ties=True))
    return True


# A literal beside `::` is read from its text: 1.50::String is '1.50'.
_LITERAL = frozenset(
    {TokenType.NUMBER, TokenType.STRING, TokenType.COMMA, TokenType.DASH, TokenType.L_PAREN, TokenType.R_PAREN,
     TokenType.L_BRACKET, TokenType.R_BRACKET}
)  # fmt: skip
_CLOSING = {TokenType.R_PAREN: TokenType.L_PAREN, TokenType.R_BRACKET: TokenType.L_BRACKET}
# MySQL's names of 64-bit integers in CAST.
_BIGINTS = frozenset({"SIGNED", "UNSIGNED"})
_BEFORE_A_TYPE = frozenset({TokenType.ALIAS, TokenType.DCOLON})
_BEGINS_OPERAND = frozenset({TokenType.NUMBER, TokenType.VAR, TokenType.IDENTIFIER, TokenType.L_PAREN, TokenType.DASH})


def _turn_position(call: exp.Anonymous) -> None:
    """POSITION(needle IN haystack) is position(haystack, needle)."""
    if len(call.expressions) != 1:
        return
    (among,) = call.expressions
    haystack = among.args.get("field") if isinstance(among, exp.In) else None
    if haystack is None and isinstance(among, exp.In) and len(among.expressions) == 1:
        (haystack,) = among.expressions
    if haystack is not None:
        call.set("expressions", [haystack, among.this])


def _gather_names(call: exp.Anonymous) -> None:
    """`f(a, b -> …)`: the names before a lambda are its arguments, with or without brackets around them."""
    for index, argument in enumerate(call.expressions):
        names = call.expressions[:index]
        if isinstance(argument, exp.Lambda) and names and all(map(_is_name, names)):
            argument.set("expressions", [*(name.this for name in names), *argument.expressions])
            call.set("expressions", call.expressions[index:])
            return


def _in_subquery(call: exp.Anonymous) -> exp.Expr:
    """`in(x, (SELECT …))` is `x IN (SELECT …)`; of other second arguments it is a function."""
    absent = {"in": False, "notIn": True, "globalIn": False, "globalNotIn": True}.get(call.name)
    if absent is None or len(call.expressions) != 2 or not isinstance(call.expressions[1], exp.Subquery):
        return call
    value, query = call.expressions
    found = exp.In(this=value, query=query)
    return exp.Not(this=found) if absent else found


def _is_name(node: exp.Expr) -> bool:
    return isinstance(node, exp.Column) and not node.table


def _parse_substring(parser: Any) -> exp.Anonymous:
    """substring(text, from, length), and SUBSTRING(text FROM from FOR length)."""
    arguments = parser._parse_csv(parser._parse_lambda)
    if parser._match(TokenType.FROM):
        arguments.append(parser._parse_disjunction())
        if parser._match(TokenType.FOR):
            arguments.append(parser._parse_disjunction())
    return exp.Anonymous(this="substring", expressions=arguments)


_NO_KEYWORDS = frozenset({
    TokenType.ALTER, TokenType.CREATE, TokenType.DROP, TokenType.FETCH, TokenType.GRANT, TokenType.INSERT,
    TokenType.LATERAL, TokenType.REVOKE, TokenType.ROLLBACK,
})  # fmt: skip
"""Words that begin other statements, or mean nothing to ClickHouse: good names of columns and tables."""


class _Parser(ClickHouseParser):
    FUNCTIONS: ClassVar[dict[str, Callable[..., Any]]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., Any]]] = {
        name: parse for name, parse in ClickHouseParser.FUNCTION_PARSERS.items() if name in _OWN_SYNTAX
    }
    FUNCTION_PARSERS["SUBSTRING"] = _parse_substring
    ID_VAR_TOKENS: ClassVar[Any] = {*ClickHouseParser.ID_VAR_TOKENS, *_NO_KEYWORDS, TokenType.TABLE_SAMPLE}
    ALIAS_TOKENS: ClassVar[Any] = {*ClickHouseParser.ALIAS_TOKENS, *_NO_KEYWORDS, TokenType.VALUES}
    TABLE_ALIAS_TOKENS: ClassVar[Any] = {*ClickHouseParser.TABLE_ALIAS_TOKENS, *_NO_KEYWORDS}
    ARRAY_CONSTRUCTORS: ClassVar[dict[str, Any]] = {}  # list[1] and array[1] are columns
    FUNC_TOKENS: ClassVar[Any] = {*ClickHouseParser.FUNC_TOKENS, TokenType.IN}
    NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {
        TokenType.CURRENT_DATE: lambda: bare_call("CURRENT_DATE"),
        TokenType.CURRENT_TIMESTAMP: lambda: bare_call("CURRENT_TIMESTAMP"),
    }
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
        if isinstance(parsed, exp.Anonymous):
            parsed = plain_call(parsed)
        if isinstance(parsed, exp.Anonymous) and self._curr and self._curr.token_type == TokenType.L_PAREN:
            arguments = self._parse_func_params(parsed)
            if arguments is not None:
                call = exp.ParameterizedAgg(this=parsed.this, expressions=parsed.expressions, params=arguments)
                call.meta.update(parsed.meta)
                return self._parse_window(call)
        if isinstance(parsed, exp.Columns):
            self._parse_modifiers(parsed)
        if isinstance(parsed, exp.Anonymous):
            if parsed.name.lower() == "position":
                parsed.set("this", "position")
                _turn_position(parsed)
            _gather_names(parsed)
            return _in_subquery(parsed)
        return parsed

    def _parse_columns(self) -> exp.Expr:
        """COLUMNS('re') and COLUMNS(a, b)."""
        parts = self._parse_csv(self._parse_lambda)
        return exp.Columns(this=parts[0] if parts else None, expressions=parts[1:])

    def _parse_star_ops(self) -> exp.Expr | None:
        star = exp.Star().update_positions(self._prev)
        self._parse_modifiers(star)
        return star

    def _parse_value(self, values: bool = True) -> exp.Tuple | None:
        """A row as it is written: VALUES (1, 2) is told from values(1, 2) where their meaning is known."""
        return super(ClickHouseParser, self)._parse_value(values=values)

    def _parse_cte(self) -> exp.CTE | exp.FunctionSpecification | None:
        """Adds functions, WITH x -> x + 1 AS next, and expressions without a name, which mean nothing."""
        index = self._index
        function = self._try_parse(self._parse_lambda)
        if isinstance(function, exp.Lambda):
            return self.expression(exp.CTE(this=function, alias=self._parse_table_alias(), scalar=True))
        self._retreat(index)
        named: exp.CTE | exp.FunctionSpecification | None = self._try_parse(super()._parse_cte)
        if named is not None:
            return named
        self._retreat(index)
        unnamed = self._try_parse(self._parse_assignment)
        if unnamed is not None and self._curr and self._curr.token_type in (TokenType.COMMA, TokenType.SELECT):
            name = exp.TableAlias(this=exp.to_identifier("", quoted=True))
            return self.expression(exp.CTE(this=unnamed, alias=name, scalar=True))
        self._retreat(index)
        return super()._parse_cte()

    def _parse_join(
        self, skip_join_token: bool = False, parse_bracket: bool = False, alias_tokens: Any = None
    ) -> exp.Join | None:
        """Only CROSS and PASTE JOIN and the comma need no condition, and take none."""
        is_comma = self._curr is not None and self._curr.token_type == TokenType.COMMA
        join = super()._parse_join(skip_join_token, parse_bracket, alias_tokens)
        if join is not None and not is_comma and join.kind != "ARRAY":
            free = join.kind in ("CROSS", "PASTE")
            if free == bool(join.args.get("on") is not None or join.args.get("using")):
                self.raise_error(f"{join.kind} JOIN takes no condition" if free else "JOIN needs ON or USING")
        return join

    def _parse_modifiers(self, columns: exp.Expr) -> None:
        """EXCEPT, REPLACE and APPLY behind `*` and COLUMNS, in the order in which they are written."""
        found: list[exp.Expr] = []
        while self._match_texts(("EXCEPT", "REPLACE", "APPLY")):
            word = self._prev.text.upper()
            if word == "EXCEPT" and self._curr and self._curr.token_type == TokenType.SELECT:
                self._retreat(self._index - 1)
                break
            strict = word != "APPLY" and self._match_text_seq("STRICT")
            part = self._parse_lambda if word == "APPLY" else self._parse_aliased
            parts = self._parse_wrapped_csv(part, optional=True)
            found.append(exp.Anonymous(this=f"{word} STRICT" if strict else word, expressions=parts))
        if found:
            columns.set("modifiers", found)

    def _parse_aliased(self) -> exp.Expr | None:
        """An expression that may get a name where it stands."""
        return self._parse_alias(self._parse_disjunction(), explicit=True)

    def _parse_group(self, skip_group_by_token: bool = False) -> exp.Group | None:
        """Adds names for keys: GROUP BY toYear(d) AS year."""
        if not skip_group_by_token and not self._match(TokenType.GROUP_BY):
            return None
        group = exp.Group()
        if self._match(TokenType.ALL):
            group.set("all", True)
        else:
            group.set("expressions", self._parse_csv(self._parse_group_key))
            if not group.expressions:
                self.raise_error("GROUP BY needs keys")
        index = self._index
        while self._match(TokenType.WITH):
            if (folded := self._parse_cube_or_rollup(with_prefix=True)) is not None:
                group.set("rollup" if isinstance(folded, exp.Rollup) else "cube", True)
            elif self._match_text_seq("TOTALS"):
                group.set("totals", True)
            else:
                self._retreat(index)
                break
            index = self._index
        return group

    def _parse_limit_by(self) -> list[exp.Expr] | None:
        """The keys may be conditions, too."""
        return self._parse_csv(self._parse_aliased) if self._match_text_seq("BY") else None

    def _parse_group_key(self) -> exp.Expr | None:
        return self._parse_grouping_sets() or self._parse_cube_or_rollup() or self._parse_aliased()

    def _parse_ordered(self, parse_method: Callable[[], exp.Expr | None] | None = None) -> exp.Ordered | None:
        """Adds names for keys, and what WITH FILL may end with: STALENESS, and INTERPOLATE without brackets."""
        ordered = super()._parse_ordered(parse_method or self._parse_aliased)
        if ordered is None:
            return None
        if isinstance(ordered.this, exp.Collate) and ordered.args.get("desc") is not None:
            self.raise_error("COLLATE stands behind ASC or DESC")
        if self._match(TokenType.COLLATE):
            ordered.set("this", exp.Collate(this=ordered.this, expression=self._parse_string()))
        fill = ordered.args.get("with_fill")
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

    def _parse_table_alias(self, alias_tokens: Any = None) -> exp.TableAlias | None:
        """ORDER and GROUP without BY are mistakes, not names."""
        if self._curr and self._curr.token_type == TokenType.VAR and self._curr.text.upper() in ("ORDER", "GROUP"):
            self.raise_error(f"{self._curr.text} needs BY")
        return super()._parse_table_alias(alias_tokens)

    def _parse_expression(self) -> exp.Expr | None:
        return self._parse_alias(self._parse_assignment())

    def _parse_types(self, *args: Any, **kwargs: Any) -> Any:
        """Keeps a type as it is written: names of columns show it, and sqlglot has other names for some."""
        start = self._index
        if self._curr and self._curr.token_type == TokenType.STRUCT and self._next.token_type != TokenType.L_PAREN:
            return None  # `tuple` by itself is a name
        parsed = super()._parse_types(*args, **kwargs)
        if parsed is None and self._prev.token_type in _BEFORE_A_TYPE and self._curr.text.upper() in _BIGINTS:
            self._advance()
            parsed = exp.DataType(this=exp.DType.BIGINT)
        if isinstance(parsed, exp.DataType):
            parsed.meta["written"] = self._spelling(self._tokens[start : self._index])
        return parsed

    def _spelling(self, tokens: list[Any]) -> str:
        text, depth = "", 0
        words = 0
        for token in tokens:
            piece = self.sql[token.start : token.end + 1]
            match piece:
                case "(" | ")":
                    depth += 1 if piece == "(" else -1
                case ",":
                    piece = ", "
                case "=":
                    piece = " = "
                case _:
                    words += len(piece.split()) if depth == 0 else 0
                    piece = f" {piece}" if text and text[-1] not in "( " else piece
            text += piece
        return text.upper() if words > 1 else text

    def _parse_cast(self, strict: bool, safe: bool | None = None) -> exp.Expr:
        cast = super()._parse_cast(strict, safe)
        cast.meta["called"] = True
        return cast

    def _parse_dcolon(self) -> exp.Expr | None:
        operator = self._index - 1
        to = super()._parse_dcolon()
        if isinstance(to, exp.DataType):
            to.meta["operand"] = self._literal_before(operator)
        return to

    def _literal_before(self, end: int) -> str | None:
        """The text of the literal (a number, an array or a tuple of literals) that ends before a token."""
        start, open_brackets = end - 1, 0
        while start >= 0 and self._tokens[start].token_type in _LITERAL:
            kind = self._tokens[start].token_type
            open_brackets += (kind in _CLOSING) - (kind in _CLOSING.values())
            if open_brackets == 0:
                break
            start -= 1
        first = self._tokens[start]
        if open_brackets or (first.token_type != TokenType.NUMBER and start == end - 1):
            return None
        before = self._tokens[start - 1] if start else None  # f(1) and x[1] are no literals
        called = before is not None and before.end + 1 == first.start and (before.text[-1:] or ")").isalnum()
        plain = first.token_type == TokenType.L_PAREN and end - start <= 3  # (1)::UInt8 is a number in brackets
        return None if called or plain else self.sql[first.start : self._tokens[end - 1].end + 1]

    def _parse_unary(self) -> exp.Expr | None:
        """-1::Int8 is the literal '-1'."""
        parsed = super()._parse_unary()
        if isinstance(parsed, exp.Neg) and isinstance(parsed.this, exp.Cast):
            cast = parsed.this
            if isinstance(cast.this, exp.Literal) and cast.to.meta.get("operand"):
                cast.to.meta["operand"] = f"-{cast.to.meta['operand']}"
                return cast
        return parsed

    def _parse_factor(self, *args: Any, **kwargs: Any) -> Any:
        """Adds `a MOD b`."""
        this = super()._parse_factor(*args, **kwargs)
        while self._curr and self._curr.text.upper() == "MOD" and self._next.token_type in _BEGINS_OPERAND:
            self._advance()
            this = exp.Mod(this=this, expression=self._parse_unary())
        return this

    def _parse_interval(self, *args: Any, **kwargs: Any) -> Any:
        """`interval` is also a good name for a column: `interval + 1`, `ORDER BY interval DESC`."""
        following = self._next.token_type if self._next else None
        if self._curr and self._curr.token_type == TokenType.INTERVAL and following in _AFTER_A_COLUMN:
            return None
        quoted = following == TokenType.STRING and self._next.text.strip().lstrip("+-").isdigit()
        interval = super()._parse_interval(*args, **kwargs)
        if quoted and isinstance(interval, exp.Interval):
            interval.meta["quoted"] = True
        return interval


class TinyliteClickHouse(ClickHouse):
    """ClickHouse, with calls as written and indices left alone."""

    INDEX_OFFSET = 0
    Parser = _Parser


CLICKHOUSE = TinyliteClickHouse()
# It warns of statements that are refused here anyway, with their texts: those are nobody's to log.
logging.getLogger("sqlglot").setLevel(logging.ERROR)
