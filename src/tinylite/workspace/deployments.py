"""The deployments of a data folder: versions of its project, with the names of their tables. One of them is live.

Their files are kept by content, so that a version costs what is new in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Literal

from tinylite.workspace.store import Store

Status = Literal["calculating", "creating_schema", "schema_ready", "data_ready", "failed", "deleting", "deleted"]
UNFINISHED = ("calculating", "creating_schema", "schema_ready")
_COLUMNS = "id, status, live, base, created_at, updated_at, tables, plan, errors"


@dataclass(frozen=True, slots=True)
class Deployment:
    """`id` counts from 1; 0 is what was there before the first. `base` was live when this one was made."""

    id: int
    status: Status
    live: bool
    base: int | None
    created_at: datetime
    updated_at: datetime
    tables: Mapping[str, str]
    """The names in the engine of its data sources."""
    plan: Mapping[str, Any]
    errors: tuple[Mapping[str, str], ...]
    """`error`, and mostly `filename`."""

    @property
    def is_ready(self) -> bool:
        return self.status == "data_ready"


class Deployments:
    """What is written here is what counts after a restart."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[Deployment]:
        """In the order of making; those that are gone too."""
        return self._where("true")

    def ready(self) -> list[Deployment]:
        """The live one, and those beside it that get all that it gets."""
        return self._where("status = 'data_ready'")

    def find(self, id: int) -> Deployment | None:
        found = self._where("id = ?", id)
        return found[0] if found else None

    @property
    def live(self) -> Deployment | None:
        found = self._where("live = 1")
        return found[0] if found else None

    @property
    def candidate(self) -> Deployment | None:
        """The one that is being prepared, or waits to be promoted."""
        live = self.live
        found = self._where(
            "live = 0 AND status IN ('calculating', 'creating_schema', 'schema_ready', 'data_ready') AND id > ?",
            live.id if live else -1,
        )
        return found[-1] if found else None

    def contents(self, id: int) -> dict[str, bytes]:
        """The project's files by path."""
        rows = self._store.rows(
            "SELECT path, content FROM deployment_files JOIN blobs USING (hash) WHERE deployment = ?", [id]
        )
        return {str(path): bytes(content) for path, content in rows if isinstance(content, bytes)}

    def add(
        self,
        contents: Mapping[str, bytes],
        tables: Mapping[str, str],
        plan: Mapping[str, Any],
        *,
        base: int | None,
        status: Status = "calculating",
        live: bool = False,
        id: int | None = None,
    ) -> Deployment:
        if id is None:
            ((last,),) = self._store.rows("SELECT coalesce(max(id), 0) FROM deployments")
            id = int(str(last)) + 1
        now = _now()
        values = [id, status, int(live), base, now, now, json.dumps(tables), json.dumps(plan), "[]"]
        self._store.write(
            (f"INSERT INTO deployments ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values),
            *_files(id, contents),
        )
        found = self.find(id)
        assert found is not None
        return found

    def set_status(self, id: int, status: Status, errors: Sequence[Mapping[str, str]] | None = None) -> None:
        told = [] if errors is None else [("UPDATE deployments SET errors = ? WHERE id = ?", [json.dumps(errors), id])]
        self._store.write(
            ("UPDATE deployments SET status = ?, updated_at = ? WHERE id = ?", [status, _now(), id]), *told
        )

    def promote(self, id: int) -> None:
        """From now on this one is live, also after a restart."""
        self._store.write(
            ("UPDATE deployments SET live = 0, updated_at = ? WHERE live = 1", [_now()]),
            ("UPDATE deployments SET live = 1, errors = '[]', updated_at = ? WHERE id = ?", [_now(), id]),
        )

    def replace(self, id: int, contents: Mapping[str, bytes], tables: Mapping[str, str]) -> None:
        """A deployment that was changed in its place."""
        self._store.write(
            ("UPDATE deployments SET tables = ?, updated_at = ? WHERE id = ?", [json.dumps(tables), _now(), id]),
            ("DELETE FROM deployment_files WHERE deployment = ?", [id]),
            *_files(id, contents),
        )

    def forget_files(self, id: int) -> None:
        """Of one that is gone; what no other one has is removed."""
        self._store.write(
            ("DELETE FROM deployment_files WHERE deployment = ?", [id]),
            ("DELETE FROM blobs WHERE hash NOT IN (SELECT hash FROM deployment_files)", []),
        )

    def _where(self, condition: str, *values: object) -> list[Deployment]:
        rows = self._store.rows(f"SELECT {_COLUMNS} FROM deployments WHERE {condition} ORDER BY id", values)
        return [_deployment(row) for row in rows]


def _files(id: int, contents: Mapping[str, bytes]) -> list[tuple[str, list[object]]]:
    found: list[tuple[str, list[object]]] = []
    for path, content in contents.items():
        key = blake2b(content, digest_size=16).hexdigest()
        found.append(("INSERT OR IGNORE INTO blobs VALUES (?, ?)", [key, content]))
        found.append(("INSERT INTO deployment_files VALUES (?, ?, ?)", [id, path, key]))
    return found


def _deployment(row: tuple[object, ...]) -> Deployment:
    id, status, live, base, created, updated, tables, plan, errors = row
    return Deployment(
        int(str(id)), str(status), bool(live), None if base is None else int(str(base)),  # type: ignore[arg-type]
        datetime.fromisoformat(str(created)), datetime.fromisoformat(str(updated)),
        json.loads(str(tables)), json.loads(str(plan)), tuple(json.loads(str(errors))),
    )  # fmt: skip


def _now() -> str:
    return datetime.now(UTC).isoformat(" ")
