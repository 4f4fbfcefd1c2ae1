"""What a project asks for and nothing does is said at every build, and costs nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workspace.projects import ask, project, workspace
from tinylite.workspace import connectors

HITS = "SCHEMA >\n    id UInt8\n"
WAREHOUSE = "IMPORT_SERVICE bigquery\nIMPORT_CONNECTION_NAME big\nIMPORT_EXTERNAL_DATASOURCE a.b\n"


def warnings(folder: Path, files: dict[str, str]) -> list[tuple[str, str]]:
    with workspace(folder) as opened:
        build = opened.build(project(folder, {"hits.datasource": HITS, **files}))
        opened.background.start()
        assert build.errors == []
        assert ask(opened, "SELECT count() FROM hits") == [(0,)]
        return [(fault.code, fault.message) for fault in build.diagnostics if fault.code not in ("TL114", "TL207")]


def test_a_warehouse_is_not_imported_from(tmp_path: Path) -> None:
    message = "only buckets and topics can be imported from: orders gets no rows from its connection"
    assert warnings(tmp_path, {"orders.datasource": HITS + WAREHOUSE}) == [("TL406", message)]


def test_a_secret_that_is_not_set_stops_only_its_connection(tmp_path: Path) -> None:
    files = {
        "stream.connection": 'TYPE kafka\nKAFKA_BOOTSTRAP_SERVERS {{ tb_secret("servers") }}\n',
        "events.datasource": HITS + "KAFKA_CONNECTION_NAME stream\nKAFKA_TOPIC events\nKAFKA_GROUP_ID g\n",
    }
    ((code, message),) = warnings(tmp_path, files)
    assert code == "TL307"
    assert "Cannot access secret 'servers'" in message


@pytest.mark.parametrize(("kind", "package", "settings"), [
    ("kafka", "confluent-kafka", "KAFKA_BOOTSTRAP_SERVERS localhost:1\n"),
    ("s3", "obstore", "S3_ARN arn:aws:iam::1:role/x\n"),
])  # fmt: skip
def test_a_package_that_is_not_installed_stops_only_its_connections(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, package: str, settings: str
) -> None:
    monkeypatch.setattr(connectors, "_is_installed", lambda module: False)
    message = f"connections to {kind} need the package {package}: nothing comes or goes"
    assert warnings(tmp_path, {"there.connection": f"TYPE {kind}\n{settings}"}) == [("TL513", message)]
