"""Tokens and what they allow."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from tinylite.datafile.model import Datasource, Pipe
from tinylite.workspace.store import Store

ADMIN = "ADMIN"
ADMIN_NAME = "admin token"
Scope = tuple[str, str]
"""Kind and resource: ("PIPES:READ", "top_pages"); the resource of ADMIN is empty."""


@dataclass(frozen=True, slots=True)
class Token:
    id: str
    name: str
    token: str
    scopes: frozenset[Scope]

    @property
    def is_admin(self) -> bool:
        return (ADMIN, "") in self.scopes

    def allows(self, kind: str, resource: str) -> bool:
        return self.is_admin or (kind, resource) in self.scopes


class Tokens:
    """Looked up in memory by the digest of the token, so that a look-up's time says nothing about a token's text."""

    def __init__(self, store: Store, now: datetime) -> None:
        self._store = store
        self._now = now
        self._by_digest: dict[bytes, Token] = {}
        self._load()
        if not any(token.is_admin for token in self._by_digest.values()):
            self._create(ADMIN_NAME, "workspace", [(ADMIN, "")])
            self._load()

    def find(self, token: str) -> Token | None:
        return self._by_digest.get(_digest(token))

    def all(self) -> list[Token]:
        return sorted(self._by_digest.values(), key=lambda token: token.name)

    @property
    def admin(self) -> Token:
        return next(token for token in self._by_digest.values() if token.is_admin)

    def grant(self, resources: Iterable[Datasource | Pipe]) -> None:
        """Makes the tokens of datafiles exist with exactly the scopes that the datafiles give them."""
        wanted: dict[str, set[Scope]] = {}
        for resource in resources:
            kind = "PIPES" if isinstance(resource, Pipe) else "DATASOURCES"
            for grant in resource.grants:
                wanted.setdefault(grant.token, set()).add((f"{kind}:{grant.scope}", resource.name))
        known = {token.name: token for token in self._by_digest.values()}
        for name, scopes in wanted.items():
            if name not in known:
                self._create(name, "datafile", scopes)
            elif not known[name].is_admin and known[name].scopes != scopes:
                self._set_scopes(known[name].id, scopes)
        for (stale,) in self._store.rows("SELECT name FROM tokens WHERE origin = 'datafile'"):
            if stale not in wanted:
                self._store.write(("DELETE FROM tokens WHERE name = ?", [stale]))
        self._load()

    def _create(self, name: str, origin: str, scopes: Iterable[Scope]) -> None:
        identity, created = str(uuid.uuid4()), self._now.isoformat(" ")
        self._store.write(
            ("INSERT INTO tokens VALUES (?, ?, ?, ?, ?)", [identity, name, _fresh(), origin, created]),
            *(("INSERT INTO scopes VALUES (?, ?, ?)", [identity, *scope]) for scope in scopes),
        )

    def _set_scopes(self, identity: str, scopes: Iterable[Scope]) -> None:
        self._store.write(
            ("DELETE FROM scopes WHERE token_id = ?", [identity]),
            *(("INSERT INTO scopes VALUES (?, ?, ?)", [identity, *scope]) for scope in scopes),
        )

    def _load(self) -> None:
        scopes: dict[str, set[Scope]] = {}
        for identity, kind, resource in self._store.rows("SELECT token_id, type, resource FROM scopes"):
            scopes.setdefault(str(identity), set()).add((str(kind), str(resource)))
        self._by_digest = {
            _digest(str(token)): Token(str(identity), str(name), str(token), frozenset(scopes.get(str(identity), ())))
            for identity, name, token in self._store.rows("SELECT id, name, token FROM tokens")
        }


def _fresh() -> str:
    return f"p.{secrets.token_urlsafe(32)}"


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogateescape")).digest()
