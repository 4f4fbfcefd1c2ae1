"""Commands as a user types them."""

from __future__ import annotations

import importlib
import json
import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
import yaml

from tests.cli.command import tinylite
from tests.cli.process import TINYLITE
from tinylite.cli import check as check_module
from tinylite.cli.main import COMMANDS, cli

Golden = Callable[[str, str], None]
BROKEN = 'SCHEMA >\n    `a` Strin\nENGINE "MergeTre"\nENGINE_SORTIN_KEY "a"\n'


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    (tmp_path / "events.datasource").write_text(BROKEN)
    return tmp_path


# main


def test_help_lists_every_command() -> None:
    said = tinylite("--help")
    assert said.status == 0
    assert [name for name in COMMANDS if f"  {name} " not in said.out] == []


def test_each_command_has_a_help_with_an_example_or_commands() -> None:
    for name in COMMANDS:
        out = tinylite(name, "--help").out
        assert "Example:" in out or "Commands:" in out


def test_version_is_told() -> None:
    assert tinylite("--version").out.startswith("tinylite, version 0.")


def test_a_misspelt_command_is_a_wrong_usage_with_a_suggestion() -> None:
    said = tinylite("chek")
    assert said.status == 2
    assert "did you mean check?" in said.err


def test_a_misspelt_option_is_a_wrong_usage() -> None:
    said = tinylite("check", "--outptu", "json")
    assert said.status == 2
    assert "--output" in said.err


def _failing(problem: BaseException) -> Callable[[Path], None]:
    def read(path: Path) -> None:
        raise problem

    return read


def test_a_fault_of_tinylite_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_module, "read_project", _failing(ZeroDivisionError("division by zero")))
    said = tinylite("check")
    assert said.status == 1
    assert "error TL599: ZeroDivisionError: division by zero" in said.err
    assert "please report it" in said.err
    assert "Traceback" not in said.err


def test_its_traceback_is_shown_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_module, "read_project", _failing(ZeroDivisionError()))
    monkeypatch.setenv("TINYLITE_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        tinylite("check")


def test_ctrl_c_is_status_130(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_module, "read_project", _failing(KeyboardInterrupt()))
    assert tinylite("check").status == 130


def test_a_file_that_can_not_be_written_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = tinylite("init", str(tmp_path / "file" / "project"))
    assert said.status == 1
    assert "error TL510" in said.err
    assert "Not a directory" in said.err


def test_a_reader_of_the_output_may_go_away(starter: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*TINYLITE, "check", str(starter)], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert done.returncode == 1
    assert done.stderr == b""


def test_with_json_an_error_is_a_document_too(tmp_path: Path) -> None:
    said = tinylite("sql", "SELECT 1", "--path", str(tmp_path), "--output", "json")
    assert (said.status, said.err) == (1, "")
    assert [fault["code"] for fault in json.loads(said.out)["diagnostics"]] == ["TL504"]


# check


def test_check_tells_every_fault_in_one_run(broken: Path, golden: Golden) -> None:
    said = tinylite("check", str(broken))
    assert (said.status, said.err) == (1, "")
    golden("check.txt", said.out)


def test_on_a_terminal_faults_have_colours(broken: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    golden("check-on-a-terminal.txt", tinylite("check", str(broken), is_terminal=True).out.replace("\x1b", "␛"))


def test_colours_can_be_refused(broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in tinylite("check", str(broken), is_terminal=True).out


def test_check_speaks_to_programs(broken: Path) -> None:
    said = tinylite("check", str(broken), "--output", "json")
    assert said.status == 1
    assert {"TL108", "TL110", "TL102"} == {fault["code"] for fault in json.loads(said.out)["diagnostics"]}


def test_github_gets_paths_as_the_repository_has_them(broken: Path) -> None:
    said = tinylite("check", broken.name, "--output", "github", folder=broken.parent)
    assert said.status == 1
    assert [line.partition(",")[0] for line in said.out.splitlines()] == [
        f"::error file={broken.name}/events.datasource"
    ] * 3


def test_github_gets_paths_of_a_project_that_is_the_repository(broken: Path) -> None:
    assert tinylite("check", "--output", "github", folder=broken).out.startswith("::error file=events.datasource,")


def test_a_warning_is_no_failure(starter: Path) -> None:
    (starter / "fixtures/page_viewz.ndjson").write_text("")
    said = tinylite("check", str(starter))
    assert said.status == 0
    assert "did you mean page_views?" in said.out
    assert said.out.endswith("1 warning in 1 file\n")


@pytest.mark.parametrize("command", ["check", "build", "dev"])
def test_a_folder_that_is_not_there_is_told_of(command: str, tmp_path: Path) -> None:
    said = tinylite(command, str(tmp_path / "nowhere"))
    assert said.status == 1
    assert "TL505" in said.err
    assert "tinylite init" in said.err


@pytest.mark.parametrize("command", ["check", "build", "dev"])
def test_a_folder_without_datafiles_is_left_alone(command: str, tmp_path: Path) -> None:
    said = tinylite(command, str(tmp_path))
    assert said.status == 1
    assert "there are no datafiles" in said.err
    assert list(tmp_path.iterdir()) == []


# init


def test_init_makes_a_project_that_checks_builds_and_answers(tmp_path: Path, golden: Golden) -> None:
    golden("init.txt", tinylite("init", "new", folder=tmp_path).out)
    new = tmp_path / "new"
    assert tinylite("check", folder=new).out == "2 resources, no faults\n"
    golden("build.txt", tinylite("build", "--fixtures", folder=new).out)
    assert tinylite("sql", "SELECT count() AS views FROM page_views", folder=new).out == "views\n5\n"


def test_init_says_so_to_programs(tmp_path: Path) -> None:
    written = json.loads(tinylite("init", str(tmp_path), "--output", "json").out)
    assert (tmp_path / ".github/workflows/tinylite.yml") in [tmp_path / name for name in written["files"]]
    assert all((tmp_path / name).is_file() for name in written["files"])


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    said = tinylite("init", str(tmp_path))
    assert said.status == 1
    assert "nothing was written" in said.err
    assert (tmp_path / "README.md").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


# build


def test_a_build_tells_what_it_changed(starter: Path) -> None:
    tinylite("build", str(starter))
    source = starter / "datasources/page_views.datasource"
    source.write_text(source.read_text().replace("`page` String", "`site` String"))
    said = tinylite("build", str(starter))
    assert said.status == 1
    (starter / "endpoints/top_pages.pipe").unlink()
    assert "page_views\tchanged\t+site -page\n" in tinylite("build", str(starter)).out


def test_a_build_tells_it_to_programs(starter: Path) -> None:
    build = json.loads(tinylite("build", str(starter), "--fixtures", "--output", "json").out)
    assert build == {
        "diagnostics": [],
        "errors": 0,
        "warnings": 0,
        "tables": [{"name": "page_views", "change": "created", "columns": []}],
        "fixtures": [{"name": "page_views", "successful_rows": 5, "quarantined_rows": 0}],
        "left_out": {},
    }


def test_a_build_with_faults_changes_nothing(broken: Path) -> None:
    said = tinylite("build", str(broken))
    assert (said.status, said.out) == (1, "")
    assert "TL110" in said.err


# sql and endpoints, without a server


@pytest.fixture
def built(starter: Path) -> Path:
    assert tinylite("build", str(starter), "--fixtures").status == 0
    return starter


def test_rows_are_a_table_on_a_terminal(built: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    query = "SELECT page, count() AS views, groupArray(user_id) AS visitors FROM page_views GROUP BY page ORDER BY page"
    golden("table.txt", tinylite("sql", query, folder=built, is_terminal=True).out.replace("\x1b", "␛"))


def test_rows_are_lines_in_a_pipe(built: Path) -> None:
    query = r"SELECT 'a\tb\n' AS text, NULL AS nothing, [1, 2] AS list, true AS yes, 18446744073709551615 AS big"
    assert tinylite("sql", query, folder=built).out == (
        "text\tnothing\tlist\tyes\tbig\na\\tb\\n\tNULL\t[1, 2]\ttrue\t18446744073709551615\n"
    )


def test_a_terminal_obeys_no_row(built: Path) -> None:
    said = tinylite("sql", r"SELECT '\x1b]0;title\x07' AS text", folder=built, is_terminal=True)
    assert "\x1b]0" not in said.out


@pytest.mark.parametrize(
    ("output", "printed"),
    [("csv", '"c"\n5\n'), ("ndjson", '{"c":5}\n')],
)
def test_rows_come_in_other_formats(output: str, printed: str, built: Path) -> None:
    assert tinylite("sql", "SELECT count() AS c FROM page_views; ", "--output", output, folder=built).out == printed


def test_json_is_what_the_server_answers(built: Path) -> None:
    answer = json.loads(tinylite("sql", "SELECT 1 AS x", "--output", "json", folder=built).out)
    assert answer["meta"] == [{"name": "x", "type": "UInt8"}]
    assert answer["data"] == [{"x": 1}]


def test_a_query_may_end_with_a_comment(built: Path) -> None:
    assert tinylite("sql", "SELECT 1 AS x -- one", folder=built).out == "x\n1\n"


@pytest.mark.parametrize("output", ["text", "json"])
def test_a_format_in_the_query_wins(output: str, built: Path) -> None:
    assert tinylite("sql", "SELECT 1, 2 FORMAT CSV", "--output", output, folder=built).out == "1,2\n"


def test_a_fault_of_the_sql_is_told_without_a_traceback(built: Path) -> None:
    said = tinylite("sql", "SELECT nope FROM page_views", folder=built)
    assert said.status == 1
    assert "unknown column nope" in said.err
    assert "Traceback" not in said.err


def test_a_question_changes_no_table(built: Path) -> None:
    source = built / "datasources/page_views.datasource"
    source.write_text(source.read_text().replace("UInt32", "UInt64"))
    said = tinylite("sql", "SELECT 1", folder=built)
    assert said.status == 1
    assert "error TL511: the table page_views is not as datasources/page_views.datasource says" in said.err
    assert "tinylite build" in said.err
    source.write_text(source.read_text().replace("UInt64", "UInt32"))
    assert tinylite("sql", "SELECT any(toTypeName(duration_ms)) AS type FROM page_views", folder=built).out == (
        "type\nUInt32\n"
    )


def test_a_question_needs_data(starter: Path) -> None:
    said = tinylite("sql", "SELECT 1", folder=starter)
    assert said.status == 1
    assert "tinylite dev" in said.err
    assert not (starter / ".tinylite").exists()


def test_the_file_of_a_server_that_was_killed_counts_for_nothing(built: Path) -> None:
    dead = subprocess.Popen(TINYLITE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    dead.wait()
    (built / ".tinylite/server.json").write_text(
        json.dumps({"url": "http://127.0.0.1:1", "token": "x", "pid": dead.pid})
    )
    assert tinylite("sql", "SELECT 1 AS x", folder=built).out == "x\n1\n"


def test_endpoints_are_listed(built: Path) -> None:
    assert tinylite("endpoint", "ls", folder=built).out == (
        "name\tparameters\turl\ntop_pages\tsince limit\t/v0/pipes/top_pages.json\n"
    )
    (endpoint,) = json.loads(tinylite("endpoint", "ls", "--output", "json", folder=built).out)
    assert [(p["name"], p.get("default")) for p in endpoint["parameters"]] == [("since", None), ("limit", 10)]


@pytest.mark.parametrize(
    "words",
    [("--limit", "1"), ("--limit=1",), ("--", "--limit", "1"), ("--limit", "1", "--since", "2026-01-01 00:00:00")],
)
def test_further_options_are_parameters(words: tuple[str, ...], built: Path) -> None:
    said = tinylite("endpoint", "data", "top_pages", *words, folder=built)
    assert said.out == "page\tviews\tvisitors\tmean_duration_ms\n/\t3\t3\t1833\n"


def test_a_parameter_may_be_named_like_an_option(built: Path) -> None:
    (built / "endpoints/by_path.pipe").write_text("NODE n\nSQL >\n    SELECT {{String(path)}} AS path\nTYPE endpoint\n")
    said = tinylite("endpoint", "data", "by_path", "--output", "ndjson", "--", "--path", "/docs", folder=built)
    assert said.out == '{"path":"\\/docs"}\n'


@pytest.mark.parametrize("words", [("--limit",), ("limit", "1")])
def test_parameters_need_a_name_and_a_value(words: tuple[str, ...], built: Path) -> None:
    assert tinylite("endpoint", "data", "top_pages", *words, folder=built).status == 2


def test_a_wrong_parameter_is_told_in_the_servers_words(built: Path) -> None:
    said = tinylite("endpoint", "data", "top_pages", "--limit", "many", folder=built)
    assert said.status == 1
    assert "Error validating 'many' to type Int32" in said.err


def test_an_unknown_endpoint_is_told_of(built: Path) -> None:
    said = tinylite("endpoint", "data", "nope", folder=built)
    assert said.status == 1
    assert "error TL508: the pipe 'nope' does not exist" in said.err


def test_an_address_needs_a_server(built: Path) -> None:
    said = tinylite("endpoint", "url", "top_pages", folder=built)
    assert said.status == 1
    assert "tinylite dev" in said.err


def test_what_init_writes_for_ci_are_commands_that_there_are(tmp_path: Path) -> None:
    tinylite("init", str(tmp_path))
    found = []
    for name in (".github/workflows/tinylite.yml", ".gitlab-ci.yml", ".pre-commit-config.yaml"):
        text = (tmp_path / name).read_text()
        assert yaml.safe_load(text)
        found += re.findall(r"(?:run: |- |entry: |^ +)tinylite ([a-z][^|\n]*)", text, re.M)
    assert len(found) == 14
    for line in found:
        name, *words = shlex.split(re.sub(r"\$\{\{.*?\}\}", "x", line))
        if "--env" in words:  # of any command
            del words[words.index("--env") : words.index("--env") + 2]
        command = importlib.import_module(COMMANDS[name][0]).command
        words_of_group = words[1:] if isinstance(command, click.Group) else words
        leaf = command.commands[words[0]] if isinstance(command, click.Group) else command
        leaf.make_context(name, list(words_of_group), help_option_names=["-h", "--help"])


def test_what_init_writes_for_editors_is_json(tmp_path: Path) -> None:
    tinylite("init", str(tmp_path))
    for path in (tmp_path / ".vscode").iterdir():
        assert json.loads(path.read_text())


def every_command(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from every_command(found, f"{path}{name} ")
        elif found is not None:
            yield path + name, found


@pytest.mark.parametrize(
    ("name", "command"), list(every_command(cli)), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_shows_an_example_and_speaks_json(name: str, command: click.Command) -> None:
    assert f"tinylite {name}" in (command.help or "").partition("Example:")[2]
    assert any("--output" in option.opts for option in command.params)


def test_the_folder_may_be_an_option_everywhere(starter: Path) -> None:
    assert tinylite("check", "--path", str(starter)).status == 0
    twice = tinylite("check", str(starter), "--path", str(starter))
    assert twice.status == 2 and "the project's folder is given twice" in twice.err


def test_an_id_that_no_address_can_hold(starter: Path) -> None:
    tinylite("build", str(starter))
    said = tinylite("job", "details", 'no/such\tthing\x1b"', folder=starter)
    assert said.status == 1 and "TL508" in said.err
