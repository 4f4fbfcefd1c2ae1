"""Commands as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tinylite.cli.main import COMMANDS, main

BROKEN = 'SCHEMA >\n    `a` Strin\nENGINE "MergeTre"\nENGINE_SORTIN_KEY "a"\n'


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(list(words))
    shown = capsys.readouterr()
    return int(stopped.value.code or 0), shown.out, shown.err


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "--help")
    assert status == 0
    assert [name for name in COMMANDS if f"  {name} " not in out] == []


def test_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version")[1].startswith("tinylite, version 0.")


def test_a_misspelt_command_is_a_wrong_usage_with_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "chek")
    assert status == 2
    assert "did you mean check?" in err


def test_check_tells_every_fault_in_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "events.datasource").write_text(BROKEN)
    status, out, _ = run(capsys, "check", str(tmp_path))
    assert status == 1
    assert [line.split(": ")[1] for line in out.splitlines() if line.startswith("events")] == [
        "error TL108", "error TL110", "error TL102",
    ]  # fmt: skip
    assert "did you mean ENGINE_SORTING_KEY?" in out
    assert out.endswith("3 errors in 1 file\n")


def test_check_speaks_to_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "events.datasource").write_text(BROKEN)
    _, out, _ = run(capsys, "check", str(tmp_path), "--output", "json")
    assert {"TL108", "TL110", "TL102"} == {fault["code"] for fault in json.loads(out)["diagnostics"]}


def test_check_speaks_to_github(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "events.datasource").write_text(BROKEN)
    _, out, _ = run(capsys, "check", str(tmp_path), "--output", "github")
    assert out.startswith("::error file=")
    assert len(out.splitlines()) == 3


def test_a_folder_that_is_not_there_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "check", str(tmp_path / "nowhere"))
    assert status == 1
    assert "TL505" in err
    assert "tinylite init" in err


def test_init_makes_a_project_that_checks_and_builds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "new")
    assert run(capsys, "init", folder)[0] == 0
    status, out, _ = run(capsys, "check", folder)
    assert (status, out) == (0, "2 resources, no faults\n")
    assert run(capsys, "build", folder, "--fixtures")[0] == 0
    assert run(capsys, "sql", "SELECT count() AS views FROM page_views", "--path", folder)[1] == "views\n5\n"


def test_init_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "README.md").write_text("mine")
    status, _, err = run(capsys, "init", str(tmp_path))
    assert status == 1
    assert "nothing was written" in err
    assert (tmp_path / "README.md").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md"]


def test_a_build_with_faults_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "events.datasource").write_text(BROKEN)
    status, _, err = run(capsys, "build", str(tmp_path))
    assert status == 1
    assert "TL110" in err


def test_a_fault_of_the_sql_is_told_without_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "new")
    run(capsys, "init", folder)
    status, _, err = run(capsys, "sql", "SELECT nope FROM page_views", "--path", folder)
    assert status == 1
    assert "unknown column nope" in err
    assert "Traceback" not in err


def test_endpoints_need_a_running_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "endpoint", "ls", "--path", str(tmp_path))
    assert status == 1
    assert "tinylite dev" in err
