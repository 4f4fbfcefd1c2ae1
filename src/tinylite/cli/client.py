"""Requests to a running server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from tinylite.cli import server_file
from tinylite.cli.options import data_folder, project_folder
from tinylite.cli.server_file import Running
from tinylite.diagnostics import Diagnostic, DiagnosticError


def running(path: Path, data: Path | None) -> Running:
    """The server of a project. Raises DiagnosticError (TL504) when there is none."""
    found = find(path, data)
    if found is None:
        message = f"no server is running for {path.resolve()}"
        raise DiagnosticError(Diagnostic("TL504", message, hint=f"start one with: tinylite dev {path}"))
    return found


def find(path: Path, data: Path | None) -> Running | None:
    """None when no server answers."""
    found = server_file.read(data_folder(project_folder(path), data))
    if found is None:
        return None
    try:
        httpx.get(f"{found.url}/v0/health", timeout=2)
    except httpx.HTTPError:
        return None
    return found


def get(server: Running, path: str, parameters: Mapping[str, Any] | None = None) -> httpx.Response:
    """Raises DiagnosticError with the server's own words."""
    headers = {"authorization": f"Bearer {server.token}"}
    try:
        response = httpx.get(server.url + path, params=dict(parameters or {}), headers=headers, timeout=60)
    except httpx.HTTPError as problem:
        raise DiagnosticError(Diagnostic("TL504", f"the server does not answer: {problem}")) from None
    if response.status_code >= 400:
        try:
            text = str(response.json().get("error", response.text))
        except ValueError:
            text = response.text
        raise DiagnosticError(Diagnostic("TL501", text))
    return response
