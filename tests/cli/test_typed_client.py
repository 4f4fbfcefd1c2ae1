"""`tinylite client` writes what `tests/server/test_typed_clients.py` looks at."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import tinylite


def test_a_file_is_written(starter: Path) -> None:
    assert tinylite("build", folder=starter).status == 0
    out = starter / "made" / "analytics.py"
    said = tinylite("client", "python", "--out", str(out), folder=starter)
    assert said.out == f"wrote {out}: 1 endpoint\n"
    assert "def top_pages" in out.read_text(encoding="utf-8")


def test_it_is_printed_without_a_file(starter: Path) -> None:
    assert tinylite("build", folder=starter).status == 0
    said = tinylite("client", "ts", folder=starter)
    assert "top_pages(parameters: TopPagesParameters = {}): Promise<Answer<TopPagesRow>>" in said.out
