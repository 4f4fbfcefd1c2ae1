"""tinylite connection, tinylite sink."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.command import tinylite
from tests.connectors.brokers import brokers
from tests.connectors.stores import s3

SINK = "NODE rows_out\nSQL >\n    %\n    SELECT {{UInt8(n, 1)}} AS n\nTYPE sink\nEXPORT_BUCKET_URI file://out\n"


def test_a_connection_is_written_without_its_secrets_and_tried(tmp_path: Path) -> None:
    (tmp_path / "hits.datasource").write_text("SCHEMA >\n    id UInt8\n")
    (tmp_path / ".env.local").write_text("OTHER=1")
    with s3() as store:
        made = tinylite(
            "connection", "create", "s3", "lake", "--set", "S3_REGION=us-east-1", "--set", f"S3_ENDPOINT={store.url}",
            "--set", "S3_ACCESS_KEY=key", "--set", "S3_SECRET=secret", folder=tmp_path,
        )  # fmt: skip
        assert made.status == 0, made.err
        text = (tmp_path / "connections/lake.connection").read_text()
        assert 'S3_SECRET {{ tb_secret("LAKE_S3_SECRET") }}' in text and "key" not in text
        secrets = (tmp_path / ".env.local").read_text()
        assert secrets == 'OTHER=1\nLAKE_S3_ACCESS_KEY="key"\nLAKE_S3_SECRET="secret"\n'
        assert tinylite("build", folder=tmp_path).status == 0
        tried = tinylite("connection", "test", "lake", "--bucket", f"{store.uri}/", folder=tmp_path)
        assert tried.out == f"lake: {store.uri}/ can be listed; it holds nothing\n"
        missing = tinylite("connection", "test", "lake", "--bucket", "s3://nothere/", folder=tmp_path)
        assert missing.status == 1 and "the bucket nothere can't be used" in missing.err + missing.out
        unnamed = tinylite("connection", "test", "lake", folder=tmp_path)
        assert "to test lake a bucket is needed" in unnamed.err + unnamed.out


def test_brokers_are_asked_for_their_topics(tmp_path: Path) -> None:
    with brokers() as found:
        found.send("hits", b"{}")
        for name, text in found.connection().items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text)
        assert tinylite("build", folder=tmp_path).status == 0
        assert tinylite("connection", "test", "stream", folder=tmp_path).out == "stream: 1 topics: hits\n"
        listed = tinylite("connection", "ls", "--output", "json", folder=tmp_path).out
        assert [(each["name"], each["service"]) for each in json.loads(listed)] == [("stream", "kafka")]
        assert tinylite("connection", "test", "other", folder=tmp_path).status == 1


def test_what_can_t_be_written_is_told(tmp_path: Path) -> None:
    wrong = tinylite("connection", "create", "kafka", "stream", "--set", "KAFKA_SERVERS=x", folder=tmp_path)
    assert wrong.status == 2 and "has no setting KAFKA_SERVERS" in wrong.err
    ok = ("connection", "create", "kafka", "stream", "--set", "KAFKA_BOOTSTRAP_SERVERS=x:1")
    assert tinylite(*ok, folder=tmp_path).status == 0
    again = tinylite(*ok, folder=tmp_path)
    assert again.status == 1 and "is there already; nothing was written" in again.err + again.out
    assert tinylite("connection", "create", "kafka", "a-b", "--set", "x=1", folder=tmp_path).status == 2


def test_sinks_are_listed_and_run(tmp_path: Path) -> None:
    (tmp_path / "hits.datasource").write_text("SCHEMA >\n    id UInt8\n")
    (tmp_path / "out.pipe").write_text(SINK)
    assert tinylite("build", folder=tmp_path).status == 0
    listed = json.loads(tinylite("sink", "ls", "--output", "json", folder=tmp_path).out)
    assert [(each["name"], each["destination"], each["strategy"]) for each in listed] == [("out", "file://out", "new")]
    done = tinylite("sink", "run", "out", "--param", "n=7", folder=tmp_path)
    assert done.status == 0 and done.out.startswith("sink out done"), done.err
    assert (tmp_path / "out/out.csv").read_text() == '"n"\n7\n'
    assert tinylite("sink", "run", "out", "--param", "n=x", folder=tmp_path).status == 1
    assert tinylite("sink", "run", "nothing", folder=tmp_path).status == 1
