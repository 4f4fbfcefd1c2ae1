"""What the prose of a page names is there: commands, options, paths, instructions, error codes."""

from __future__ import annotations

import re

import click
import pytest

from tests.docs.blocks import PAGES, ROOT
from tests.docs.curl import OPTIONS
from tinylite.datafile.instructions import INSTRUCTIONS
from tinylite.diagnostics.codes import CODES
from tinylite.server.app import ROUTES
from tools.docs import walk_commands

COMMANDS = walk_commands()
FLAGS = {
    name
    for context in COMMANDS.values()
    for parameter in context.command.get_params(context)
    if isinstance(parameter, click.Option)
    for name in (*parameter.opts, *parameter.secondary_opts)
}
PATHS = re.compile("|".join(re.sub(r"\{\w+\}", "[^/]+", route.path) for route in ROUTES))
_FAMILIES = re.compile(r"`((?:ENGINE|KAFKA|S3|GCS|COPY|EXPORT|IMPORT)_[A-Z_]+)")

every_page = pytest.mark.parametrize("text", [
    pytest.param(page.read_text(encoding="utf-8"), id=str(page.relative_to(ROOT))) for page in PAGES
])  # fmt: skip


@every_page
def test_commands_exist(text: str) -> None:
    for words in re.findall(r"`(tinylite(?: [a-z]+)+)", text):
        assert words in COMMANDS or words.rpartition(" ")[0] in COMMANDS, words


@every_page
def test_options_exist(text: str) -> None:
    assert set(re.findall(r"`(--[a-z-]+)", text)) <= FLAGS | set(OPTIONS)


@every_page
def test_paths_exist(text: str) -> None:
    for path in re.findall(r"[` ](/v\d/[\w/.-]+)", text):
        assert PATHS.fullmatch(path.rstrip("/")), path


@every_page
def test_instructions_exist(text: str) -> None:
    assert set(_FAMILIES.findall(text)) <= set(INSTRUCTIONS)


@every_page
def test_error_codes_exist(text: str) -> None:
    assert set(re.findall(r"\bTL\d{3}\b", text)) <= set(CODES)
