"""The vendor's own command line, with a server as its local environment."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from clients import installed
from clients.conftest import HERE
from tests.cli.command import tinylite
from tests.cli.process import Dev

_SECONDS = 90


class Tb:
    """`tb` in a project of its own, which it keeps in a workspace of its own."""

    def __init__(self, server: Dev, folder: Path) -> None:
        self.folder = folder / "project"
        assert tinylite("init", str(self.folder)).status == 0
        (self.folder / ".env").unlink(missing_ok=True)
        host, port = server.url.removeprefix("http://").split(":")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
            "HOME": str(folder), "PYTHONPATH": str(HERE / "guards"), "PYTHONWARNINGS": "ignore",
            "TB_LOCAL_HOST": host, "TB_LOCAL_PORT": port, "TB_HOST": server.url,
            "TB_CLI_TELEMETRY_OPTOUT": "1", "TB_VERSION_WARNING": "0",
        }  # fmt: skip

    def __call__(self, *words: str) -> str:
        """What it prints, without colours. Fails when it fails."""
        program = installed.python("tb").with_name("tb")
        done = subprocess.run(
            [str(program), *words], cwd=self.folder, env=self.environment,
            capture_output=True, text=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
        said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
        assert done.returncode == 0, said[-4000:]
        return said


@pytest.fixture(scope="module")
def tb(server: Dev, tmp_path_factory: pytest.TempPathFactory) -> Tb:
    found = Tb(server, tmp_path_factory.mktemp("tb"))
    assert "Build completed" in found("build")
    return found


def test_a_build_without_changes_is_skipped(tb: Tb) -> None:
    assert "No changes" in tb("build")


def test_endpoints_are_listed_located_and_asked(tb: Tb) -> None:
    assert "top_pages" in tb("endpoint", "ls")
    assert "/v0/pipes/top_pages.json" in tb("endpoint", "url", "top_pages")
    assert "/docs" in tb("endpoint", "data", "top_pages", "--limit", "2")


def test_fixtures_are_there_and_events_come_in(tb: Tb) -> None:
    assert "page_views" in tb("datasource", "ls")
    event = '{"timestamp":"2026-01-01 00:00:00","user_id":"u","page":"/from-tb","duration_ms":5}'
    assert "1 row appended" in tb("datasource", "append", "page_views", "--events", event)
    assert "/from-tb" in tb("sql", "SELECT page FROM page_views WHERE page = '/from-tb'")


def test_tests_pass(tb: Tb) -> None:
    assert "1/1 passed" in tb("test", "run")


def test_tokens_secrets_jobs_and_logs_are_listed(tb: Tb) -> None:
    assert "admin token" in tb("token", "ls")
    assert "Secret 'key' set" in tb("secret", "set", "key", "hidden")
    listed = tb("secret", "ls")
    assert "key" in listed and "hidden" not in listed
    assert "import" in tb("job", "ls")
    tb("logs")


def test_a_change_is_deployed(tb: Tb) -> None:
    pipe = tb.folder / "endpoints" / "pages.pipe"
    pipe.write_text("NODE pages\nSQL >\n    SELECT count() AS n FROM page_views\n\nTYPE endpoint\n")
    assert "pages" in tb("deploy", "--check")
    tb("deploy")
    assert '"n"' in tb("endpoint", "data", "pages", "--format", "csv") or "n" in tb("endpoint", "data", "pages")


def test_rows_are_taken_away(tb: Tb) -> None:
    assert "truncated" in tb("datasource", "truncate", "page_views", "--yes")
