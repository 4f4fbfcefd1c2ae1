"""tinybird-sdk: its client and the API under it."""

import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tinybird_sdk.api.api import TinybirdApi, TinybirdApiError
from tinybird_sdk.api.resources import get_datasource, get_pipe, list_datasources, list_pipes, pull_all_resource_files
from tinybird_sdk.api.tokens import create_jwt
from tinybird_sdk.client.base import create_client

url, token = os.environ["TINYBIRD_URL"], os.environ["TINYBIRD_TOKEN"]
config = {"base_url": url, "token": token}
ROW = {"id": "s", "tenant": "sdk", "time": datetime(2026, 1, 1, tzinfo=UTC), "n": 1}

client = create_client(config)
assert client.ingest("events", ROW) == {"successful_rows": 1, "quarantined_rows": 0}
assert client.ingest_batch("events", [ROW, {**ROW, "n": "x"}])["quarantined_rows"] == 1
answer = client.query("by_tenant", {"tenant": "sdk", "without": ["a", "b"]})
assert answer["data"][0]["events"] == 2 and answer["meta"][0]["name"] == "tenant"
assert client.sql("SELECT count() AS n FROM events WHERE tenant = 'sdk' FORMAT JSON")["data"] == [{"n": 2}]

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "rows.csv"
    path.write_text("id,tenant,time,n\ns3,sdk,2026-01-01 00:00:00,3\n")
    client.datasources.append("events", {"file": str(path)})
    path = Path(folder) / "rows.ndjson"
    path.write_text('{"id":"s4","tenant":"sdk","time":"2026-01-01 00:00:00","n":4}\n')
    client.datasources.append("events", {"file": str(path)})
assert client.query("by_tenant", {"tenant": "sdk"})["data"][0]["total"] == 9

api = TinybirdApi(config)
dry = api.delete_datasource("events", {"delete_condition": "tenant = 'sdk' AND n = 3", "dry_run": True})
assert dry["rows_to_be_deleted"] == 1, dry
jwt = create_jwt(
    config,
    {
        "name": "front",
        "expires_at": datetime.now(UTC) + timedelta(hours=1),
        "scopes": [{"type": "PIPES:READ", "resource": "by_tenant", "fixed_params": {"tenant": "sdk"}}],
        "limits": {"rps": 100},
    },
)["token"]
reader = TinybirdApi({"base_url": url, "token": jwt})
assert [row["tenant"] for row in reader.query("by_tenant", {"tenant": "other"})["data"]] == ["sdk"]

assert "events" in list_datasources(config) and "by_tenant" in list_pipes(config)
assert get_datasource(config, "events").columns[0].name == "id"
assert get_pipe(config, "by_tenant").nodes
pulled = pull_all_resource_files(config)
assert pulled, pulled
for wrong, status in (
    (lambda: reader.sql("SELECT * FROM events"), 403),
    (lambda: api.query("nothing"), 404),
    (lambda: api.query("by_tenant", {"least": "x"}), 400),
    (lambda: api.sql("SELECT nothing"), 400),
    (lambda: TinybirdApi({"base_url": url, "token": "wrong"}).query("by_tenant"), 403),
):
    try:
        wrong()
    except TinybirdApiError as problem:
        assert problem.status_code == status, (problem.status_code, str(problem))
    else:
        raise AssertionError("it was not refused")
