"""The files in docs/deploy say what the program understands."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess

import pytest
import yaml

from tests.docs.blocks import ROOT
from tinylite.cli.main import cli
from tinylite.server.settings import SETTINGS, settings_of

FOLDER = ROOT / "docs" / "deploy"


def test_the_settings_can_be_used() -> None:
    found = yaml.safe_load((FOLDER / "server.yaml").read_text(encoding="utf-8"))
    assert set(found) <= {setting.name for setting in SETTINGS}
    texts = {name: ",".join(value) if isinstance(value, list) else value for name, value in found.items()}
    settings = settings_of({**{setting.name: setting.default for setting in SETTINGS}, **texts})
    assert settings.trusted_proxies == ("127.0.0.1",)


@pytest.mark.parametrize(
    ("file", "pattern"),
    [("tinylite.service", r"^ExecStart=\S+/tinylite (.+)$"), ("Dockerfile", r'^CMD \["serve", (.+)\]$')],
)
def test_the_command_is_one(file: str, pattern: str) -> None:
    found = re.search(pattern, (FOLDER / file).read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    words = shlex.split(found[1].replace(",", " "))
    words = [word for word in words if word != "serve"]
    above = cli.make_context("tinylite", [], resilient_parsing=True)
    serve = cli.get_command(above, "serve")
    assert serve is not None
    # The file that --config names is on the machine that it is for.
    assert {word for word in words if word.startswith("--")} <= {
        name for parameter in serve.params for name in parameter.opts
    }


def test_variables_of_the_container_are_settings() -> None:
    text = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
    assert set(re.findall(r"TINYLITE_[A-Z_]+", text)) <= {setting.variable for setting in SETTINGS}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd")
def test_the_unit_is_one() -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(FOLDER / "tinylite.service")], capture_output=True, text=True
    )
    faults = [line for line in done.stderr.splitlines() if "tinylite.service" in line and "not executable" not in line]
    assert not faults
