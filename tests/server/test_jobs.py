"""Jobs over HTTP: copies, populations, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.client import Client, Response, served

FILES = {
    "hits.datasource": 'TOKEN "sender" APPEND\nSCHEMA >\n    id UInt32\n',
    "kept.datasource": "SCHEMA >\n    id UInt32\n",
    "sums.datasource": "SCHEMA >\n    total UInt64\n",
    "keep.pipe": "NODE wanted\nSQL >\n    %\n    SELECT id FROM hits WHERE id > {{Int32(above, 0)}}\n"
    "TYPE copy\nTARGET_DATASOURCE kept\n",
    "hourly.pipe": "NODE all_hits\nSQL >\n    SELECT id FROM hits\nTYPE copy\nTARGET_DATASOURCE kept\n"
    "COPY_SCHEDULE 0 * * * *\n",
    "fill.pipe": "NODE added\nSQL >\n    SELECT sum(id) AS total FROM hits\nTYPE materialized\nDATASOURCE sums\n",
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with served(tmp_path, FILES) as opened:
        opened.post("/v0/events", b'{"id": 1}\n{"id": 2}', name="hits")
        yield opened


def over(client: Client, started: Response) -> dict[str, object]:
    assert started.status == 200, started.text
    id = started.json()["job"]["id"]  # type: ignore[index]
    client.workspace.background.jobs.wait(id, 30)
    return client.get(f"/v0/jobs/{id}").json()


def test_a_copy_is_a_job_with_its_parameters(client: Client) -> None:
    job = over(client, client.post("/v0/pipes/keep/copy", above=1))
    wanted = ("kind", "status", "pipe_name", "parameters", "progress_percentage", "is_cancellable")
    assert [job[name] for name in wanted] == ["copy", "done", "keep", {"above": "1"}, 100.0, False]
    assert {"id", "job_id", "created_at", "updated_at", "job_url"} <= job.keys()
    assert client.get("/v0/sql", q="SELECT id FROM kept").text == "2\n"


def test_parameters_may_come_as_a_form_and_the_mode_as_mode(client: Client) -> None:
    over(client, client.post("/v0/pipes/keep/copy"))
    form = {"content-type": "application/x-www-form-urlencoded"}
    over(client, client.post("/v0/pipes/keep/copy", b"above=1&_mode=replace", form))
    assert client.get("/v0/sql", q="SELECT id FROM kept").text == "2\n"


def test_jobs_are_listed_by_kind_and_state(client: Client) -> None:
    over(client, client.post("/v0/pipes/keep/copy"))
    assert len(client.get("/v0/jobs", kind="copy", status="done").json()["jobs"]) == 1  # type: ignore[arg-type]
    assert client.get("/v0/jobs", status="error").json() == {"jobs": []}


def test_a_view_is_populated_again_with_truncate(client: Client) -> None:
    path = "/v0/pipes/fill/nodes/added/population"
    refused = client.post(path)
    assert (refused.status, "would count twice" in refused.error) == (409, True)
    job = over(client, client.post(path, truncate="true"))
    assert (job["kind"], job["status"]) == ("populateview", "done")
    assert client.get("/v0/sql", q="SELECT sum(total) FROM sums").text == "3\n"
    assert client.post("/v0/pipes/keep/nodes/wanted/population").status == 404


def test_a_schedule_is_paused_and_resumed(client: Client) -> None:
    paused = client.post("/v0/pipes/hourly/copy/pause").json()["schedule"]
    assert (paused["status"], paused["next_run"], paused["cron"]) == ("paused", None, "0 * * * *")  # type: ignore[index]
    resumed = client.post("/v0/pipes/hourly/copy/resume").json()["schedule"]
    assert resumed["status"] == "running" and resumed["next_run"].endswith(":00:00")  # type: ignore[index]
    assert client.post("/v0/pipes/keep/copy/pause").status == 409
    assert {copy["name"] for copy in client.get("/v0/copies").json()["copies"]} == {"keep", "hourly"}  # type: ignore[attr-defined]


def test_what_is_over_can_not_be_cancelled_and_what_was_cancelled_goes_on(client: Client) -> None:
    id = over(client, client.post("/v0/pipes/keep/copy"))["id"]
    assert client.post(f"/v0/jobs/{id}/cancel").status == 409
    assert client.post(f"/v0/jobs/{id}/retry").status == 409
    client.workspace.store.write(("UPDATE jobs SET status = 'cancelled' WHERE id = ?", [id]))
    assert client.post(f"/v0/jobs/{id}/retry").json()["status"] == "waiting"


@pytest.mark.parametrize("path", ["/v0/pipes/fill/copy", "/v0/pipes/none/copy", "/v0/jobs/none/cancel"])
def test_what_does_not_exist_is_404(client: Client, path: str) -> None:
    assert client.post(path).status == 404
    assert client.get("/v0/jobs/none").status == 404


def test_a_bad_parameter_makes_no_job(client: Client) -> None:
    answer = client.post("/v0/pipes/keep/copy", above="many")
    assert (answer.status, answer.error) == (400, "Error validating 'many' to type Int32")
    assert client.get("/v0/jobs").json() == {"jobs": []}


def test_only_admins_see_and_run_jobs(client: Client) -> None:
    sender = next(token.token for token in client.workspace.tokens.all() if token.name == "sender")
    for path in ("/v0/jobs", "/v0/copies"):
        assert client.get(path, token=sender).status == 403
    assert client.post("/v0/pipes/keep/copy", token=sender).status == 403
