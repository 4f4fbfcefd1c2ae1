"""Clients from PyPI."""

from __future__ import annotations

import json

import pytest

from clients.conftest import HERE, Run
from tests.cli.process import Dev

PROGRAMS = HERE / "python"


@pytest.mark.parametrize("program", ["verdin_client", "python_sdk", "tinybird_sdk_client"])
def test_an_sdk(run_python: Run, program: str) -> None:
    run_python("sdks", str(PROGRAMS / f"{program}.py"))


def test_pytest_reports_its_outcome(run_python: Run, server: Dev) -> None:
    words = (
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--noconftest",
        "--report-to-tinybird",
        str(PROGRAMS / "test_reported.py"),
    )
    run_python("sdks", *words, TINYBIRD_DATASOURCE="reports", TINYBIRD_WAIT="true")
    asked = "SELECT uniqExact(test_nodeid) AS n FROM reports WHERE outcome = 'passed' FORMAT JSON"
    assert server.get("/v0/sql", q=asked).json()["data"] == [{"n": 2}]


def test_an_assistant_asks_through_mcp(run_python: Run, server: Dev) -> None:
    variables = {"TB_API_URL": server.url, "TB_ADMIN_TOKEN": server.token}
    said = run_python("mcp", str(PROGRAMS / "mcp_client.py"), **variables)
    answers = json.loads(said.splitlines()[-1])
    assert "events" in answers["list-data-sources"]
    assert "by_tenant" in answers["list-pipes"]
