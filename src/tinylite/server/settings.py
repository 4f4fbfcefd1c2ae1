"""What a server is run with: one table, from which flags, environment variables and a file's fields are made."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tinylite.diagnostics import Diagnostic, DiagnosticError

PREFIX = "TINYLITE_"
Kind = Literal["text", "integer", "number", "switch", "list", "file"]


@dataclass(frozen=True, slots=True)
class Setting:
    """`default` as it is written; a list is parted by commas. `minimum` and `maximum` are of numbers."""

    name: str
    kind: Kind
    default: str
    doc: str
    minimum: float = 0
    maximum: float | None = None

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()


SETTINGS: tuple[Setting, ...] = (
    Setting("host", "text", "127.0.0.1", "The address to listen on."),
    Setting("port", "integer", "7181", "The port; 0 takes a free one.", maximum=65535),
    Setting("merges", "switch", "true", "Merge tables as their engines say."),
    Setting("access_log", "text", "off", "A JSON line a request: off, - for the standard error, or a file."),
    Setting("tls_cert", "file", "", "Serve HTTPS with this certificate chain (PEM)."),
    Setting("tls_key", "file", "", "The certificate's private key (PEM)."),
    Setting("trusted_proxies", "list", "", "Addresses and networks whose X-Forwarded-For and -Proto are believed."),
    Setting("cors_origins", "list", "*", "Origins whose pages may read answers, parted by commas; none for no page."),
    Setting("shutdown_seconds", "integer", "10", "How long requests in flight are given to end.", 1),
    Setting("max_header", "integer", "65536", "How many bytes the address and headers of a request may have.", 1024),
    Setting("header_seconds", "number", "30", "How long a client may take for them.", 0.01),
    Setting("max_body", "integer", "10485760", "How many bytes of events a request may have, unpacked.", 1),
    Setting("query_seconds", "number", "10", "How long a query may take.", 0.01),
    Setting("query_bytes", "integer", "100000000", "How many bytes an answer may have.", 1),
    Setting("queries", "integer", "4", "How many queries run at once, half of them long ones.", 2, 64),
    Setting(
        "memory",
        "text",
        "60%",
        "Of the engine, for queries, loads and kept parts of tables: 60%, 4GB.",
    ),
    Setting(
        "import_hosts",
        "list",
        "",
        "Hosts that url= may fetch from: data.example.com,*.internal, * for any; else all with public addresses.",
    ),
    Setting(
        "engine",
        "text",
        "",
        "Where rows lie: http(s)://user:password@host:8123/database, chdb:///folder, or duckdb, in the data folder.",
    ),
    Setting("cluster", "text", "", "The cluster of that ClickHouse whose machines share the rows."),
    Setting("folders", "text", "", "Folders outside of the project that file:// may lead to, parted by colons."),
)
OF_PROCESS = ("max_body", "import_hosts", "folders")
"""Read from the environment where they are used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Checked. `access_log` is empty when there is none; so are `tls_cert` and `tls_key`."""

    access_log: str = ""
    tls_cert: str = ""
    tls_key: str = ""
    trusted_proxies: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ("*",)
    shutdown_seconds: int = 10
    max_header: int = 65536
    header_seconds: float = 30.0
    query_seconds: float = 10.0
    query_bytes: int = 100_000_000
    queries: int = 4
    memory: str = "60%"
    engine: str = field(default="", repr=False)
    """It may hold a password."""
    cluster: str = ""

    @property
    def scheme(self) -> str:
        return "https" if self.tls_cert else "http"


def settings_of(values: Mapping[str, object]) -> Settings:
    """Of values by the names of SETTINGS, each of its kind. Raises DiagnosticError (TL526)."""
    text = {name: "" if value is None else str(value).strip() for name, value in values.items()}
    proxies, origins = _parts(text["trusted_proxies"]), _parts(text["cors_origins"])
    for proxy in proxies:
        if not _is_network(proxy):
            raise _fault("trusted_proxies", proxy, "an address or a network: 10.0.0.2, 10.0.0.0/8")
    if "none" in origins:
        origins = []
    for origin in origins:
        if not re.fullmatch(r"\*|[a-z][a-z0-9+.-]*://[^\s/]+", origin):
            raise _fault("cors_origins", origin, "https://app.example.com, * or none")
    if bool(text["tls_cert"]) != bool(text["tls_key"]):
        missing = "tls_key" if text["tls_cert"] else "tls_cert"
        raise _fault(missing, "", "a certificate and its key belong together")
    if text["tls_cert"]:
        _check_pair(text["tls_cert"], text["tls_key"])
    if not re.fullmatch(r"[1-9]\d?%|100%|[1-9]\d*(\.\d+)?\s?(KB|MB|GB|TB|KiB|MiB|GiB|TiB)", text["memory"], re.I):
        raise _fault("memory", text["memory"], "a share of the machine's, 60%, or an amount, 4GB")
    return Settings(
        access_log="" if text["access_log"] == "off" else text["access_log"],
        tls_cert=text["tls_cert"],
        tls_key=text["tls_key"],
        trusted_proxies=tuple(proxies),
        cors_origins=tuple(origins),
        shutdown_seconds=int(text["shutdown_seconds"]),
        max_header=int(text["max_header"]),
        header_seconds=float(text["header_seconds"]),
        query_seconds=float(text["query_seconds"]),
        query_bytes=int(text["query_bytes"]),
        queries=int(text["queries"]),
        memory=text["memory"],
        engine=text["engine"],
        cluster=text["cluster"],
    )


def hand_on(values: Mapping[str, object]) -> None:
    """Gives those of OF_PROCESS to where they are read."""
    for setting in SETTINGS:
        value = values.get(setting.name)
        if setting.name in OF_PROCESS and value is not None and str(value) != setting.default:
            os.environ[setting.variable] = str(value)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def _check_pair(cert: str, key: str) -> None:
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key)
    except FileNotFoundError as problem:
        raise _fault("tls_cert", cert, f"{problem.strerror}: one of {cert}, {key}") from None
    except OSError as problem:
        raise _fault("tls_cert", cert, f"no certificate with its key, both in PEM: {problem.strerror}") from None


def _fault(name: str, value: str, hint: str) -> DiagnosticError:
    what = f"{name} can't be {value}" if value else f"{name} is missing"
    return DiagnosticError(Diagnostic("TL526", what, hint=hint))


def named(names: Iterable[str]) -> list[Setting]:
    return [setting for setting in SETTINGS if setting.name in set(names)]
