"""Tokens and what they allow."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256

from tinylite.datafile.model import Datasource, Pipe
from tinylite.project import Access
from tinylite.project.tables import QUARANTINE_SUFFIX
from tinylite.workspace.parameters import as_parameters
from tinylite.workspace.scopes import Scope
from tinylite.workspace.store import Store

ADMIN = Scope("ADMIN")
ADMIN_NAME = "admin token"


@dataclass(frozen=True)
class Token:
    """`rps` bounds its requests a second, where it does."""

    id: str
    name: str
    token: str = field(repr=False)
    scopes: tuple[Scope, ...]
    origin: str = "api"
    rps: int | None = None

    @cached_property
    def is_admin(self) -> bool:
        return ADMIN in self.scopes

    @cached_property
    def access_key(self) -> tuple[object, ...]:
        return self.access.key

    @cached_property
    def _exact(self) -> frozenset[tuple[str, str]]:
        return frozenset((scope.kind, scope.resource) for scope in self.scopes)

    def allows(self, kind: str, resource: str = "") -> bool:
        return (kind, resource) in self._exact or any(scope.covers(kind, resource) for scope in self.scopes)

    @cached_property
    def access(self) -> Access:
        """What its questions may read. Several filters of one data source are alternatives, as scopes are."""
        conditions: dict[str, list[str]] = {}
        for scope in self.scopes:
            if scope.kind == "DATASOURCES:READ":
                conditions.setdefault(scope.resource, []).append(scope.filter)
        filters = {name: " OR ".join(f"({text})" for text in texts) for name, texts in conditions.items() if all(texts)}
        if any(scope.kind in ("ADMIN", "WORKSPACE:READ_ALL") for scope in self.scopes):
            return Access(None, filters)
        fixed: dict[str, dict[str, object]] = {}
        for scope in self.scopes:
            if scope.kind == "PIPES:READ":
                fixed.setdefault(scope.resource, {}).update(as_parameters(scope.fixed_params))
        quarantines = {name + QUARANTINE_SUFFIX for name in conditions if name not in filters}
        names = frozenset({*conditions, *fixed, *quarantines})
        return Access(names, filters, {pipe: values for pipe, values in fixed.items() if values})


class Tokens:
    """Looked up in memory by the digest of the token, so that a look-up's time says nothing about a token's text."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_digest: dict[bytes, Token] = {}
        self._by_id: dict[str, Token] = {}
        self.version = 0
        """Changes with every change of a token."""
        self._load()
        if not any(token.is_admin for token in self._by_digest.values()):
            self.create(ADMIN_NAME, [ADMIN], origin="workspace")

    def find(self, token: str) -> Token | None:
        """By a digest, so that the time of a look-up tells nothing about the texts that there are."""
        return self._by_digest.get(_digest(token))

    def knows(self, token: Token) -> bool:
        """Whether it is one of these, and no JWT."""
        return self._by_id.get(token.id) is token

    def all(self) -> list[Token]:
        return sorted(self._by_digest.values(), key=lambda token: token.name)

    def named(self, name: str) -> Token | None:
        """By name, id, or the token itself."""
        return next((token for token in self._by_digest.values() if name in (token.name, token.id)), self.find(name))

    @property
    def admin(self) -> Token:
        return next(token for token in self._by_digest.values() if token.is_admin)

    # -- changing ---------------------------------------------------------------------------------------------------

    def create(self, name: str, scopes: Sequence[Scope], *, origin: str = "api") -> Token:
        """The name must be free."""
        token = Token(str(uuid.uuid4()), name, _fresh(), tuple(scopes), origin)
        self._store.write(
            (
                "INSERT INTO tokens VALUES (?, ?, ?, ?, ?)",
                [token.id, name, token.token, origin, datetime.now(UTC).isoformat(" ")],
            ),
            *_insert_scopes(token.id, scopes),
        )
        self._load()
        return token

    def change(self, token: Token, scopes: Sequence[Scope]) -> None:
        """The same token with other scopes."""
        self._store.write(
            ("DELETE FROM scopes WHERE token_id = ?", [token.id]),
            *_insert_scopes(token.id, scopes),
        )
        self._load()

    def refresh(self, token: Token) -> str:
        """The same rights under a new text; the old one is worth nothing from then on."""
        fresh = _fresh()
        self._store.write(("UPDATE tokens SET token = ? WHERE id = ?", [fresh, token.id]))
        self._load()
        return fresh

    def remove(self, token: Token) -> None:
        self._store.write(("DELETE FROM tokens WHERE id = ?", [token.id]))
        self._load()

    def grant(self, resources: Iterable[Datasource | Pipe], kept: Collection[str] = ()) -> None:
        """Makes the tokens of datafiles exist with exactly the scopes that the datafiles give them. Those in `kept` are
        only emptied where no datafile has them: they may be wanted again, with the same text.

        A token of the same name that was made by hand keeps its own scopes beside them.
        """
        wanted: dict[str, list[Scope]] = {}
        for resource in resources:
            kind = "PIPES" if isinstance(resource, Pipe) else "DATASOURCES"
            for grant in resource.grants:
                scope = Scope(f"{kind}:{grant.scope}", resource.name)
                granted = wanted.setdefault(grant.token, [])
                if scope not in granted:
                    granted.append(scope)
        known = {token.name: token for token in self._by_digest.values()}
        for name, scopes in wanted.items():
            token = known.get(name)
            if token is None:
                self.create(name, scopes, origin="datafile")
            elif token.origin == "datafile" and set(token.scopes) != set(scopes):
                self.change(token, scopes)
            elif not token.is_admin and not set(scopes) <= set(token.scopes):
                self.change(token, [*token.scopes, *(scope for scope in scopes if scope not in token.scopes)])
        for token in known.values():
            if token.origin == "datafile" and token.name not in wanted:
                if token.name not in kept:
                    self.remove(token)
                elif token.scopes:
                    self.change(token, [])

    def _load(self) -> None:
        scopes: dict[str, list[Scope]] = {}
        rows = self._store.rows("SELECT token_id, type, resource, filter FROM scopes ORDER BY type, resource")
        for identity, kind, resource, condition in rows:
            scopes.setdefault(str(identity), []).append(Scope(str(kind), str(resource), str(condition)))
        self.version += 1
        found = {
            _digest(str(token)): Token(str(id_), str(name), str(token), tuple(scopes.get(str(id_), ())), str(origin))
            for id_, name, token, origin in self._store.rows("SELECT id, name, token, origin FROM tokens")
        }
        self._by_digest, self._by_id = found, {token.id: token for token in found.values()}


def _insert_scopes(identity: str, scopes: Iterable[Scope]) -> list[tuple[str, list[object]]]:
    statement = "INSERT OR REPLACE INTO scopes VALUES (?, ?, ?, ?)"
    return [(statement, [identity, scope.kind, scope.resource, scope.filter]) for scope in scopes]


def _fresh() -> str:
    return f"p.{secrets.token_urlsafe(32)}"


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogateescape")).digest()
