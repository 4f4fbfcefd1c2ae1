"""What a server is run with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinylite.diagnostics import DiagnosticError
from tinylite.engine.base import Capacity, Limits
from tinylite.engine.duckdb.connect import DEFAULT_MEMORY
from tinylite.ingest.decode import MAX_BODY
from tinylite.server.settings import SETTINGS, Settings, settings_of

DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


def test_without_a_word_it_is_as_without_settings() -> None:
    assert settings_of(DEFAULTS) == Settings()
    assert Limits(Settings().query_seconds, None, Settings().query_bytes) == Limits()
    assert (Settings().memory, Settings().queries) == (DEFAULT_MEMORY, Capacity().queries)
    assert int(DEFAULTS["max_body"]) == MAX_BODY


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("trusted_proxies", "10.0.0.0/8, ::1", ("10.0.0.0/8", "::1")),
        ("cors_origins", "https://a.example.com,http://localhost:3000", ("https://a.example.com", "http://localhost:3000")),
        ("cors_origins", "none", ()),
        ("access_log", "-", "-"),
        ("memory", "4GB", "4GB"),
        ("memory", "100%", "100%"),
    ],
)  # fmt: skip
def test_what_is_given_is_kept(name: str, value: str, kept: object) -> None:
    assert getattr(settings_of({**DEFAULTS, name: value}), name) == kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("trusted_proxies", "proxy.local"), ("trusted_proxies", "10.0.0.1/8"), ("trusted_proxies", "*"),
        ("cors_origins", "example.com"), ("cors_origins", "https://a/b"), ("memory", "lots"), ("memory", "0%"),
        ("memory", "101%"), ("memory", "1GB'; SET x"), ("tls_cert", "a.pem"), ("tls_key", "a.pem"),
    ],
)  # fmt: skip
def test_what_can_not_be_meant_is_refused(name: str, value: str) -> None:
    with pytest.raises(DiagnosticError, match=r"can't be|is missing") as problem:
        settings_of({**DEFAULTS, name: value})
    assert problem.value.diagnostics[0].code == "TL526"


def test_a_certificate_is_looked_at_before_anything_starts(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("no key")
    for cert in (key, tmp_path / "missing.pem"):
        with pytest.raises(DiagnosticError, match="tls_cert can't be"):
            settings_of({**DEFAULTS, "tls_cert": str(cert), "tls_key": str(key)})
