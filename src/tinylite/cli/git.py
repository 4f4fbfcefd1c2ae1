"""A project as it is in a commit."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.project import is_datafile

_SECONDS = 60


def contents(root: Path, ref: str) -> dict[str, bytes]:
    """The datafiles of a folder at a commit, by their paths in it. Raises DiagnosticError."""
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").decode().strip()
    listed = _git(root, "ls-tree", "-r", "-z", "--name-only", commit).split(b"\0")
    names = [name.decode("utf-8", "replace") for name in listed if name]
    wanted = [name for name in names if is_datafile(name) and not _is_hidden(name)]
    asked = "".join(f"{commit}:./{name}\n" for name in wanted).encode()
    return dict(_parts(_git(root, "cat-file", "--batch", stdin=asked), wanted))


def _parts(answer: bytes, names: list[str]) -> list[tuple[str, bytes]]:
    """A line with the size goes before each file."""
    found, at = [], 0
    for name in names:
        end = answer.index(b"\n", at)
        head = answer[at:end].split()
        if len(head) < 3:
            at = end + 1
            continue
        size = int(head[2])
        found.append((name, answer[end + 1 : end + 1 + size]))
        at = end + 2 + size
    return found


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))


def _git(root: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], input=stdin, capture_output=True, timeout=_SECONDS, check=False
        )
    except FileNotFoundError:
        raise DiagnosticError(Diagnostic("TL510", "git is not installed")) from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        ref = arguments[-1].removesuffix("^{commit}") if arguments[0] == "rev-parse" else ""
        message = f"git knows no commit {ref} in {root}" if ref else "git failed"
        raise DiagnosticError(Diagnostic("TL508", f"{message}{': ' + said[0] if said else ''}"))
    return done.stdout
