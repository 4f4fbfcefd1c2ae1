"""pytest with a tinylite project, as a user has it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import tinylite

TESTS = """\
import pytest


def test_events_are_counted(tinylite):
    assert tinylite.append("page_views", {"timestamp": "2026-01-01 00:00:00", "user_id": "u", "page": "/new"}) == (1, 0)
    assert {"/new": 1}.items() <= {row["page"]: row["views"] for row in tinylite.endpoint("top_pages")}.items()


def test_every_test_has_rows_of_its_own(tinylite):
    assert tinylite.sql("SELECT count() AS n FROM page_views") == [{"n": 5}]
    assert tinylite.get("/v0/pipes/nothing.json").status == 404


def test_a_refusal_is_an_assertion(tinylite):
    with pytest.raises(AssertionError, match="answers 400: .*nothing"):
        tinylite.sql("SELECT nothing FROM page_views")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    assert tinylite("init", str(tmp_path / "analytics")).status == 0
    (tmp_path / "pytest.ini").write_text("[pytest]\ntinylite_project = analytics\n")
    (tmp_path / "test_analytics.py").write_text(TESTS)
    return tmp_path


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_project_is_a_fixture_and_its_cases_are_tests(project: Path) -> None:
    done = run(project)
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


def test_a_case_that_fails_shows_its_rows(project: Path) -> None:
    cases = project / "analytics" / "tests" / "top_pages.yaml"
    cases.write_text(cases.read_text().replace("3", "4"))
    done = run(project)
    assert done.returncode == 1
    assert "views: 4 → 3" in done.stdout
    assert "Traceback" not in done.stdout
