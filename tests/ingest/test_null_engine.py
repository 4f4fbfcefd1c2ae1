"""ENGINE Null keeps nothing."""

from __future__ import annotations

from pathlib import Path

from tinylite.project import load
from tinylite.workspace import Workspace


def test_rows_are_counted_and_not_kept(tmp_path: Path) -> None:
    (tmp_path / "landing.datasource").write_text('SCHEMA >\n    id UInt8\nENGINE "Null"\n')
    workspace = Workspace.open(tmp_path / ".tinylite")
    try:
        assert not workspace.build(load(tmp_path)).errors
        ack = workspace.ingest.append_now("landing", b'{"id":1}\n{"id":"x"}')
        assert (ack.successful_rows, ack.quarantined_rows) == (1, 1)
        assert workspace.query_now("SELECT count() FROM landing").rows == [(0,)]
        assert workspace.query_now("SELECT count() FROM landing_quarantine").rows == [(1,)]
    finally:
        workspace.close()


def test_rows_of_a_file_reach_the_views(tmp_path: Path) -> None:
    (tmp_path / "landing.datasource").write_text('SCHEMA >\n    id UInt8\nENGINE "Null"\n')
    (tmp_path / "kept.datasource").write_text("SCHEMA >\n    id UInt8\n")
    pipe = "NODE all\nSQL >\n    SELECT id FROM landing\nTYPE materialized\nDATASOURCE kept\n"
    (tmp_path / "fill.pipe").write_text(pipe)
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "landing.ndjson").write_text('{"id":1}\n{"id":2}\n{"id":"x"}\n')
    workspace = Workspace.open(tmp_path / ".tinylite")
    try:
        assert not workspace.build(load(tmp_path), fixtures=True).errors
        assert workspace.query_now("SELECT id FROM kept ORDER BY id").rows == [(1,), (2,)]
        assert workspace.query_now("SELECT count() FROM landing").rows == [(0,)]
        assert workspace.query_now("SELECT count() FROM landing_quarantine").rows == [(1,)]
    finally:
        workspace.close()
