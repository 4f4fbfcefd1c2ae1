"""What a project asks for and nothing does yet is said at every build."""

from __future__ import annotations

from pathlib import Path

from tinylite.project import load
from tinylite.workspace import Workspace

PIPE = (
    "NODE totals\nSQL >\n    SELECT id FROM hits\nTYPE sink\nEXPORT_CONNECTION_NAME lake\nEXPORT_BUCKET_URI s3://b/x\n"
)


def test_a_sink_is_a_warning_and_the_rest_is_served(tmp_path: Path) -> None:
    (tmp_path / "hits.datasource").write_text("SCHEMA >\n    id UInt8\n")
    (tmp_path / "sums.datasource").write_text("SCHEMA >\n    id UInt8\n")
    (tmp_path / "fill.pipe").write_text(PIPE)
    (tmp_path / "lake.connection").write_text("TYPE s3\nS3_ARN arn:aws:iam::1:role/x\n")
    workspace = Workspace.open(tmp_path / ".tinylite")
    try:
        build = workspace.build(load(tmp_path))
        assert [(d.code, d.message) for d in build.diagnostics] == [
            ("TL406", "TYPE sink is not run yet: nothing is exported")
        ]
        assert build.errors == []
        assert workspace.query_now("SELECT count() FROM hits").rows == [(0,)]
    finally:
        workspace.close()
