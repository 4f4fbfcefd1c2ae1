"""Where the clients are, after they have been installed at need."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / ".clients"
PYTHON = {
    "sdks": ("verdin==0.5.3", "tinybird-sdk==0.4.0", "tinybird-python-sdk==0.3.7", "pytest-tinybird==0.5.0", "pytest"),
    "tb": ("tinybird==5.0.3",),
    # mcp 2 breaks it.
    "mcp": ("mcp-tinybird==1.0.3", "mcp<2"),
}
NODE = (
    "@tinybirdco/sdk@0.0.84", "@chronark/zod-bird@1.0.0", "zod@4", "@tinybirdco/mockingbird@1.1.4",
    "@tinybirdco/flock.js@1.4.1", "@tinybirdco/charts@0.3.0", "react@18", "react-dom@18", "jsdom@24",
    "typescript@5.9.3", "@types/node@22",
)  # fmt: skip
DEBIAN = ("syslog-ng-core", "syslog-ng-mod-http")
_MINUTES = 10


def python(name: str) -> Path:
    """The interpreter of an environment that has these packages."""
    packages = PYTHON[name]
    folder = FOLDER / f"{name}-{_digest(packages)}"

    def install() -> None:
        _run([sys.executable, "-m", "venv", str(folder)])
        _run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *packages])

    _once(folder, install)
    return folder / "bin" / "python"


def node() -> Path:
    """A folder whose programs find the packages."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("there is no Node here")
    folder = FOLDER / f"node-{_digest(NODE)}"

    def install() -> None:
        folder.mkdir(parents=True)
        (folder / "package.json").write_text('{"private": true, "type": "module"}')
        options = ["--no-fund", "--no-audit", "--legacy-peer-deps", "--ignore-scripts"]
        _run(["npm", "install", *options, *NODE], folder)

    _once(folder, install)
    return folder


def syslog_ng() -> Path:
    """The folder that its Debian packages, and those that they need, are unpacked in."""
    if shutil.which("apt-get") is None:
        pytest.skip("there is no apt-get here")
    folder = FOLDER / f"syslog-ng-{_digest(DEBIAN)}"

    def install() -> None:
        packages = folder / "packages"
        packages.mkdir(parents=True)
        _run(["apt-get", "download", *_needed()], packages)
        for package in packages.glob("*.deb"):
            _run(["dpkg-deb", "-x", str(package), str(folder)])

    _once(folder, install)
    return folder


def _needed() -> list[str]:
    """The packages, and what they need that is not installed here."""
    asked = ["apt-get", "install", "--simulate", "--no-install-recommends", *DEBIAN]
    lines = _run(asked).splitlines()
    return [line.split()[1] for line in lines if line.startswith("Inst ")] or list(DEBIAN)


def _once(folder: Path, install: Callable[[], None]) -> None:
    """Installs into the folder unless that was done before; skips the test when it can't be."""
    done = folder / ".installed"
    if done.exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    FOLDER.mkdir(exist_ok=True)
    try:
        install()
    except (OSError, subprocess.SubprocessError) as problem:
        output = getattr(problem, "stderr", "") or ""
        pytest.skip(f"can't be installed here: {problem} {output[-500:]}")
    done.touch()


def _run(command: Sequence[str], folder: Path | None = None) -> str:
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=_MINUTES * 60)
    return done.stdout


def _digest(packages: Sequence[str]) -> str:
    return hashlib.sha256(" ".join(packages).encode()).hexdigest()[:8]
