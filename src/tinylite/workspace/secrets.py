"""Secrets that were set on a server. They can be replaced and used, never read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from tinylite.workspace.store import Store


@dataclass(frozen=True, slots=True)
class Secret:
    """What may be told of a secret. Times are UTC, as text."""

    name: str
    created_at: str
    updated_at: str


class StoredSecrets:
    """Kept in memory too: templates ask for them at each request. `version` changes with each of them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.version = 0
        self._values = {str(name): str(value) for name, value in store.rows("SELECT name, value FROM secrets")}

    def find(self, name: str) -> str | None:
        return self._values.get(name)

    def all(self) -> list[Secret]:
        rows = self._store.rows("SELECT name, created_at, updated_at FROM secrets ORDER BY name")
        return [Secret(str(name), str(created), str(updated)) for name, created, updated in rows]

    def set(self, name: str, value: str) -> None:
        now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
        statement = (
            "INSERT INTO secrets VALUES (?, ?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at"
        )
        self._store.write((statement, [name, value, now, now]))
        self._values[name] = value
        self.version += 1

    def remove(self, name: str) -> bool:
        """Whether there was one."""
        known = self._values.pop(name, None) is not None
        self.version += 1
        self._store.write(("DELETE FROM secrets WHERE name = ?", [name]))
        return known
