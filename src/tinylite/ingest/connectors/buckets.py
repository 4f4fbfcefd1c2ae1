"""Buckets: S3 and what speaks like it, GCS, and local folders, all as one thing with objects by key."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tinylite.ingest.connectors.errors import Unreachable, missing, refused
from tinylite.project.connections import Address, Endpoint

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_GCS_OVER_S3 = "https://storage.googleapis.com"
_TIMEOUT = timedelta(seconds=60)
_LASTING = re.compile(r"status code: (?:400|401|403|404)\b")
"""What a listing does not tell by the kind of its error."""
_CHUNK = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Object:
    """What a listing says of an object: `tag` changes with its content."""

    key: str
    tag: str
    size: int
    modified: datetime


class Bucket(Protocol):
    """All methods raise Unreachable, or DiagnosticError (TL513) where trying again is of no use."""

    def list(self, folder: str) -> Iterator[Object]:
        """All objects below a folder, which ends in / or is empty; in no order."""

    def exists(self, key: str) -> bool: ...

    def download(self, found: Object, path: Path) -> None:
        """Into a file. The content is that of the tag, or it raises Changed."""

    def upload(self, path: Path, key: str) -> None:
        """From a file, in the place of what there may be. Nobody sees a part of it."""


class Changed(Exception):
    """The object is not any more what the listing said."""


def open_bucket(place: Address, connection: Endpoint | None, root: Path | None) -> Bucket:
    """`root` is the folder that local ones lie in, if there is one. Raises DiagnosticError (TL513)."""
    if place.kind == "file":
        return Folder(root, place.path)
    if connection is None:
        raise refused(f"the {place.kind} address {place.bucket} needs a connection")
    return Remote(place.bucket, connection)


class Remote:
    def __init__(self, bucket: str, connection: Endpoint) -> None:
        self._store = _store(bucket, connection)
        self._name = bucket

    def list(self, folder: str) -> Iterator[Object]:
        import obstore

        with _told(self._name):
            for batch in obstore.list(self._store, prefix=folder.rstrip("/") or None):
                for meta in batch:
                    tag = str(meta["e_tag"] or meta["version"] or meta["last_modified"].isoformat())
                    yield Object(str(meta["path"]), tag, int(meta["size"]), meta["last_modified"])

    def exists(self, key: str) -> bool:
        import obstore

        with _told(self._name):
            try:
                obstore.head(self._store, key)
            except FileNotFoundError:
                return False
        return True

    def download(self, found: Object, path: Path) -> None:
        import obstore
        from obstore.exceptions import PreconditionError

        with _told(self._name):
            try:
                answer = obstore.get(self._store, found.key, options={"if_match": found.tag})
                with path.open("wb") as file:
                    for chunk in answer.stream(min_chunk_size=_CHUNK):
                        file.write(chunk)
            except (PreconditionError, FileNotFoundError):
                raise Changed(found.key) from None

    def upload(self, path: Path, key: str) -> None:
        import obstore

        with _told(self._name):
            obstore.put(self._store, key, path)


@contextmanager
def _told(bucket: str) -> Iterator[None]:
    """Problems of the library in our words; its own are followed by pages of what it was made of."""
    from obstore.exceptions import (
        BaseError,
        InvalidPathError,
        NotSupportedError,
        PermissionDeniedError,
        UnauthenticatedError,
        UnknownConfigurationKeyError,
    )

    lasting = (
        FileNotFoundError, PermissionDeniedError, UnauthenticatedError, InvalidPathError, NotSupportedError,
        UnknownConfigurationKeyError,
    )  # fmt: skip
    try:
        yield
    except lasting as problem:
        raise refused(f"the bucket {bucket} can't be used: {_reason(problem)}") from None
    except (BaseError, OSError) as problem:
        if _LASTING.search(str(problem)):
            raise refused(f"the bucket {bucket} can't be used: {_reason(problem)}") from None
        raise Unreachable(f"the bucket {bucket} does not answer: {_reason(problem)}") from None


def _reason(problem: Exception) -> str:
    text = str(problem).split("\n\nDebug source", 1)[0].split("<?xml", 1)[0]
    return text.strip(" :\n").replace("\n", " ")[:500]


def _store(bucket: str, connection: Endpoint) -> ObjectStore:
    try:
        from obstore.exceptions import BaseError
        from obstore.store import GCSStore
    except ImportError:
        raise missing("obstore", "buckets") from None
    retries: Any = {"max_retries": 2, "retry_timeout": timedelta(seconds=20)}
    try:
        if connection.kind == "s3":
            return _s3(bucket, connection, retries)
        key = connection.get("GCS_SERVICE_ACCOUNT_CREDENTIALS_JSON")
        if key:
            options: Any = {"allow_http": '"http://' in key, "timeout": _TIMEOUT}
            return GCSStore(bucket, service_account_key=key, client_options=options, retry_config=retries)
        return _s3(bucket, _over_s3(connection), retries)
    except (BaseError, ValueError, TypeError) as problem:
        raise refused(f"the connection {connection.name} is wrong: {_reason(problem)}") from None


def _over_s3(connection: Endpoint) -> Endpoint:
    """HMAC keys are for the S3 way of speaking to GCS."""
    return Endpoint(connection.name, "s3", {
        "S3_ACCESS_KEY": connection.get("GCS_HMAC_ACCESS_ID"), "S3_SECRET": connection.get("GCS_HMAC_SECRET"),
        "S3_ENDPOINT": _GCS_OVER_S3, "S3_REGION": "auto",
    })  # fmt: skip


def _s3(bucket: str, connection: Endpoint, retries: Any) -> ObjectStore:
    from obstore.store import S3Store

    given = {
        "access_key_id": connection.get("S3_ACCESS_KEY"),
        "secret_access_key": connection.get("S3_SECRET"),
        "endpoint": connection.get("S3_ENDPOINT"),
    }
    chosen: Any = {name: value for name, value in given.items() if value}
    if connection.get("S3_ARN") and "access_key_id" not in chosen:
        # The role of the machine, as AWS gives it to a process: a role is not assumed from here.
        chosen = {name: value for name, value in chosen.items() if name == "endpoint"}
    options: Any = {"allow_http": connection.get("S3_ENDPOINT").startswith("http://"), "timeout": _TIMEOUT}
    region = connection.get("S3_REGION") or "us-east-1"
    return S3Store(bucket, region=region, client_options=options, retry_config=retries, **chosen)


class Folder:
    """A local folder. Files are written beside their place, and then put there."""

    def __init__(self, root: Path | None, path: str) -> None:
        if root is None and not path.startswith("/"):
            hint = f"name an absolute one, which the environment variable {ALLOWED_FOLDERS} allows"
            raise refused(f"the project was sent here, so there is no folder for file://{path}", hint)
        self._root = (root or Path("/")).resolve()
        self._base = (self._root / path.split("*")[0]).resolve()
        self._allowed = [Path(each).resolve() for each in _also_allowed()]
        if root is not None:
            self._allowed.append(self._root)
        self._check(self._base)

    def _check(self, path: Path) -> None:
        if not any(path == allowed or allowed in path.parents for allowed in self._allowed):
            hint = f"name the folder in the environment variable {ALLOWED_FOLDERS}"
            raise refused(f"{path} lies outside of the project's folder", hint)

    def _path(self, key: str) -> Path:
        path = Path(os.path.normpath(self._root / key))
        self._check(path)
        return path

    def list(self, folder: str) -> Iterator[Object]:
        base = self._path(folder)
        for path in sorted(base.rglob("*")) if base.is_dir() else ():
            if path.is_file() and not path.name.startswith("."):
                found = path.stat()
                key = path.as_posix() if folder.startswith("/") else path.relative_to(self._root).as_posix()
                modified = datetime.fromtimestamp(found.st_mtime, UTC)
                yield Object(key, f"{found.st_mtime_ns}-{found.st_size}", found.st_size, modified)

    def exists(self, key: str) -> bool:
        return self._path(key).exists()

    def download(self, found: Object, path: Path) -> None:
        source = self._path(found.key)
        try:
            shutil.copyfile(source, path)
            now = source.stat()
        except FileNotFoundError:
            raise Changed(found.key) from None
        except OSError as problem:
            raise refused(f"{source} can't be read: {problem.strerror}") from None
        if f"{now.st_mtime_ns}-{now.st_size}" != found.tag:
            raise Changed(found.key)

    def upload(self, path: Path, key: str) -> None:
        target = self._path(key)
        beside = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copyfile(path, beside)
                with beside.open("rb") as file:
                    os.fsync(file.fileno())
                beside.replace(target)
            finally:
                beside.unlink(missing_ok=True)
        except OSError as problem:
            raise refused(f"{target} can't be written: {problem.strerror}") from None


ALLOWED_FOLDERS = "TINYLITE_FOLDERS"
"""An environment variable: folders outside of the project that `file://` may lead to."""


def _also_allowed() -> list[str]:
    return [each for each in os.environ.get(ALLOWED_FOLDERS, "").split(os.pathsep) if each]


# -- patterns -------------------------------------------------------------------------------------------------------

_WILD = re.compile(r"[*?\[{]")


def literal_folder(pattern: str) -> str:
    """What stands before the first wildcard, up to a slash: where to begin to list."""
    wild = _WILD.search(pattern)
    folder, slash, _ = pattern[: wild.start() if wild else None].rpartition("/")
    return folder + slash


def matcher(pattern: str) -> re.Pattern[str]:
    """`*` and `?` within a folder, `**` over folders, `[a-c]`, `{a,b}`, `{1..3}`. A folder means all that is in it."""
    if pattern.endswith("/") or not pattern:
        pattern += "**"
    return re.compile(_expression(pattern), re.S)


def _expression(pattern: str) -> str:
    out, at = "", 0
    while at < len(pattern):
        rest = pattern[at:]
        if rest.startswith("**/"):
            out, at = out + r"(?:.*/)?", at + 3
        elif rest.startswith("**"):
            out, at = out + ".*", at + 2
        elif (choice := re.match(r"\{([^{}]*)\}", rest)) is not None:
            out, at = out + _choice(choice[1]), at + choice.end()
        elif (group := re.match(r"\[(!?)([^\]]+)\]", rest)) is not None:
            inside = re.escape(group[2]).replace("\\-", "-")
            out, at = out + f"[{'^' if group[1] else ''}{inside}]", at + group.end()
        else:
            out, at = out + {"*": "[^/]*", "?": "[^/]"}.get(rest[0], re.escape(rest[0])), at + 1
    return out


def _choice(text: str) -> str:
    numbers = re.fullmatch(r"(\d+)\.\.(\d+)", text)
    if numbers is not None and int(numbers[2]) - int(numbers[1]) < 10_000:
        width = len(numbers[1])
        return "(?:" + "|".join(str(n).zfill(width) for n in range(int(numbers[1]), int(numbers[2]) + 1)) + ")"
    return "(?:" + "|".join(_expression(part) for part in text.split(",")) + ")"
