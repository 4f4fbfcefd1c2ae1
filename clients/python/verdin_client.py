"""verdin: events, files of rows, pipes, SQL, and what there is."""

import contextlib
import json
import os

from verdin import tinybird
from verdin.api import ApiError
from verdin.api.pipes import PipeNotFoundError

client = tinybird.Client(os.environ["TINYBIRD_TOKEN"], os.environ["TINYBIRD_URL"])
ROW = {"id": "v1", "tenant": "verdin", "time": "2026-01-01 00:00:00", "n": 1}

sent = client.api.events.send("events", [ROW, {**ROW, "id": "v2", "n": "x"}], wait=True)
assert (sent.successful_rows, sent.quarantined_rows) == (1, 1), sent.json
packed = client.api.events.send("events", [{**ROW, "id": "v3", "n": 2}], compress=True)
assert packed.successful_rows == 1
source = client.datasource("events")
assert source.append([["v4", "verdin", "2026-01-01 00:00:00", 3]]).ok
assert source.append_ndjson([{**ROW, "id": "v5", "n": 4}]).ok
appended = client.api.datasources.append("events", json.dumps({**ROW, "id": "v6", "n": 5}), format="ndjson")
assert appended.quarantine_rows == 0 and not appended.error, appended.json
assert appended.import_id

pipe = client.pipe("by_tenant")
answer = pipe.query({"tenant": "verdin"})
assert answer.data[0]["total"] == 15, answer.data
assert [name for name, _ in answer.meta] == ["tenant", "events", "total", "last"]
assert pipe.sql("SELECT sum(events) AS n FROM _ WHERE tenant = 'verdin'").data == [{"n": 5}]
assert [len(page.data) for page in pipe.pages(page_size=1)][-1:] != [2]
for format in ("json", "csv", "ndjson"):
    data = client.api.pipes.query("by_tenant", parameters={"tenant": "verdin", "least": "2"}, format=format).data
    assert str(data[0]["events"]) == "4", (format, data)
long = {"tenant": "verdin", "without": ",".join(f"id{number}" for number in range(3000))}
assert client.api.pipes.query("by_tenant", parameters=long).data[0]["events"] == 5

assert client.sql("SELECT count() AS n FROM events WHERE tenant = 'verdin'").json().data == [{"n": 5}]
asked = client.api.query.query("SELECT 1 AS one FORMAT JSON")
assert asked.json["data"] == [{"one": 1}]
posted = client.api.query.query(
    "%SELECT count() AS n FROM events WHERE tenant = {{String(who)}}", parameters={"who": "verdin"}
)
assert "5" in posted.text, posted.text
assert client.api.query.query("SELECT '" + "x" * 9000 + "' AS long").text

assert {"events"} <= {each["name"] for each in client.api.datasources.list().datasources}
assert client.api.datasources.get_information("events").info["name"] == "events"
assert "by_tenant" in {each["name"] for each in client.api.pipes.list().pipes}
assert client.api.pipes.get_information("by_tenant").info["nodes"]
tokens = {each["name"]: each for each in client.api.tokens.list().tokens}
assert client.api.tokens.get_information(tokens["front end"]["token"]).info["name"] == "front end"

variables = client.api.variables
assert variables.create("word", "sesame").variable["name"] == "word"
assert variables.update("word", "open").variable["name"] == "word"
assert "open" not in variables.list().text and variables.get("word").variable["name"] == "word"
assert variables.delete("word").ok

for wrong, status in (
    (lambda: client.api.pipes.query("by_tenant", parameters={"least": "x"}), 400),
    (lambda: client.api.events.send("nothing", [ROW]), 404),
    (lambda: tinybird.Client("wrong", os.environ["TINYBIRD_URL"]).api.pipes.list(), 403),
):
    try:
        wrong()
    except ApiError as problem:
        assert problem.status_code == status, problem.status_code
        assert str(problem)
    else:
        raise AssertionError("it was not refused")
with contextlib.suppress(PipeNotFoundError):
    client.api.pipes.get_information("nothing")
other = client.datasource("logs")
assert other.append_ndjson([{"message": "gone"}]).ok
other.truncate()
assert client.sql("SELECT count() AS n FROM logs WHERE message = 'gone'").json().data == [{"n": 0}]
