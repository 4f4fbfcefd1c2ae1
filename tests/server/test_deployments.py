"""/v1/build, /v1/deploy and /v1/deployments, as the vendor's clients send and read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.server.client import Client, Response, endpoint
from tinylite.workspace import Workspace

HITS = "SCHEMA >\n    `id` Int32 `json:$.id`\n"
WIDER = HITS.replace("Int32", "Int64")
FIRST = {"datasources/hits.datasource": HITS, "endpoints/top.pipe": endpoint("SELECT count() AS n FROM hits")}
SECOND = {**FIRST, "datasources/hits.datasource": WIDER}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    workspace = Workspace.open(tmp_path)
    workspace.serve(merges=False)
    yield Client(workspace, dev=True)
    workspace.close()


def form(files: Mapping[str, str | bytes], field: str = "data_project://") -> tuple[bytes, dict[str, str]]:
    """With the part that the vendor's CLI sends first."""
    parts = [("context://", "cli-version", b"1.0.0")]
    parts += [(field, path, text.encode() if isinstance(text, str) else text) for path, text in files.items()]
    body = b"".join(
        f'--edge\r\nContent-Disposition: form-data; name="{name}"; filename="{path}"\r\n'
        f"Content-Type: text/plain\r\n\r\n".encode()
        + content
        + b"\r\n"
        for name, path, content in parts
    )
    return body + b"--edge--\r\n", {"content-type": "multipart/form-data; boundary=edge"}


def send(client: Client, path: str, files: Mapping[str, str | bytes], **parameters: object) -> Response:
    body, headers = form(files)
    return client.post(path, body, headers, **parameters)


def deploy(client: Client, files: Mapping[str, str | bytes], **parameters: object) -> dict[str, Any]:
    answer = send(client, "/v1/deploy", files, **parameters)
    assert answer.status == 200, answer.text
    return answer.json()


def deployment(client: Client, id: str) -> Any:
    return client.get(f"/v1/deployments/{id}").json()["deployment"]


def listed(client: Client, **parameters: object) -> list[tuple[object, object]]:
    found = client.get("/v1/deployments", **parameters).json()["deployments"]
    assert isinstance(found, list)
    return [(each["id"], each["live"]) for each in found]


def test_a_first_deployment_is_live_at_the_first_look(client: Client) -> None:
    answer = deploy(client, FIRST, auto_promote="true")
    assert answer["result"] == "success"
    made = answer["deployment"]
    assert (made["id"], made["new_datasource_names"], made["new_pipe_names"]) == ("1", ["hits"], ["top"])
    assert made["errors"] == [] and made["feedback"] == []
    found = deployment(client, "1")
    assert (found["status"], found["live"]) == ("data_ready", True)
    assert client.get("/v0/pipes/top.json").data == [{"n": 0}]
    (job,) = client.get("/v0/jobs", kind="deployment").json()["jobs"]  # type: ignore[misc]
    assert job["status"] == "done" and job["parameters"] == {"deployment_id": "1"}


def test_the_candidate_is_listed_behind_the_live_one_and_what_was_before_is_not(client: Client) -> None:
    deploy(client, FIRST, auto_promote="true")
    deploy(client, SECOND)
    assert listed(client) == [("1", True), ("2", False)]
    assert client.post("/v1/deployments/2/set-live").status == 200
    assert listed(client) == [("2", True)]
    assert listed(client, all="true") == [("2", True), ("1", False)]


def test_a_removed_deployment_is_told_of_as_deleted(client: Client) -> None:
    deploy(client, FIRST, auto_promote="true")
    deploy(client, SECOND)
    removed = client.ask("DELETE", "/v1/deployments/2")
    assert removed.status == 200 and "error" not in removed.json()
    assert deployment(client, "2")["status"] == "deleted"
    assert deployment(client, "77") is None
    assert client.ask("DELETE", "/v1/deployments/77").status == 200


def test_nothing_changes(client: Client) -> None:
    deploy(client, FIRST, auto_promote="true")
    moved = {"hits.datasource": HITS + "# moved\n", "top.pipe": FIRST["endpoints/top.pipe"]}
    answer = deploy(client, moved)
    assert answer["result"] == "no_changes"
    assert answer["deployment"]["errors"] == []
    assert listed(client) == [("1", True)]


def test_a_faulty_project_changes_nothing(client: Client) -> None:
    answer = deploy(client, {"hits.datasource": "SCHEMA >\n    id Imt32\n"})
    assert answer["result"] == "failed"
    assert answer["deployment"]["errors"] == [
        {"filename": "hits.datasource", "error": "2:8: unknown type Imt32 (did you mean Int32?)"}
    ]
    assert listed(client) == []


def test_what_destroys_data_needs_permission(client: Client) -> None:
    deploy(client, FIRST, auto_promote="true")
    fewer = {"hits.datasource": "SCHEMA >\n    `name` String `json:$.name`\n"}
    answer = deploy(client, fewer)
    assert answer["result"] == "failed"
    assert "the column id is dropped (allow it with --allow-destructive-operations)" in str(answer["deployment"])
    assert deploy(client, fewer, allow_destructive_operations="true")["result"] == "success"


def test_a_check_begins_nothing(client: Client) -> None:
    deploy(client, FIRST, auto_promote="true")
    answer = deploy(client, SECOND, check="true")
    assert answer["result"] == "success"
    assert answer["deployment"]["data_movements"] == [
        {"datasource_name": "hits", "kind": "backfill_with_forward_query", "source_mv_name": None}
    ]
    assert listed(client) == [("1", True)]


def test_two_deployments_at_a_time_are_refused(client: Client) -> None:
    deploy(client, FIRST, auto_promote="true")
    deploy(client, SECOND)
    answer = send(client, "/v1/deploy", {**SECOND, "more.datasource": HITS})
    assert answer.status == 409
    assert answer.error.startswith("deployment 2 waits to be promoted")


def test_the_live_one_can_not_be_removed_nor_promoted_again(client: Client) -> None:
    deploy(client, FIRST, auto_promote="true")
    assert client.ask("DELETE", "/v1/deployments/1").status == 409
    assert client.post("/v1/deployments/1/set-live").status == 409
    assert client.post("/v1/deployments/5/set-live").status == 404


@pytest.mark.parametrize("id", ["x", "-1", "1.5", "٣", "9" * 40])
def test_an_id_is_a_number(client: Client, id: str) -> None:
    assert client.get(f"/v1/deployments/{id}").status == 404


def test_a_staging_deployment_is_asked_by_parameter_and_by_header(client: Client) -> None:
    deploy(client, FIRST, auto_promote="true")
    staged = {**SECOND, "endpoints/top.pipe": endpoint("SELECT count() AS n, 'new' AS word FROM hits")}
    deploy(client, staged)
    new, old = [{"n": 0, "word": "new"}], [{"n": 0}]
    assert client.get("/v0/pipes/top.json").data == old
    assert client.get("/v0/pipes/top.json", __tb__deployment="staging").data == new
    assert client.ask("GET", "/v0/pipes/top.json", headers={"x-tb-deployment": "2"}).data == new
    assert client.get("/v0/pipes/top.json", __tb__deployment="live").data == old
    assert client.get("/v0/pipes/top.json", __tb__deployment="9").status == 404
    typed = "SELECT toTypeName(id) AS t FROM (SELECT id FROM hits UNION ALL SELECT 1) LIMIT 1 FORMAT JSON"
    assert client.get("/v0/sql", q=typed, __tb__deployment="staging").data != client.get("/v0/sql", q=typed).data
    assert client.post("/v0/events", b'{"id":1}', name="hits", __tb__deployment="staging").status == 400


def test_a_build_changes_the_live_one_in_its_place(client: Client) -> None:
    first = send(client, "/v1/build", FIRST).json()
    assert first["result"] == "success"
    assert first["build"]["new_pipe_names"] == ["top"]  # type: ignore[index]
    again = send(client, "/v1/build", FIRST).json()
    assert again["result"] == "success"
    names = {key: value for key, value in again["build"].items() if key.endswith("_names")}  # type: ignore[attr-defined]
    assert len(names) == 9 and not any(names.values())
    faulty = send(client, "/v1/build", {"top.pipe": endpoint("SELECT 1 FROM nowhere")}).json()
    assert faulty["result"] == "failed"
    assert faulty["errors"][0]["filename"] == "top.pipe"  # type: ignore[index]


def test_what_was_built_can_be_gone_back_to(client: Client) -> None:
    send(client, "/v1/build", FIRST)
    client.post("/v0/events", b'{"id":1}', name="hits", wait="true")
    deploy(client, SECOND, auto_promote="true")
    assert listed(client, all="true") == [("1", True), ("0", False)]
    assert client.post("/v1/deployments/0/set-live").status == 200
    assert client.get("/v0/pipes/top.json").data == [{"n": 1}]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", {}),
        (b"SCHEMA >", {"content-type": "text/plain"}),
        (b"{}", {"content-type": "application/json"}),
        (b"--edge\r\nrubbish", {"content-type": "multipart/form-data; boundary=edge"}),
        (b"--edge--", {"content-type": "multipart/form-data"}),
        form({"readme.md": "nothing of a project"}),
    ],
    ids=["empty", "text", "json", "cut off", "no boundary", "no datafiles"],
)
def test_bad_forms_are_refused(client: Client, body: bytes, headers: dict[str, str]) -> None:
    answer = client.post("/v1/deploy", body, headers)
    assert answer.status == 400, answer.text
    assert answer.error


def test_paths_stay_within_the_project(client: Client) -> None:
    answer = deploy(client, {"../../etc/hits.datasource": HITS, "/abs/top.pipe": endpoint("SELECT 1 AS n")})
    assert answer["deployment"]["new_datasource_names"] == ["hits"]
    assert set(client.workspace.deployments.contents(1)) == {"etc/hits.datasource", "abs/top.pipe"}


def test_bytes_that_are_no_text_are_told(client: Client) -> None:
    answer = deploy(client, {"hits.datasource": b"\xff\xfe\x00SCHEMA"})
    assert answer["result"] == "failed" and answer["deployment"]["errors"][0]["filename"] == "hits.datasource"


def test_only_admins_deploy(client: Client) -> None:
    deploy(client, {"hits.datasource": "TOKEN app READ\n" + HITS}, auto_promote="true")
    token = client.workspace.tokens.named("app")
    assert token is not None
    body, headers = form(FIRST)
    assert client.post("/v1/deploy", body, headers, token=token.token).status == 403
    assert client.get("/v1/deployments", token=token.token).status == 403


def test_a_token_of_a_datafile_keeps_its_text_over_a_rollback(client: Client) -> None:
    deploy(client, {"hits.datasource": "TOKEN app READ\n" + HITS}, auto_promote="true")
    before = client.workspace.tokens.named("app")
    deploy(client, {"hits.datasource": HITS}, auto_promote="true")
    assert before is not None
    assert client.get("/v0/datasources/hits", token=before.token).status == 403
    client.post("/v1/deployments/1/set-live")
    assert client.get("/v0/datasources/hits", token=before.token).status == 200


# -- one that waits --------------------------------------------------------------------------------------------------


STAGING = {"__tb__deployment": "staging"}


def test_the_one_that_waits_is_described_as_it_is(client: Client) -> None:
    deploy(client, FIRST, auto_promote="true")
    client.post("/v0/events", b'{"id": 1}', name="hits", wait="true")
    top = {"endpoints/top.pipe": endpoint("SELECT max(id) AS last FROM hits"), "more.datasource": HITS}
    deploy(client, {**SECOND, **top})
    hits = client.get("/v0/datasources/hits", **STAGING).json()
    assert [column["type"] for column in hits["columns"]] == ["Int64"]  # type: ignore[attr-defined]
    assert hits["statistics"]["row_count"] == 1  # type: ignore[index]
    listed = client.get("/v0/datasources", **STAGING).json()["datasources"]
    assert [each["name"] for each in listed] == ["hits", "more"]  # type: ignore[attr-defined]
    assert "Int64" in client.get("/v0/datasources/hits.datasource", **STAGING).text
    assert client.get("/v0/datasources/hits/export", format="csv", **STAGING).text.splitlines()[1] == "1"
    pipe = client.get("/v0/pipes/top", **STAGING).json()
    assert "SELECT max(id) AS last" in pipe["nodes"][0]["sql"]  # type: ignore[index]
    assert client.get("/v0/pipes/top/explain", **STAGING).json()["tables"] == ["hits@2"]
    for path in ("/v0/datasources/more", "/v0/datasources/more/export"):
        assert client.get(path, __tb__deployment="1").status == client.get(path).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/v0/events?name=hits",
        "/v0/datasources?name=hits&mode=append&format=ndjson",
        "/v1/datasources/hits/append?format=ndjson",
        "/v1/datasources/hits/replace?format=ndjson",
        "/v0/datasources/hits/truncate",
        "/v0/datasources/hits/delete",
        "/v0/datasources/hits/recover",
    ],
)
def test_rows_can_not_be_written_to_one_that_waits_alone(client: Client, path: str) -> None:
    deploy(client, FIRST, auto_promote="true")
    deploy(client, SECOND)
    path, _, query = path.partition("?")
    given = dict(pair.split("=") for pair in query.split("&") if pair)
    for where in ({}, {"x-tb-deployment": "staging"}):
        parameters = {} if where else STAGING
        answer = client.post(path, b'{"id": 1}', where, **given, **parameters)
        assert answer.status == 400 and "done to the live deployment" in answer.error
    assert client.post("/v0/events", b'{"id": 1}', name="hits", wait="true", __tb__deployment="1").status == 200
    assert client.get("/v0/datasources/hits", **STAGING).json()["statistics"] == {"row_count": 1, "bytes": 0}
