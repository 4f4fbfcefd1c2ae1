"""The data folder: one server at a time, and none of another version."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workspace.projects import workspace
from tinylite.diagnostics import DiagnosticError
from tinylite.workspace import Workspace


def refusal(folder: Path) -> str:
    with pytest.raises(DiagnosticError) as caught:
        Workspace.open(folder / "data").close()
    return caught.value.diagnostics[0].code


def test_a_second_server_is_kept_out_until_the_first_is_gone(tmp_path: Path) -> None:
    with workspace(tmp_path):
        assert refusal(tmp_path) == "TL506"
    with workspace(tmp_path):
        pass


@pytest.mark.parametrize("version", ["2", "99", "x"])
def test_a_folder_of_another_version_is_left_alone(tmp_path: Path, version: str) -> None:
    with workspace(tmp_path):
        pass
    (tmp_path / "data" / "version").write_text(version)
    assert refusal(tmp_path) == "TL507"
    assert (tmp_path / "data" / "version").read_text() == version


def test_a_kill_in_the_first_moment_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "version").touch()
    with workspace(tmp_path):
        pass


def test_the_admin_token_outlives_a_restart(tmp_path: Path) -> None:
    tokens = []
    for _ in range(2):
        with workspace(tmp_path) as opened:
            tokens.append(opened.tokens.admin.token)
    assert tokens[0] == tokens[1]
    assert len(tokens[0]) > 40


def test_what_holds_tokens_is_for_the_owner_only(tmp_path: Path) -> None:
    with workspace(tmp_path):
        assert (tmp_path / "data" / "control.sqlite").stat().st_mode & 0o077 == 0
