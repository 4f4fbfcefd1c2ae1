"""Diagnostics for people, programs and GitHub."""

from __future__ import annotations

import json as standard_json

import pytest

from tinylite.diagnostics import Diagnostic, Severity, Source
from tinylite.diagnostics.render import github, json, text


def fault(line: str, word: str, hint: str | None = None) -> Diagnostic:
    source = Source("pipes/top.pipe", f"NODE a\n{line}\n")
    start = source.text.index(word, len("NODE a\n"))
    return Diagnostic("TL403", f"unknown column {word}", source.span(start, start + len(word)), hint)


def test_text_shows_place_line_caret_and_hint() -> None:
    assert text.render([fault("SELECT foo", "foo", "did you mean food?")]) == (
        "pipes/top.pipe:2:8: error TL403: unknown column foo\n"
        "  2 | SELECT foo\n"
        "    |        ^^^\n"
        "    = did you mean food?\n"
        "\n"
        "1 error in 1 file\n"
    )


def carets(rendered: str) -> tuple[str, str]:
    _, line, caret, *_ = rendered.split("\n")
    return line, caret


def test_the_caret_stands_below_its_word_after_tabs() -> None:
    line, caret = carets(text.render([fault("\tSELECT\tfoo", "foo")]))
    assert line.index("foo") == caret.index("^^^")


def test_the_caret_counts_wide_characters_twice() -> None:
    line, caret = carets(text.render([fault("SELECT '日本', foo", "foo")]))
    assert caret.index("^") == line.index("foo") + len("日本")


def test_the_caret_counts_combining_characters_not_at_all() -> None:
    line, caret = carets(text.render([fault("SELECT 'e\u0301', foo", "foo")]))
    assert caret.index("^") == line.index("foo") - 1


def test_a_long_line_is_shown_in_part() -> None:
    line, caret = carets(text.render([fault("SELECT " + "a, " * 500 + "foo" + ", b" * 500, "foo")]))
    assert len(line) < 160
    assert line[caret.index("^") :].startswith("foo")
    assert line.count("…") == 2


def test_a_span_over_lines_is_marked_on_its_first_one() -> None:
    source = Source("a.pipe", "SELECT (\n  1\n)")
    _, caret = carets(text.render([Diagnostic("TL401", "bad", source.span(7, 14))]))
    assert caret == "    |        ^"


def test_a_fault_at_the_end_of_the_text_has_a_caret() -> None:
    line, caret = carets(text.render([Diagnostic("TL401", "bad", Source("a.pipe", "SELECT").span(6, 6))]))
    assert (line, caret) == ("  1 | SELECT", "    |       ^")


def test_nothing_in_a_file_commands_the_terminal() -> None:
    rendered = text.render([fault("SELECT \x1b[2J\u202e\r foo", "foo")])
    assert not set("\x1b\u202e\r") & set(rendered)


def test_a_fault_without_a_place_is_said_alone() -> None:
    assert text.render([Diagnostic("TL505", "no project here", hint="run tinylite init")]) == (
        "error TL505: no project here\n  = run tinylite init\n\n1 error\n"
    )


@pytest.mark.parametrize(
    ("errors", "warnings", "summary"),
    [(3, 1, "3 errors, 1 warning in 1 file"), (0, 2, "2 warnings in 1 file"), (1, 0, "1 error in 1 file")],
)
def test_the_summary_counts(errors: int, warnings: int, summary: str) -> None:
    span = Source("a.pipe", "x").span()
    found = [Diagnostic("TL103", "bad", span)] * errors
    found += [Diagnostic("TL114", "idle", span, severity=Severity.WARNING)] * warnings
    assert text.summary(found) == summary


def test_nothing_to_say_is_nothing_said() -> None:
    assert (text.render([]), github.render([])) == ("", "")


def test_colour_is_only_there_when_asked_for() -> None:
    found = [fault("SELECT foo", "foo")]
    assert "\x1b[" not in text.render(found)
    assert "\x1b[31;1merror TL403\x1b[0m" in text.render(found, colour=True)


def test_json_has_places_and_counts() -> None:
    assert standard_json.loads(json.render([fault("SELECT 'ä', foo", "foo", "hint")])) == {
        "diagnostics": [
            {
                "code": "TL403",
                "severity": "error",
                "message": "unknown column foo",
                "hint": "hint",
                "path": "pipes/top.pipe",
                "line": 2,
                "column": 13,
                "end_line": 2,
                "end_column": 16,
            }
        ],
        "errors": 1,
        "warnings": 0,
    }


def test_json_of_a_fault_without_a_place_has_nulls() -> None:
    (found,) = standard_json.loads(json.render([Diagnostic("TL505", "no project here")]))["diagnostics"]
    assert (found["path"], found["line"], found["end_column"]) == (None, None, None)


def test_github_gets_a_command_each() -> None:
    assert github.render([fault("SELECT foo", "foo", "did you mean food?")], folder="analytics/") == (
        "::error file=analytics/pipes/top.pipe,line=2,col=8,endLine=2,endColumn=11,title=TL403"
        "::unknown column foo%0Adid you mean food?\n"
    )


def test_github_s_own_signs_are_escaped() -> None:
    span = Source("a,b:100%.pipe", "x").span()
    found = github.render([Diagnostic("TL103", "50%\n::error::fake", span, severity=Severity.WARNING)])
    assert found == (
        "::warning file=a%2Cb%3A100%25.pipe,line=1,col=1,endLine=1,endColumn=2,title=TL103::50%25%0A::error::fake\n"
    )
