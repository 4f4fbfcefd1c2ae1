"""Tokens that carry their own scopes: JSON Web Tokens (RFC 7519), signed with the workspace's admin token (HS256)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from tinylite.workspace.scopes import InvalidScope, Scope
from tinylite.workspace.tokens import Token

ALGORITHM = "HS256"
_KEPT = 10_000
_LONGEST_NAME = 200


class InvalidToken(Exception):
    """A JWT that is worth nothing, and why."""


class SignedTokens:
    """Checks signatures, and remembers the tokens that were right until they expire."""

    def __init__(self, workspace_id: str) -> None:
        self._workspace_id = workspace_id
        self._known: OrderedDict[bytes, tuple[Token, float]] = OrderedDict()

    def find(self, text: str, key: str) -> Token:
        """Raises InvalidToken."""
        digest = sha256(f"{key}\n{text}".encode("utf-8", "surrogateescape")).digest()
        known = self._known.get(digest)
        if known is None:
            known = self._known[digest] = self._checked(text, key)
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        token, expires = known
        if expires <= datetime.now(UTC).timestamp():
            raise InvalidToken("the token has expired")
        return token

    def _checked(self, text: str, key: str) -> tuple[Token, float]:
        import jwt

        try:
            claims = jwt.decode(text, key, algorithms=[ALGORITHM], options={"require": ["exp"], "verify_aud": False})
        except jwt.ExpiredSignatureError:
            raise InvalidToken("the token has expired") from None
        except jwt.InvalidTokenError as problem:
            raise InvalidToken(f"invalid authentication token: {problem}") from None
        if claims.get("workspace_id", self._workspace_id) != self._workspace_id:
            raise InvalidToken("the token is another workspace's")
        name = str(claims.get("name", "jwt"))[:_LONGEST_NAME]
        token = Token(f"jwt:{name}", name, text, scopes_of(claims.get("scopes")), "jwt", _rps(claims))
        return token, _expires(claims["exp"])

    def create(self, name: str, scopes: Sequence[Scope], expires: int, key: str, rps: int | None = None) -> str:
        """`expires` is in seconds since 1970."""
        import jwt

        claims: dict[str, Any] = {
            "workspace_id": self._workspace_id,
            "name": name,
            "exp": expires,
            "scopes": [described(scope) for scope in scopes],
        }
        if rps is not None:
            claims["limits"] = {"rps": rps}
        return jwt.encode(claims, key, algorithm=ALGORITHM)


def workspace_of(text: str) -> str:
    """The workspace that a token says it is for, unchecked; "" when it says none."""
    import jwt

    try:
        return str(jwt.decode(text, options={"verify_signature": False}).get("workspace_id", ""))
    except jwt.InvalidTokenError:
        return ""


def described(scope: Scope) -> dict[str, object]:
    """A scope as the API writes it."""
    cells = {"type": scope.kind, "resource": scope.resource, "filter": scope.filter}
    found: dict[str, object] = {name: value for name, value in cells.items() if value or name == "type"}
    return {**found, **({"fixed_params": dict(scope.fixed_params)} if scope.fixed_params else {})}


def scopes_of(value: object) -> tuple[Scope, ...]:
    """A list of `{type, resource, filter, fixed_params}`. Raises InvalidToken."""
    if not isinstance(value, list):
        raise InvalidToken("the token's scopes are not a list")
    scopes = []
    for item in value:
        if not isinstance(item, Mapping) or not isinstance(item.get("type"), str):
            raise InvalidToken("a scope is not an object with a type")
        fixed = item.get("fixed_params") or {}
        if not isinstance(fixed, Mapping):
            raise InvalidToken("the fixed_params of a scope are not an object")
        try:
            scope = Scope(item["type"], text_in(item, "resource"), text_in(item, "filter"), dict(fixed))
        except InvalidScope as problem:
            raise InvalidToken(str(problem)) from None
        if scope.kind not in ("PIPES:READ", "DATASOURCES:READ", "DATASOURCES:APPEND"):
            raise InvalidToken(f"a JWT can't have the scope {scope.kind}")
        scopes.append(scope)
    return tuple(scopes)


def text_in(item: Mapping[str, object], name: str) -> str:
    """A text of a scope's object, "" where there is none. Raises InvalidScope."""
    value = item.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidScope(f"the {name} of a scope is not a text")
    return value or ""


def _expires(value: object) -> float:
    """PyJWT takes texts and truths as well."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidToken("invalid authentication token: exp is not a time in seconds since 1970")
    return value


def _rps(claims: Mapping[str, Any]) -> int | None:
    limits = claims.get("limits")
    rps = limits.get("rps") if isinstance(limits, Mapping) else None
    if rps is None:
        return None
    return positive(rps)


def positive(rps: object) -> int:
    """Requests a second. Raises InvalidToken."""
    if not isinstance(rps, int) or isinstance(rps, bool) or rps < 1:
        raise InvalidToken("limits.rps is not a positive number")
    return rps
