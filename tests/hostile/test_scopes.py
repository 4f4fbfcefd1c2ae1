"""SQL that wants to see more than its token does. `part` sees the rows of tenant a only."""

from __future__ import annotations

import pytest

from tests.hostile.conftest import OTHERS, Prey

SPELLINGS = (
    "SELECT page FROM hits",
    "SELECT * FROM hits",
    "SELECT h.* FROM hits AS h",
    "SELECT h.page FROM default.hits h",
    "SELECT page FROM hits FINAL",
    "SELECT page FROM hits PREWHERE 1",
    "SELECT page FROM hits WHERE 1 OR tenant = 'b'",
    "SELECT page FROM hits WHERE tenant = 'b'",
    "SELECT page FROM hits WHERE NOT (tenant = 'a')",
    "SELECT page FROM hits ORDER BY tenant DESC LIMIT 10",
    "SELECT page FROM hits LIMIT 10 OFFSET 0",
    "SELECT page FROM hits LIMIT 1 BY page",
    "SELECT DISTINCT page FROM hits",
    "SELECT 'a' AS tenant, page FROM hits",
    "SELECT 'a' AS tenant, page FROM hits WHERE tenant = 'a'",
    "SELECT replaceAll(tenant, 'b', 'a') AS tenant, page FROM hits",
    "WITH 'a' AS tenant SELECT page FROM hits",
    "WITH 1 AS tenant SELECT page, tenant FROM hits",
    "WITH x AS (SELECT * FROM hits) SELECT page FROM x",
    "WITH hits AS (SELECT * FROM hits) SELECT page FROM hits",
    "WITH hits AS (SELECT 'a' AS tenant, page FROM hits) SELECT * FROM hits",
    "WITH x AS (SELECT * FROM hits), y AS (SELECT * FROM x) SELECT page FROM y",
    "WITH RECURSIVE x AS (SELECT page FROM hits UNION ALL SELECT page FROM x WHERE 0) SELECT * FROM x",
    "SELECT * FROM (SELECT * FROM hits)",
    "SELECT * FROM (SELECT * FROM (SELECT page FROM hits))",
    "SELECT page FROM hits UNION ALL SELECT page FROM hits",
    "SELECT page FROM hits UNION DISTINCT SELECT page FROM hits",
    "SELECT page FROM hits INTERSECT SELECT page FROM hits",
    "SELECT '' AS page EXCEPT SELECT '' UNION ALL SELECT page FROM hits",
    "SELECT a.page FROM hits a JOIN hits b ON a.page = b.page",
    "SELECT b.page FROM hits a CROSS JOIN hits b",
    "SELECT b.page FROM hits a LEFT JOIN hits b ON 1 = 1",
    "SELECT b.page FROM hits a RIGHT JOIN hits b ON a.n = b.n",
    "SELECT b.page FROM hits a FULL JOIN hits b ON a.n = b.n",
    "SELECT b.page FROM hits a, hits b",
    "SELECT b.page FROM numbers(9) AS a LEFT ANY JOIN hits AS b ON a.number = b.n",
    "SELECT b.page FROM hits a ASOF JOIN hits b ON a.tenant = b.tenant AND a.n >= b.n",
    "SELECT page FROM hits a SEMI JOIN hits b USING page",
    "SELECT page FROM hits a ANTI JOIN hits b ON a.n = b.n + 100",
    "SELECT (SELECT groupArray(page) FROM hits)",
    "SELECT (SELECT max(page) FROM hits)",
    "SELECT (SELECT page FROM hits ORDER BY tenant DESC LIMIT 1)",
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM hits WHERE tenant = 'b')",
    "SELECT number FROM numbers(9) WHERE number IN (SELECT n FROM hits WHERE tenant = 'b')",
    "SELECT groupArray(page) FROM hits",
    "SELECT groupUniqArray(page) FROM hits",
    "SELECT max(page), argMax(page, n), any(page), anyLast(page) FROM hits",
    "SELECT maxIf(page, tenant = 'b') FROM hits",
    "SELECT sumMap(map(page, n)) FROM hits",
    "SELECT topK(10)(page) FROM hits",
    "SELECT groupArrayState(page) FROM hits",
    "SELECT first_value(page) OVER (ORDER BY tenant DESC) FROM hits",
    "SELECT lagInFrame(page, 1) OVER (ORDER BY n) FROM hits",
    "SELECT arrayJoin(groupArray(page)) FROM hits",
    "SELECT page FROM hits ARRAY JOIN [1, 2] AS x",
    "SELECT tuple(*) FROM hits",
    "SELECT toString(tuple(*)) FROM hits",
    "SELECT formatRowNoNewline('JSONEachRow', *) FROM hits",
    "SELECT COLUMNS('.*') FROM hits",
    "SELECT * EXCEPT (tenant) FROM hits",
    "SELECT * REPLACE ('a' AS tenant) FROM hits",
    "SELECT * APPLY (x -> x) FROM hits",
    "SELECT page FROM hits GROUP BY page WITH ROLLUP",
    "SELECT page, count() FROM hits GROUP BY ALL",
    "SELECT page FROM hits GROUP BY page HAVING max(tenant) = 'b'",
    "SELECT page FROM hits QUALIFY row_number() OVER (ORDER BY n DESC) = 1",
    "SELECT page FROM hits SETTINGS final = 1",
    "SELECT page FROM hits ORDER BY n WITH FILL",
    "SELECT page FROM hits SAMPLE 1",
    "SELECT page FROM view(SELECT * FROM hits)",
    "SELECT page FROM (TABLE hits)",
    "SELECT page FROM `hits`",
    'SELECT page FROM "hits"',
    "SELECT page FROM Hits",
    "SELECT page FROM hits_quarantine",
    "SELECT * FROM hits_quarantine AS hits",
    "SELECT * FROM all_hits",
    "SELECT page FROM nested",
    "SELECT page FROM (SELECT * FROM nested) AS hits",
    "WITH nested AS (SELECT * FROM nested) SELECT * FROM nested",
    "SELECT * FROM other",
    "SELECT * FROM kept_back",
    "SELECT * FROM hits_by_page",
    "SELECT page FROM hits WHERE tenant IN other",
    "SELECT page FROM hits WHERE page IN (SELECT word FROM other)",
    "SELECT word FROM hits, other",
    "SELECT *, (SELECT word FROM other LIMIT 1) FROM hits",
    "WITH (SELECT word FROM other) AS w SELECT w FROM hits",
    "SELECT page FROM hits UNION ALL SELECT word FROM other",
    "SELECT if(1, (SELECT any(word) FROM other), '')",
    "SELECT arrayMap(x -> (SELECT any(word) FROM other), [1])",
    "% SELECT page FROM {{table(which)}}",
    "% SELECT word FROM {{table('other')}}",
    "% SELECT * FROM {{table('hits_quarantine')}}",
    "% SELECT page FROM hits WHERE {{sql_and(tenant='b')}}",
    "% {% set t = 'other' %} SELECT * FROM {{symbol(t)}}",
)


@pytest.mark.parametrize("sql", SPELLINGS)
def test_it_shows_nothing_of_others(prey: Prey, sql: str) -> None:
    answer = prey.client.get("/v0/sql", token=prey.part, q=f"{sql}", which="other")
    prey.check(answer, 200, 400, 403)
    assert OTHERS not in answer.text
    if "count" not in sql and "numbers" in sql:
        assert {"3", "4"}.isdisjoint(answer.text.split())


@pytest.mark.parametrize("sql", SPELLINGS)
def test_it_is_not_for_who_may_only_ask_an_endpoint(prey: Prey, sql: str) -> None:
    if "hits" in sql or "other" in sql or "nested" in sql:
        prey.check(prey.client.get("/v0/sql", token=prey.asker, q=sql, which="other"), 400, 403)
        prey.check(prey.client.get("/v0/pipes/pages.json", token=prey.asker, q=sql, which="other"), 400, 403)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v0/pipes/nested.json", 200), ("/v0/pipes/all_hits.json", 200), ("/v0/pipes/kept_back.json", 403),
        ("/v0/pipes/pages.json?tenant=b", 403), ("/v0/pipes/told.json", 403), ("/v0/pipes/told.pipe", 403),
        ("/v0/datasources/other", 403), ("/v0/datasources/other.datasource", 403),
        ("/v0/datasources/hits_quarantine", 403),
        ("/v0/pipes/pages", 403), ("/v0/tokens", 403), ("/v0/tokens/part", 403), ("/v0/tokens/reader", 403),
        ("/v0/variables", 403), ("/v0/variables/word", 403),
        ("/v0/sql?q=SELECT%20*%20FROM%20_&pipeline=pages", 403),
        ("/v0/sql?q=SELECT%20*%20FROM%20_&pipeline=nested", 200),
        ("/v0/sql?q=SELECT%20*%20FROM%20every&pipeline=nested", 403),
        ("/v0/pipes/nested.json?q=SELECT%20*%20FROM%20_", 200),
        ("/v0/pipes/nested.json?q=SELECT%20*%20FROM%20hits", 200),
        ("/v0/pipes/nested.json?q=SELECT%20*%20FROM%20other", 403),
        ("/v0/pipes/nested.csv", 200), ("/v0/pipes/nested.ndjson", 200), ("/v0/pipes/nested.parquet", 200),
    ],
)  # fmt: skip
def test_a_path_shows_nothing_of_others(prey: Prey, path: str, status: int) -> None:
    name, _, query = path.partition("?")
    answer = prey.client.ask("GET", name, query, token=prey.part)
    prey.check(answer, status)
    assert OTHERS.encode() not in answer.body


CHANGES = (
    ("POST", "/v0/events", "name=hits"), ("POST", "/v0/events", "name=other"),
    ("POST", "/v0/events", "name=hits_quarantine"), ("POST", "/v0/events", "name=tinybird.pipe_stats_rt"),
    ("POST", "/v0/datasources", "mode=append&name=hits"), ("POST", "/v0/datasources", "mode=replace&name=hits"),
    ("POST", "/v0/datasources", "mode=create&name=fresh"), ("POST", "/v1/datasources/hits/append", ""),
    ("POST", "/v1/datasources/hits/replace", ""), ("POST", "/v0/datasources/hits/truncate", ""),
    ("POST", "/v0/datasources/hits/delete", "delete_condition=1"), ("DELETE", "/v0/datasources/hits", ""),
    ("POST", "/v0/tokens", "name=x&scope=ADMIN"), ("PUT", "/v0/tokens/part", "scope=ADMIN"),
    ("DELETE", "/v0/tokens/reader", ""), ("POST", "/v0/tokens/part/refresh", ""),
    ("POST", "/v0/tokens", "name=x&expiration_time=4102444800"), ("POST", "/v0/variables", "name=a&value=b"),
    ("PUT", "/v0/variables/word", "value=b"), ("DELETE", "/v0/variables/word", ""),
)  # fmt: skip


NOT_DONE = {("POST", "mode=create&name=fresh"): (400,), ("DELETE", ""): (405,)}


@pytest.mark.parametrize(("method", "path", "query"), CHANGES)
def test_a_reader_changes_nothing(prey: Prey, method: str, path: str, query: str) -> None:
    body = b'{"tenant": "a", "page": "new", "n": 1, "word": "x"}'
    for token in (prey.part, prey.reader, prey.asker):
        # What the server can't do at all needs no token to be refused.
        prey.check(prey.client.ask(method, path, query, body, token=token), 403, *NOT_DONE.get((method, query), ()))
    assert prey.client.get("/v0/sql", q="SELECT count(), sum(n) FROM hits").text == "4\t10\n"
