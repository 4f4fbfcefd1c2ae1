"""The rooms keep their walls, and stay small."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import tinylite

PACKAGE = Path(tinylite.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))


def _functions() -> list[tuple[str, int]]:
    found = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                found.append((f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}", length))
    return found


def test_imports_point_downward() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=PACKAGE.parents[1], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_file_is_longer_than_600_lines() -> None:
    long = {str(path.relative_to(PACKAGE)): len(path.read_text().splitlines()) for path in FILES}
    assert {name: lines for name, lines in long.items() if lines > 600} == {}


def test_few_functions_are_longer_than_50_lines() -> None:
    functions = _functions()
    long = [name for name, length in functions if length > 50]
    assert len(long) <= len(functions) * 0.03, long


def test_files_are_named_for_what_they_hold() -> None:
    assert [path.name for path in FILES if path.stem in ("utils", "helpers", "managers", "misc", "common")] == []


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from tinylite.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in sys.modules if name in "
        "('sqlglot', 'duckdb', 'starlette', 'rich', 'lark', 'httpx', 'uvicorn', 'watchfiles', 'orjson')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
