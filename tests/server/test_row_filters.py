"""Tokens that see some rows of a data source only, and none of what they may not name."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest

from tests.server.client import Client, Response, endpoint, served

HITS = """TOKEN "hits of all" READ
SCHEMA >
    `tenant` String `json:$.tenant`,
    `page` String `json:$.page`

ENGINE ReplacingMergeTree
ENGINE_SORTING_KEY tenant, page
"""
ROWS = [("a", "/1"), ("a", "/2"), ("b", "/3"), ("b", "/4"), ("b", "/5")]
FILES = {
    "hits.datasource": HITS,
    "other.datasource": "SCHEMA >\n    `x` Int32 `json:$.x`\n",
    "told.pipe": endpoint("SELECT {{tb_secret('word', 'none')}} AS word"),
    "kept_back.pipe": endpoint("SELECT count() AS n FROM hits_quarantine"),
    "pages.pipe": endpoint("SELECT tenant, page FROM hits ORDER BY page"),
    "counted.pipe": endpoint("SELECT count() AS n FROM pages"),
    "chosen.pipe": endpoint("SELECT page FROM hits WHERE tenant = {{String(tenant, 'a')}} ORDER BY page"),
    "fixtures/hits.ndjson": "".join(json.dumps({"tenant": t, "page": p}) + "\n" for t, p in ROWS),
    "fixtures/other.ndjson": '{"x": 1}\n',
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(tmp_path_factory.mktemp("filters"), FILES) as client:
        yield client


def made(client: Client, *scopes: str) -> str:
    """A static token."""
    name = f"made {time.perf_counter_ns()}"
    answer = client.post("/v0/tokens", name=name, scope=list(scopes))
    assert answer.status == 200, answer.text
    return str(answer.json()["token"])


def signed(client: Client, *scopes: dict[str, object], **claims: object) -> str:
    body = {"exp": time.time() + 60, "name": "front end", "scopes": list(scopes), **claims}
    return jwt.encode(body, client.admin, algorithm="HS256")


def rows(answer: Response) -> list[dict[str, object]]:
    assert answer.status == 200, answer.text
    data = answer.json()["data"]
    assert isinstance(data, list)
    return data


ONLY_A = "DATASOURCES:READ:hits:tenant = 'a'"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count() AS n FROM hits",
        "SELECT count() AS n FROM hits FINAL",
        "SELECT count() AS n FROM hits AS h WHERE h.page != ''",
        "WITH x AS (SELECT * FROM hits) SELECT count() AS n FROM x",
        "SELECT count() AS n FROM (SELECT * FROM hits UNION DISTINCT SELECT * FROM hits)",
        "SELECT (SELECT count() FROM hits) AS n",
        "SELECT toUInt64(length(groupArray(page))) AS n FROM hits",
        "SELECT count() AS n FROM numbers(1) AS o LEFT JOIN hits ON 1 = 1",
        "SELECT count() AS n FROM hits WHERE 1 OR tenant = 'b'",
        "SELECT count() AS n FROM hits PREWHERE tenant IN ('a', 'b')",
        "SELECT countIf(page IN (SELECT page FROM hits)) AS n FROM hits",
        "SELECT tenant_, count() AS n FROM (SELECT *, 'b' AS tenant_ FROM hits) GROUP BY tenant_",
        "SELECT count() AS n FROM (SELECT 'a' AS tenant, page FROM hits)",
        "SELECT 'a' AS tenant, count() AS n FROM hits",
    ],
)
def test_no_spelling_of_a_query_shows_more_rows(client: Client, sql: str) -> None:
    token = made(client, ONLY_A)
    (row,) = rows(client.get("/v0/sql", token=token, q=f"{sql} FORMAT JSON"))
    assert row["n"] == 2


def test_the_filter_holds_inside_of_pipes(client: Client) -> None:
    token = made(client, ONLY_A, "PIPES:READ:counted", "PIPES:READ:pages")
    assert rows(client.get("/v0/pipes/counted.json", token=token)) == [{"n": 2}]
    assert rows(client.get("/v0/sql", token=token, q="SELECT count() AS n FROM pages FORMAT JSON")) == [{"n": 2}]
    assert rows(client.get("/v0/pipes/counted.json")) == [{"n": 5}]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM other",
        "SELECT * FROM hits_quarantine",
        "SELECT * FROM pages",
        "SELECT 1 WHERE 1 IN (SELECT x FROM other)",
        "SELECT 1 WHERE 1 IN other",
        "WITH other AS (SELECT * FROM other) SELECT * FROM other",
        "SELECT * FROM hits JOIN other ON 1 = 1",
        "SELECT * FROM nothing_at_all",
        "SELECT * FROM duckdb_tables",
        "SELECT * FROM tinylite_positions",
        "SELECT * FROM information_schema.tables",
    ],
)
def test_what_a_token_may_not_name_it_may_not_read(client: Client, sql: str) -> None:
    answer = client.get("/v0/sql", token=made(client, ONLY_A), q=sql)
    assert answer.status == 403, answer.text


def test_a_pipe_may_be_asked_for_more_than_its_reader_may_name(client: Client) -> None:
    token = made(client, "PIPES:READ:counted")
    assert rows(client.get("/v0/pipes/counted.json", token=token)) == [{"n": 5}]
    assert client.get("/v0/sql", token=token, q="SELECT * FROM hits").status == 403
    assert rows(client.get("/v0/pipes/counted.json", token=token, q="SELECT n + 1 AS m FROM _")) == [{"m": 6}]
    assert client.get("/v0/pipes/counted.json", token=token, q="SELECT * FROM hits").status == 403


def test_the_whole_wins_over_a_part(client: Client) -> None:
    token = made(client, "DATASOURCES:READ:hits", ONLY_A)
    assert client.get("/v0/sql", token=token, q="SELECT count() FROM hits").text == "5\n"
    assert client.get("/v0/sql", token=token, q="SELECT count() FROM hits_quarantine").text == "0\n"


def test_a_filter_that_is_none_is_refused_when_the_token_is_made(client: Client) -> None:
    for condition in ("no_such_column = 1", "tenant =", "tenant = 'a') OR (1", "1 IN (SELECT x FROM other)"):
        answer = client.post("/v0/tokens", name=f"bad {condition}", scope=f"DATASOURCES:READ:hits:{condition}")
        assert answer.status == 400, condition


# -- JSON web tokens ------------------------------------------------------------------------------------------------


def test_a_jwt_reads_its_endpoint_with_its_parameters(client: Client) -> None:
    scope = {"type": "PIPES:READ", "resource": "chosen", "fixed_params": {"tenant": "b"}}
    token = signed(client, scope)
    for asked in ({}, {"tenant": "a"}):
        assert [row["page"] for row in rows(client.get("/v0/pipes/chosen.json", token=token, **asked))] == [
            "/3",
            "/4",
            "/5",
        ]
    posted = client.post("/v0/pipes/chosen.json", b'{"tenant": "a"}', {"content-type": "application/json"}, token=token)
    assert len(rows(posted)) == 3
    assert client.get("/v0/pipes/pages.json", token=token).status == 403


FIXED = {"type": "PIPES:READ", "resource": "chosen", "fixed_params": {"tenant": "b"}}
PAGES = {"type": "PIPES:READ", "resource": "pages"}


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/v0/sql", {"q": "SELECT count() AS n FROM chosen FORMAT JSON"}),
        ("/v0/sql", {"q": "SELECT count() AS n FROM (SELECT * FROM chosen) FORMAT JSON"}),
        ("/v0/sql", {"q": "WITH c AS (SELECT * FROM chosen) SELECT count() AS n FROM c FORMAT JSON"}),
        ("/v0/sql", {"q": "SELECT count() AS n FROM _ FORMAT JSON", "pipeline": "chosen"}),
        ("/v0/sql", {"q": "SELECT count() AS n FROM chosen FORMAT JSON", "pipeline": "pages"}),
        ("/v0/pipes/chosen.json", {"q": "SELECT count() AS n FROM _"}),
        ("/v0/pipes/pages.json", {"q": "SELECT count() AS n FROM chosen"}),
    ],
)
def test_fixed_parameters_are_fixed_wherever_the_pipe_is_read(
    client: Client, path: str, parameters: dict[str, str]
) -> None:
    token = signed(client, FIXED, PAGES)
    for more in ({}, {"tenant": "a"}):
        assert rows(client.get(path, token=token, **parameters, **more)) == [{"n": 3}]


def test_a_pipe_whose_name_only_the_template_knows_is_not_read_with_other_parameters(client: Client) -> None:
    query = "% SELECT count() AS n FROM {{table(which)}} FORMAT JSON"
    token = signed(client, FIXED)
    assert client.get("/v0/sql", token=token, q=query, which="chosen", tenant="a").status == 403
    assert rows(client.get("/v0/sql", token=token, q=query, which="chosen", tenant="b")) == [{"n": 3}]


def test_two_pipes_that_fix_one_parameter_differently_are_not_read_at_once(client: Client) -> None:
    other = {"type": "PIPES:READ", "resource": "pages", "fixed_params": {"tenant": "a"}}
    token = signed(client, FIXED, other)
    assert rows(client.get("/v0/sql", token=token, q="SELECT count() AS n FROM chosen FORMAT JSON")) == [{"n": 3}]
    answer = client.get("/v0/sql", token=token, q="SELECT count() FROM chosen, pages")
    assert (answer.status, "fixes the parameter tenant" in answer.error) == (403, True)


def test_a_parameter_that_is_fixed_to_nothing_can_not_be_given(client: Client) -> None:
    token = signed(client, {"type": "PIPES:READ", "resource": "chosen", "fixed_params": {"tenant": None}})
    assert len(rows(client.get("/v0/pipes/chosen.json", token=token, tenant="b"))) == 2


def test_a_filter_on_what_is_no_data_source_shows_nothing(client: Client) -> None:
    token = signed(client, {"type": "DATASOURCES:READ", "resource": "pages", "filter": "tenant = 'a'"})
    assert client.get("/v0/sql", token=token, q="SELECT count() FROM pages").status == 403


def test_a_service_data_source_is_filtered_as_any_other(client: Client) -> None:
    client.get("/v0/pipes/pages.json")
    client.get("/v0/pipes/chosen.json")
    service = "tinybird.pipe_stats_rt"
    asked = f"SELECT DISTINCT pipe_name FROM {service} WHERE pipe_name IN ('pages', 'chosen')"
    filtered = {"type": "DATASOURCES:READ", "resource": service, "filter": "pipe_name = 'pages'"}
    assert client.get("/v0/sql", token=signed(client, filtered), q=asked).text == "pages\n"
    assert client.get("/v0/sql", token=signed(client, FIXED), q=asked).status == 403


def test_who_sees_a_part_sees_no_quarantine_not_even_through_a_pipe(client: Client) -> None:
    pipe = "PIPES:READ:kept_back"
    assert rows(client.get("/v0/pipes/kept_back.json", token=made(client, pipe))) == [{"n": 0}]
    assert client.get("/v0/pipes/kept_back.json", token=made(client, pipe, ONLY_A)).status == 403
    assert client.get("/v0/pipes/kept_back.json", token=made(client, "WORKSPACE:READ_ALL", ONLY_A)).status == 403


def test_who_sees_a_part_is_not_told_how_many_rows_there_are(client: Client) -> None:
    for path in ("/v0/datasources/hits", "/v0/datasources"):
        for token, rows_told in ((made(client, ONLY_A), 2), ("", 5)):
            told = client.get(path, token=token).json()
            listed = told.get("datasources", [told])
            assert isinstance(listed, list)
            assert [each["statistics"]["row_count"] for each in listed if each["name"] == "hits"] == [rows_told]


def test_a_star_is_a_name_like_any_other(client: Client) -> None:
    for scope in ("DATASOURCES:READ:*", "PIPES:READ:*"):
        token = made(client, scope)
        assert client.get("/v0/sql", token=token, q="SELECT * FROM other").status == 403
        assert client.get("/v0/pipes/pages.json", token=token).status == 403


def test_a_jwt_filters_rows(client: Client) -> None:
    token = signed(client, {"type": "DATASOURCES:READ", "resource": "hits", "filter": "tenant = 'a'"})
    assert client.get("/v0/sql", token=token, q="SELECT count() FROM hits").text == "2\n"


READS = {"type": "PIPES:READ", "resource": "chosen"}


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
def test_jwts_that_are_worth_nothing(client: Client) -> None:
    key = client.admin
    body = {"exp": time.time() + 60, "scopes": [READS]}
    worthless = [
        jwt.encode(body, "another key that is long enough for it", algorithm="HS256"),
        jwt.encode(body, "", algorithm="none"),
        jwt.encode(body, key, algorithm="HS512"),
        jwt.encode({**body, "exp": time.time() - 1}, key, algorithm="HS256"),
        jwt.encode({"scopes": [READS]}, key, algorithm="HS256"),
        jwt.encode({**body, "workspace_id": "another"}, key, algorithm="HS256"),
        jwt.encode({**body, "scopes": [{"type": "ADMIN"}]}, key, algorithm="HS256"),
        jwt.encode({**body, "scopes": "PIPES:READ:chosen"}, key, algorithm="HS256"),
        jwt.encode({**body, "nbf": time.time() + 60}, key, algorithm="HS256"),
        *(jwt.encode({**body, "exp": exp}, key, algorithm="HS256") for exp in ("9999999999", True, [1], {"a": 1})),
        jwt.encode({**body, "limits": {"rps": True}}, key, algorithm="HS256"),
        jwt.encode({**body, "scopes": [{**READS, "resource": ["chosen"]}]}, key, algorithm="HS256"),
        "a.b.c",
        "..",
    ]
    for token in worthless:
        assert client.get("/v0/pipes/chosen.json", token=token).status == 403, token


def test_a_jwt_is_made_over_http_and_ends_with_the_admin_token(tmp_path: Path) -> None:
    with served(tmp_path, FILES) as client:
        made = client.post(
            "/v0/tokens/",
            json.dumps({"scopes": [READS], "limits": {"rps": 3}}).encode(),
            name="front end",
            expiration_time=int(time.time()) + 60,
        )
        token = str(made.json()["token"])
        statuses = [client.get("/v0/pipes/chosen.json", token=token).status for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        limited = client.get("/v0/pipes/chosen.json", token=token)
        assert limited.headers["retry-after"] == "1"
        assert limited.headers["x-ratelimit-limit"] == "3"
        refreshed = client.post("/v0/tokens/admin token/refresh").json()["token"]
        assert refreshed != client.admin
        assert client.get("/v0/pipes/chosen.json", token=token).status == 403


# -- the tokens' own routes -----------------------------------------------------------------------------------------


def test_a_token_is_made_changed_refreshed_and_removed(client: Client) -> None:
    first = client.post("/v0/tokens", name="mine", scope="PIPES:READ:pages").json()
    assert first["scopes"] == [{"type": "PIPES:READ", "resource": "pages"}]
    assert client.get("/v0/tokens/mine").json()["id"] == first["id"]
    assert client.post("/v0/tokens", name="mine", scope="PIPES:READ:pages").status == 409
    client.ask("PUT", "/v0/tokens/mine", {"scope": "PIPES:READ:counted"})
    token = str(first["token"])
    assert client.get("/v0/pipes/pages.json", token=token).status == 403
    assert client.get("/v0/pipes/counted.json", token=token).status == 200
    fresh = str(client.post("/v0/tokens/mine/refresh").json()["token"])
    assert client.get("/v0/pipes/counted.json", token=token).status == 403
    assert client.get("/v0/pipes/counted.json", token=fresh).status == 200
    assert client.ask("DELETE", f"/v0/tokens/{first['id']}").status == 200
    assert client.get("/v0/pipes/counted.json", token=fresh).status == 403
    assert client.get("/v0/tokens/mine").status == 404


@pytest.mark.parametrize("scope", ["", "READ", "PIPES:READ", "ADMIN:x", "PIPES:READ:pages:1 = 1", "DATASOURCES:ALL:x"])
def test_scopes_that_are_none_are_refused(client: Client, scope: str) -> None:
    assert client.post("/v0/tokens", name="wrong", scope=scope).status == 400
    assert client.get("/v0/tokens/wrong").status == 404


def test_nobody_makes_himself_an_admin(client: Client) -> None:
    keeper = made(client, "TOKENS")
    assert client.admin not in client.get("/v0/tokens", token=keeper).text
    assert client.get("/v0/tokens/admin token", token=keeper).status == 403
    assert client.post("/v0/tokens", name="more", scope="ADMIN", token=keeper).status == 403
    assert client.post("/v0/tokens", name="small", scope="PIPES:READ:pages", token=keeper).status == 200
    assert client.post("/v0/tokens/admin token/refresh", token=keeper).status == 403
    assert client.ask("DELETE", "/v0/tokens/admin token").status == 403
    reader = made(client, "PIPES:READ:pages")
    assert client.post("/v0/tokens", name="x", scope="PIPES:READ:pages", token=reader).status == 403


def test_a_reader_of_all_reads_all_and_changes_nothing(client: Client) -> None:
    token = made(client, "WORKSPACE:READ_ALL")
    assert client.get("/v0/sql", token=token, q="SELECT count() FROM other").text == "1\n"
    assert client.get("/v0/pipes/pages.json", token=token).status == 200
    assert client.post("/v0/events", b'{"x": 2}', name="other", token=token).status == 403
    assert client.get("/v0/tokens", token=token).status == 403


# -- secrets --------------------------------------------------------------------------------------------------------


def test_a_secret_is_set_and_used_and_never_told(client: Client) -> None:
    assert client.post("/v0/variables", b"name=word&value=sesame").status == 200
    assert client.post("/v0/variables", b"name=word&value=again").status == 409
    listed = client.get("/v0/variables")
    assert [secret["name"] for secret in listed.json()["variables"]] == ["word"]  # type: ignore[attr-defined]
    assert "sesame" not in listed.text + client.get("/v0/variables/word").text
    assert rows(client.get("/v0/pipes/told.json")) == [{"word": "sesame"}]
    assert client.ask("PUT", "/v0/variables/word", "", b"value=open").status == 200
    assert rows(client.get("/v0/pipes/told.json")) == [{"word": "open"}]
    assert client.ask("DELETE", "/v0/variables/word").status == 200
    assert client.get("/v0/variables/word").status == 404


READ_BACK = "% SELECT {{tb_secret('word', 'none')}} AS word"


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/v0/sql", {"q": READ_BACK}),
        ("/v0/sql", {"q": READ_BACK, "pipeline": "pages"}),
        ("/v0/sql", {"q": "% SELECT {{Int32(tb_secret('word'))}} AS n"}),
        ("/v0/sql", {"q": "% {{error(tb_secret('word'))}}"}),
        ("/v0/sql", {"q": "% {% if tb_secret('word').startswith('o') %}SELECT 1{% else %}SELECT 2{% end %}"}),
        ("/v0/pipes/pages.json", {"q": READ_BACK}),
    ],
)
def test_the_callers_own_sql_reads_no_secret(client: Client, path: str, parameters: dict[str, str]) -> None:
    client.post("/v0/variables", b"name=word&value=open")
    answer = client.get(path, **parameters)
    assert (answer.status, "open" in answer.text) == (403, False)


def test_a_node_that_reads_a_secret_may_be_sent_back(client: Client) -> None:
    """As the vendor's test runner does for pipes that are no endpoints."""
    client.post("/v0/variables", b"name=word&value=open")
    (node,) = client.get("/v0/pipes/told").json()["nodes"]  # type: ignore[attr-defined]
    assert client.get("/v0/sql", q=node["sql"], pipeline="told").text == "open\n"
