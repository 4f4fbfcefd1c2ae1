"""Files of other servers. What `url=` may reach is decided here: an address that a request names is no reason to look
into the private network of the machine.
"""

from __future__ import annotations

import http.client
import ipaddress
import os
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from tinylite.ingest.connectors.buckets import ALLOWED_FOLDERS
from tinylite.ingest.errors import Malformed, Refused, TooLarge

HOSTS = "TINYLITE_IMPORT_HOSTS"
MAX_FILE = 10 * 1024 * 1024 * 1024
"""Bytes of one file, as it is sent."""
_TIMEOUT = 30.0
_REDIRECTS = 5
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reach:
    """`hosts` are names that may be asked, `*` stands for anything; without any, all that have public addresses.
    Files of this machine may be read below `folders`.
    """

    hosts: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> Reach:
        hosts = tuple(host.strip().lower() for host in environment.get(HOSTS, "").split(",") if host.strip())
        folders = tuple(Path(each) for each in environment.get(ALLOWED_FOLDERS, "").split(os.pathsep) if each)
        return cls(hosts, folders)


Told = Callable[[int, int], None]
"""Of bytes that came, out of so many; 0 when nobody knows."""


def check_url(url: str, reach: Reach) -> SplitResult:
    """Raises IngestError when the address is none, or must not be asked."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (raises for a port that is none)
    except ValueError as problem:
        raise Malformed(f"{url[:200]} is no address: {problem}") from None
    if parts.scheme == "file":
        _file(parts, reach)
    elif parts.scheme not in ("http", "https") or not parts.hostname:
        raise Malformed(f"{url[:200]} can't be fetched: an address begins with http:// or https://")
    elif reach.hosts and not any(fnmatchcase(parts.hostname.lower(), host) for host in reach.hosts):
        raise Refused(f"{parts.hostname} is not one of the hosts in {HOSTS}")
    return parts


def fetch(url: str, into: Path, reach: Reach, told: Told) -> None:
    """Raises IngestError. `told` may raise what ends the work."""
    try:
        for _ in range(_REDIRECTS + 1):
            parts = check_url(url, reach)
            if parts.scheme == "file":
                with _file(parts, reach).open("rb") as source, into.open("wb") as target:
                    _copy(source, target, _file(parts, reach).stat().st_size, told)
                return
            following = _get(parts, into, reach, told)
            if following is None:
                return
            url = urljoin(url, following)
        raise Malformed(f"{parts.hostname} redirects more than {_REDIRECTS} times")
    except (OSError, http.client.HTTPException) as problem:
        raise Malformed(f"{url[:200]} can't be fetched: {problem or type(problem).__name__}") from None


def _file(parts: SplitResult, reach: Reach) -> Path:
    """Raises Refused when it does not lie below one of the folders."""
    path = Path(unquote(parts.path)).resolve()
    if not reach.folders or parts.netloc not in ("", "localhost"):
        raise Refused(f"files of this machine are not read by url=; {ALLOWED_FOLDERS} would name folders that may be")
    if not any(path.is_relative_to(folder.resolve()) for folder in reach.folders):
        raise Refused(f"{path.name} does not lie in a folder of {ALLOWED_FOLDERS}")
    if not path.is_file():
        raise Malformed(f"there is no file {path.name} in the folders of {ALLOWED_FOLDERS}")
    return path


def _get(parts: SplitResult, into: Path, reach: Reach, told: Told) -> str | None:
    """Where the answer leads to, when it is a redirection."""
    connection = _connect(parts, reach)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers={"Accept-Encoding": "identity", "User-Agent": "tinylite"})
        response = connection.getresponse()
        if response.status in (301, 302, 303, 307, 308) and (location := response.getheader("Location")):
            return location
        if response.status != 200:
            raise Malformed(f"{parts.hostname} answered {response.status} {response.reason}")
        length = response.getheader("Content-Length") or ""
        total = int(length) if length.isdecimal() else 0
        with into.open("wb") as target_file:
            size = _copy(response, target_file, total, told)
        if total and size < total:
            raise Malformed(f"{parts.hostname} closed the connection after {size:,} of {total:,} bytes")
        return None
    finally:
        connection.close()


def _copy(source: IO[bytes] | http.client.HTTPResponse, target: IO[bytes], total: int, told: Told) -> int:
    size = 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > MAX_FILE:
            raise TooLarge(f"the file has more than {MAX_FILE:,} bytes")
        target.write(chunk)
        told(size, total)
    return size


def _connect(parts: SplitResult, reach: Reach) -> http.client.HTTPConnection:
    """To an address that was looked at: a name that is asked twice could mean another one the second time."""
    host = str(parts.hostname)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [address for *_, address in found if reach.hosts or _is_public(str(address[0]))]
    if not addresses:
        raise Refused(f"{host} has no public address; {HOSTS} would name hosts that may be asked")
    plain = socket.create_connection((str(addresses[0][0]), port), _TIMEOUT)
    connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT)
    connection.sock = plain
    if parts.scheme == "https":
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    return connection


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    return parsed.is_global and not parsed.is_multicast and (inner is None or inner.is_global)
