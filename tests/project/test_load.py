"""Folders as projects."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project.folder import EVENTS, node, project, write
from tinylite.diagnostics import DiagnosticError
from tinylite.project import Project, check, load


def messages(found: Project) -> list[str]:
    return [f"{fault.span}: {fault.message}" for fault in found.diagnostics]


def test_folders_have_no_meaning(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "events.datasource": EVENTS,
            "deep/down/top.pipe": node("n", "SELECT 1"),
            "x/store.connection": "TYPE s3\nS3_ARN a\n",
        },
    )
    assert list(found.resources) == ["store", "events", "top"]
    assert list(found.files) == ["deep/down/top.pipe", "events.datasource", "x/store.connection"]


@pytest.mark.parametrize("folder", [".git", ".tinylite", "node_modules", "__pycache__", "env"])
def test_folders_of_other_things_are_skipped(tmp_path: Path, folder: str) -> None:
    write(tmp_path, {"env/pyvenv.cfg": ""})
    assert project(tmp_path, {f"{folder}/events.datasource": EVENTS}).files == {}


def test_fixtures_tests_settings_and_secrets_are_found(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "top.pipe": node("n", "SELECT 1"),
            "fixtures/events.ndjson": "{}",
            "tests/top.yaml": "- name: a\n  parameters: x=1\n  expected_result: |\n    {}\n",
            "tinylite.yaml": "port: 7181\n",
            ".env": "A=1\nB=2\n",
            ".env.local": "export B='two words'\n# C=3\nD=\n",
        },
    )
    assert found.fixtures == {"events": tmp_path / "fixtures/events.ndjson"}
    (case,) = found.tests["top"]
    assert (case.name, case.parameters, case.expected_result, case.expected_http_status) == ("a", "x=1", "{}\n", 200)
    assert found.settings == {"port": 7181}
    assert found.secrets == {"A": "1", "B": "two words", "D": ""}


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    assert "hunter2" not in repr(project(tmp_path, {".env": "PASSWORD=hunter2\n"}))


def test_no_folder_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError) as caught:
        load(tmp_path / "none")
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.hint) == ("TL505", "name a folder with datafiles, or run tinylite init to begin one")


def test_files_that_can_not_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "gone.pipe").symlink_to(tmp_path / "nowhere")
    found = project(tmp_path, {"junk.datasource": b"SCHEMA \xff", "wide.pipe": "NODE a".encode("utf-16")})
    assert messages(found) == [
        "gone.pipe:1:1: this can't be read: No such file or directory",
        "junk.datasource:1:8: byte 0xff is not UTF-8",
        "wide.pipe:1:1: this file is UTF-16",
    ]


def test_line_ends_of_windows_and_a_mark_make_no_difference(tmp_path: Path) -> None:
    plain = project(tmp_path / "a", {"events.datasource": EVENTS})
    windows = project(tmp_path / "b", {"events.datasource": b"\xef\xbb\xbf" + EVENTS.replace("\n", "\r\n").encode()})
    assert windows.datasources == plain.datasources


def test_yaml_that_is_none_is_told_for_pipes_only(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {"top.pipe": node("n", "SELECT 1"), "tests/top.yaml": "- name: [a\n", "tests/other.yaml": "- name: [a\n"},
    )
    assert [str(fault.span) for fault in found.diagnostics] == ["tests/top.yaml:2:1"]


def test_a_result_may_be_written_as_an_object(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "top.pipe": node("n", "SELECT 1"),
            "tests/top.yaml": '- name: a\n  expected_result: {"n": 1}\n  expected_http_status: 400\n',
        },
    )
    (case,) = found.tests["top"]
    assert (case.expected_result, case.expected_http_status) == ('{"n": 1}', 400)


def test_fragments_are_looked_for_beside_the_file_and_from_the_root(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "pipes/a.pipe": 'NODE n\nINCLUDE "part.incl"\n',
            "pipes/b.pipe": 'NODE n\nINCLUDE "shared/part.incl"\n',
            "pipes/part.incl": "SQL >\n    SELECT 1\n",
            "shared/part.incl": "SQL >\n    SELECT 2\n",
        },
    )
    assert found.diagnostics == ()
    assert [pipe.output.sql.value.strip() for pipe in found.pipes.values()] == ["SELECT 1", "SELECT 2"]


def test_fragments_outside_of_the_project_are_not_read(tmp_path: Path) -> None:
    write(tmp_path, {"secret.incl": "SQL >\n    SELECT 1\n"})
    found = project(tmp_path / "p", {"a.pipe": "NODE n\nINCLUDE ../secret.incl\nSQL >\n    SELECT 1\n"})
    assert messages(found) == ["a.pipe:2:9: there is no file ../secret.incl"]


def test_a_file_that_did_not_change_is_not_parsed_again(tmp_path: Path) -> None:
    before = project(tmp_path, {"events.datasource": EVENTS, "top.pipe": node("n", "SELECT 1")})
    write(tmp_path, {"top.pipe": node("n", "SELECT 2")})
    after = load(tmp_path, before)
    assert after.files["events.datasource"] is before.files["events.datasource"]
    assert after.pipes["top"].output.sql.value.strip() == "SELECT 2"


def test_a_changed_fragment_changes_what_includes_it(tmp_path: Path) -> None:
    before = project(tmp_path, {"a.pipe": "NODE n\nINCLUDE part.incl\n", "part.incl": "SQL >\n    SELECT 1\n"})
    write(tmp_path, {"part.incl": "SQL >\n    SELECT 2\n"})
    assert load(tmp_path, before).pipes["a"].output.sql.value.strip() == "SELECT 2"


def test_a_fragment_that_comes_later_is_found(tmp_path: Path) -> None:
    before = project(tmp_path, {"a.pipe": "NODE n\nINCLUDE part.incl\n"})
    write(tmp_path, {"part.incl": "SQL >\n    SELECT 1\n"})
    after = load(tmp_path, before)
    assert (len(before.diagnostics), after.diagnostics) == (2, ())


def test_a_file_that_went_away_is_forgotten(tmp_path: Path) -> None:
    before = project(tmp_path, {"events.datasource": EVENTS, "top.pipe": node("n", "SELECT 1")})
    (tmp_path / "events.datasource").unlink()
    assert load(tmp_path, before).datasources == {}


def test_a_file_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "caf\udce9.pipe").write_text(node("n", "SELECT 1"))
    (fault,) = check(load(tmp_path))
    assert (fault.code, str(fault.span)) == ("TL113", "caf?.pipe:1:1")
