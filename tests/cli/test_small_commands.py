"""pipe ls, info, completion."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import tinylite
from tests.cli.process import TINYLITE


def test_pipes_are_listed_with_their_kinds(starter: Path) -> None:
    (starter / "endpoints" / "only_read.pipe").write_text("NODE n\nSQL >\n    SELECT 1 AS x\n")
    tinylite("build", folder=starter)
    listed = json.loads(tinylite("pipe", "ls", "--output", "json", folder=starter).out)
    assert {pipe["name"]: pipe["type"] for pipe in listed} == {"only_read": "default", "top_pages": "endpoint"}


def test_info_tells_what_is_meant(starter: Path) -> None:
    told = json.loads(tinylite("info", "--output", "json", folder=starter).out)
    assert (told["project"], told["pipes"], told["server"], told["environment"]) == (str(starter), 1, "", "local")
    assert "server       none" in tinylite("info", folder=starter).out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_the_shell(shell: str) -> None:
    said = tinylite("completion", shell)
    assert said.status == 0 and "_TINYLITE_COMPLETE" in said.out


def test_a_shell_is_told_commands_and_options() -> None:
    environment = {**os.environ, "_TINYLITE_COMPLETE": "bash_complete", "COMP_WORDS": "tinylite de", "COMP_CWORD": "1"}
    done = subprocess.run([*TINYLITE], env=environment, capture_output=True, text=True, check=False)
    assert "plain,deploy" in done.stdout and "plain,dev" in done.stdout
