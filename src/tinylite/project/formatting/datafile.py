"""A datafile in its canonical form: the same instructions in the same order, with the same comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import cleandoc
from textwrap import dedent, indent

from tinylite.datafile.commas import split_at_commas
from tinylite.datafile.instructions import INSTRUCTIONS, Value
from tinylite.datafile.lines import Line, read_lines
from tinylite.diagnostics import DiagnosticError, Source
from tinylite.project.formatting.sql import formatted_sql

_INDENT = "    "
_ABOUT = ("DESCRIPTION", "TAGS")
_FAMILIES = ("ENGINE", "KAFKA_", "IMPORT_", "S3_", "GCS_")
_COMMENT = re.compile(r"^#[^\n]*", re.M)
_QUOTED = re.compile(r"ENGINE(?!S)\w*")
_STRINGS = re.compile(r"(`[^`\n]*`|'(?:[^'\\]|\\.)*'|\"[^\"\n]*\")", re.S)


def formatted(source: Source) -> str:
    """Raises DiagnosticError when the file can't be read. Comments stay where they are, between or behind."""
    lines, faults = read_lines(source)
    if any(fault.is_error for fault in faults):
        raise DiagnosticError(*faults)
    text = source.text
    out: list[str] = []
    out += _between(text[: lines[0].span.start] if lines else text)
    for number, line in enumerate(lines):
        out += _instruction(line)
        end = lines[number + 1].span.start if number + 1 < len(lines) else len(text)
        rest = text[_end(line) : end]
        following = lines[number + 1] if number + 1 < len(lines) else None
        comments = list(_between(rest))
        if comments:
            out += ["", *comments]
        elif following is not None and _apart(line, following):
            out.append("")
    while out and not out[-1]:
        out.pop()
    return "\n".join(out) + "\n"


def _end(line: Line) -> int:
    """Behind the value, and the quote that closes it."""
    if line.value is None:
        return line.span.end
    end = line.value.span.end
    text = line.value.span.source.text
    start = line.value.span.start
    return end + 1 if start and text[start - 1] in "\"'" and text[end : end + 1] == text[start - 1] else end


def _between(text: str) -> Iterator[str]:
    """Comments, with a blank line behind each where there was one."""
    comments = list(_COMMENT.finditer(text))
    ends = [*(comment.start() for comment in comments[1:]), len(text)]
    for comment, end in zip(comments, ends, strict=False):
        yield comment.group().rstrip()
        if text.count("\n", comment.end(), end) > 1:
            yield ""


def _apart(line: Line, following: Line) -> bool:
    """Whether a blank line stands between two instructions."""
    if following.name == "NODE" or _is_block(line):
        return True
    if line.name == "NODE":
        return False
    return _family(line.name) != _family(following.name)


def _family(name: str) -> str:
    if name in _ABOUT:
        return "about"
    if name in ("SCHEMA", "INDEXES", "TOKEN", "INCLUDE", "VERSION", "FORWARD_QUERY", "SHARED_WITH"):
        return name
    return next((family for family in _FAMILIES if name.startswith(family)), "others")


def _is_block(line: Line) -> bool:
    if line.value is None:
        return False
    value = line.value.span
    return ">" in value.source.text[line.span.end : value.start] or INSTRUCTIONS[line.name].value is Value.BLOCK


def _instruction(line: Line) -> list[str]:
    value = line.value
    if value is None or not value.value.strip():
        return [f"{line.name} >" if INSTRUCTIONS[line.name].value is Value.BLOCK else line.name]
    if not _is_block(line):
        return [f"{line.name} {_single(line)}"]
    text = dedent(value.value) if value.value[:1].isspace() else cleandoc(value.value)
    match line.name:
        case "SQL" | "FORWARD_QUERY":
            laid = formatted_sql(value.value)
            if laid is None:
                return (line.name + value.span.source.text[line.span.end : value.span.end]).splitlines()
            text = laid
        case "SCHEMA":
            text = _schema(line) or text
    body = indent("\n".join(part.rstrip() for part in text.strip("\n").splitlines()), _INDENT)
    return [f"{line.name} >", *body.splitlines()]


def _single(line: Line) -> str:
    assert line.value is not None
    text = line.value.value
    source, start = line.value.span.source.text, line.value.span.start
    was_quoted = start > 0 and source[start - 1] in "\"'" and _end(line) > line.value.span.end
    if INSTRUCTIONS[line.name].value is Value.WORDS:
        return " ".join(text.split())
    if was_quoted:
        quote = source[start - 1]
        return f'"{text}"' if '"' not in text else f"{quote}{text}{quote}"
    if _QUOTED.fullmatch(line.name) and '"' not in text:
        return f'"{text}"'
    return text


def _schema(line: Line) -> str | None:
    """A column a line; None where comments stand among them."""
    assert line.value is not None
    found = list(split_at_commas(line.value.span))
    kept = sum(len(part.text) for part in found)
    bare = re.sub(r"[\s,]", "", line.value.value)
    if len(re.sub(r"[\s,]", "", "".join(part.text for part in found))) != len(bare) or not kept:
        return None
    return ",\n".join(_column(part.text) for part in found)


def _column(text: str) -> str:
    """Blanks between words are one, those in quotes stay."""
    parts = _STRINGS.split(text)
    return "".join(part if number % 2 else re.sub(r"\s+", " ", part) for number, part in enumerate(parts)).strip()
