"""sqlglot is read from its sources, whatever else is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import sqlglot

from tinylite.sql.source_only import SourceOnly

PROGRAM = """
import sys, types
import sqlglot.parser
sqlglot.parser.__file__ = "parser.so"
try:
    import tinylite.sql
except ImportError as problem:
    print(problem)
"""


def test_a_source_is_found_before_what_was_compiled_from_it(tmp_path: Path) -> None:
    (tmp_path / "parser.py").touch()
    (tmp_path / "parser.so").touch()
    spec = SourceOnly().find_spec("sqlglot.parser", [str(tmp_path)])
    assert spec is not None and spec.origin == str(tmp_path / "parser.py")


def test_other_packages_are_left_alone() -> None:
    assert SourceOnly().find_spec("json.decoder", sqlglot.__path__) is None
    assert SourceOnly().find_spec("sqlglot", None) is None


def test_a_compiled_one_that_is_loaded_already_is_told() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert "pip uninstall sqlglotc" in done.stdout
