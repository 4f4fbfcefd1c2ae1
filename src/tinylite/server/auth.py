"""Who asks, and whether that is allowed."""

from __future__ import annotations

from tinylite.server.errors import Refused, later
from tinylite.server.http import Request
from tinylite.workspace import Workspace
from tinylite.workspace.jwt import InvalidToken
from tinylite.workspace.tokens import Token


def authenticate(request: Request, workspace: Workspace) -> Token:
    """The token of `Authorization: Bearer` or `?token=`. Raises Refused: 403, or 429 when it asks too often."""
    scheme, _, value = request.header("authorization").partition(" ")
    text = value.strip() if scheme.lower() == "bearer" else request.text("token")
    if not text:
        raise Refused(403, "a token is needed: send it as ?token= or in the header Authorization: Bearer")
    try:
        token = workspace.token(text)
    except InvalidToken as problem:
        raise Refused(403, str(problem)) from None
    request.asker = (token.id, token.name)
    request.is_settled = token.rps is None and workspace.tokens.knows(token)
    wait = workspace.rates.take(token.id, token.rps) if token.rps else 0.0
    if wait:
        message = f"the token '{token.name}' may ask {token.rps} times a second"
        raise Refused(429, message, later(token.rps or 0))
    return token


def allow(token: Token, kind: str, resource: str) -> None:
    """Raises Refused (403)."""
    if not token.allows(kind, resource):
        raise Refused(403, f"the token '{token.name}' has no scope {kind}:{resource}")


def admin(token: Token) -> None:
    if not token.is_admin:
        raise Refused(403, f"the token '{token.name}' is not an admin token")
