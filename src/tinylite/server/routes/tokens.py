"""/v0/tokens, and /tokens of a server in development."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address

import orjson

from tinylite.diagnostics import DiagnosticError
from tinylite.server.auth import authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request, json_answer
from tinylite.workspace import Workspace
from tinylite.workspace.jwt import InvalidToken, described, positive, scopes_of, text_in
from tinylite.workspace.scopes import InvalidScope, Scope
from tinylite.workspace.tokens import Token

_MAX_BODY = 1024 * 1024
_WIDE = frozenset({"ADMIN", "TOKENS"})


async def list_tokens(request: Request, workspace: Workspace) -> Answer:
    """GET /v0/tokens."""
    keeper = _keeper(request, workspace)
    found = [token for token in workspace.tokens.all() if _may_know(keeper, token)]
    return json_answer({"tokens": [_described(token) for token in found]})


async def get_token(request: Request, workspace: Workspace) -> Answer:
    """GET /v0/tokens/NAME, or its id."""
    return json_answer(_described(_named(request, _keeper(request, workspace), workspace)))


async def create_token(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/tokens?name=&scope=…: a static token; with `expiration_time` and a JSON body of scopes, a JWT."""
    keeper = _keeper(request, workspace)
    fields = {**await _body(request), **request.query}
    name = str(fields.get("name") or "").strip()
    if not name:
        raise Refused(400, "the parameter name is missing")
    if fields.get("expiration_time"):
        return json_answer({"token": _signed(name, fields, workspace)})
    if workspace.tokens.named(name) is not None:
        raise Refused(409, f"there is a token '{name}' already")
    scopes = _scopes(fields.get("scope") or fields.get("scopes"), keeper, workspace)
    return json_answer(_described(workspace.tokens.create(name, scopes)))


async def change_token(request: Request, workspace: Workspace) -> Answer:
    """PUT /v0/tokens/NAME?scope=…: other scopes."""
    keeper = _keeper(request, workspace)
    token = _changeable(request, keeper, workspace)
    fields = {**await _body(request), **request.query}
    workspace.tokens.change(token, _scopes(fields.get("scope") or fields.get("scopes"), keeper, workspace))
    return json_answer(_described(_named(request, keeper, workspace)))


async def remove_token(request: Request, workspace: Workspace) -> Answer:
    """DELETE /v0/tokens/NAME."""
    workspace.tokens.remove(_changeable(request, _keeper(request, workspace), workspace))
    return json_answer({"ok": True})


async def refresh_token(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/tokens/NAME/refresh: a new text with the same scopes. That of the admin token ends all JWTs."""
    keeper = _keeper(request, workspace)
    token = _named(replace(request, path=request.path.removesuffix("/refresh")), keeper, workspace)
    return json_answer({**_described(token), "token": workspace.tokens.refresh(token)})


def _keeper(request: Request, workspace: Workspace) -> Token:
    """Tokens are kept by admins, and by tokens with the scope TOKENS."""
    token = authenticate(request, workspace)
    if not token.allows("TOKENS"):
        raise Refused(403, f"the token '{token.name}' has no scope TOKENS")
    return token


def _may_know(keeper: Token, token: Token) -> bool:
    """Whoever knows a token's text is its holder: what is above a keeper is not the keeper's to see."""
    return keeper.is_admin or not token.is_admin


def _named(request: Request, keeper: Token, workspace: Workspace) -> Token:
    """The token that the path names. Raises Refused (403, 404)."""
    name = request.path.rpartition("/")[2]
    token = workspace.tokens.named(name)
    if token is None:
        raise Refused(404, "there is no such token")
    if not _may_know(keeper, token):
        raise Refused(403, "only an admin token may see or change an admin token")
    return token


def _changeable(request: Request, keeper: Token, workspace: Workspace) -> Token:
    token = _named(request, keeper, workspace)
    if token.is_admin:
        raise Refused(403, "the admin token can be refreshed, but neither changed nor removed")
    return token


async def _body(request: Request) -> dict[str, object]:
    body = await request.body(_MAX_BODY)
    if not body.lstrip().startswith(b"{"):
        return {}
    try:
        value = orjson.loads(body)
    except ValueError as problem:
        raise Refused(400, f"the body is not JSON: {problem}") from None
    return value if isinstance(value, dict) else {}


def _scopes(value: object, keeper: Token, workspace: Workspace) -> list[Scope]:
    """`PIPES:READ:x` texts, or objects. Nobody gives what would make them more than they are."""
    items = value if isinstance(value, list) else [value] if value else []
    try:
        scopes = [Scope.parse(item) if isinstance(item, str) else _scope(item) for item in items]
    except (InvalidScope, InvalidToken) as problem:
        raise Refused(400, str(problem)) from None
    if not scopes:
        raise Refused(400, "the parameter scope is missing, as in scope=PIPES:READ:top_pages")
    wide = next((scope for scope in scopes if scope.kind in _WIDE), None)
    if wide and not keeper.is_admin:
        raise Refused(403, f"only an admin token may give the scope {wide}")
    _check_filters(scopes, workspace)
    return scopes


def _scope(item: object) -> Scope:
    """An object of a static token."""
    if not isinstance(item, Mapping) or not isinstance(item.get("type"), str):
        raise InvalidScope("a scope is not an object with a type")
    return Scope(item["type"], text_in(item, "resource"), text_in(item, "filter"))


def _signed(name: str, fields: Mapping[str, object], workspace: Workspace) -> str:
    expires = str(fields["expiration_time"])
    if not expires.isdecimal():
        raise Refused(400, "expiration_time is not a time in seconds since 1970")
    limits = fields.get("limits")
    rps = limits.get("rps") if isinstance(limits, Mapping) else None
    try:
        scopes = scopes_of(fields.get("scopes"))
        rps = rps if rps is None else positive(rps)
    except InvalidToken as problem:
        raise Refused(400, str(problem)) from None
    _check_filters(scopes, workspace)
    return workspace.signed.create(name, scopes, int(expires), workspace.tokens.admin.token, rps)


def _check_filters(scopes: list[Scope] | tuple[Scope, ...], workspace: Workspace) -> None:
    """A filter that does not compile would make every request of its token fail."""
    for scope in scopes:
        if scope.filter:
            try:
                workspace.check_filter(scope.resource, scope.filter)
            except DiagnosticError as problem:
                message = problem.diagnostics[0].message
                raise Refused(400, f"the filter of {scope.kind}:{scope.resource}: {message}") from None


def _described(token: Token) -> dict[str, object]:
    return {
        "id": token.id,
        "name": token.name,
        "token": token.token,
        "origin": token.origin,
        "scopes": [described(scope) for scope in token.scopes],
    }


async def local_tokens(request: Request, workspace: Workspace) -> Answer:
    """Only for callers on this machine: the tokens of a server in development, without a token."""
    client = request.scope.get("client")
    if client is None or not _is_loopback(str(client[0])):
        raise Refused(403, "/tokens answers on this machine only")
    # A page in a browser on this machine is a stranger all the same, also one whose name was made to point here.
    if request.header("origin") or not _is_local_name(request.header("host")):
        raise Refused(403, "/tokens does not answer to pages of browsers")
    admin_token = workspace.tokens.admin.token
    tokens = {"user_token": admin_token, "admin_token": admin_token, "workspace_admin_token": admin_token}
    return replace(json_answer(tokens), shared=False)


def _is_local_name(host: str) -> bool:
    name = host.rsplit(":", 1)[0].strip("[]") if not host.endswith("]") else host.strip("[]")
    return name == "localhost" or _is_loopback(name)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
