"""Who asks, and whether that is allowed."""

from __future__ import annotations

from tinylite.server.errors import Refused
from tinylite.server.http import Request
from tinylite.workspace.tokens import Token, Tokens


def authenticate(request: Request, tokens: Tokens) -> Token:
    """The token of `Authorization: Bearer` or `?token=`. Raises Refused (403)."""
    scheme, _, value = request.header("authorization").partition(" ")
    text = value.strip() if scheme.lower() == "bearer" else request.text("token")
    if not text:
        raise Refused(403, "a token is needed: send it as ?token= or in the header Authorization: Bearer")
    token = tokens.find(text)
    if token is None:
        raise Refused(403, "invalid authentication token")
    return token


def allow(token: Token, kind: str, resource: str) -> None:
    """Raises Refused (403)."""
    if not token.allows(kind, resource):
        raise Refused(403, f"the token '{token.name}' has no scope {kind}:{resource}")


def admin(token: Token) -> None:
    if not token.is_admin:
        raise Refused(403, f"the token '{token.name}' is not an admin token")
