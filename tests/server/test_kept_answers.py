"""Answers are kept while they are right, and no longer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.client import Client, endpoint, served
from tinylite.project import load
from tinylite.workspace.answers import MOST_BYTES, Answers
from tinylite.workspace.queries import Freshness

FILES = {
    "hits.datasource": "SCHEMA >\n    `page` String `json:$.page`\n",
    "other.datasource": "SCHEMA >\n    `page` String `json:$.page`\n",
    "counted.pipe": endpoint("SELECT count() AS n FROM hits WHERE page != {{String(not_page, '')}}"),
    "moment.pipe": endpoint("SELECT now64(9) AS t"),
    "minute.pipe": endpoint("{{cache_ttl('1m')}}SELECT now64(9) AS t"),
    "word.pipe": endpoint("SELECT {{tb_secret('word', 'none')}} AS word"),
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with served(tmp_path, FILES) as client:
        yield client


def asked(client: Client, name: str = "counted", **parameters: object) -> tuple[str, object]:
    answer = client.get(f"/v0/pipes/{name}.json", **parameters)
    assert answer.status == 200
    return answer.headers["x-cache"], answer.data


def test_an_answer_is_given_again_until_its_table_changes(client: Client) -> None:
    assert [asked(client)[0] for _ in range(3)] == ["miss", "hit", "hit"]
    client.post("/v0/events", b'{"page":"/"}', name="other")
    assert asked(client) == ("hit", [{"n": 0}])
    client.post("/v0/events", b'{"page":"/"}', name="hits")
    assert asked(client) == ("miss", [{"n": 1}])


def test_other_parameters_formats_and_queries_are_other_answers(client: Client) -> None:
    asked(client)
    assert asked(client, not_page="/")[0] == "miss"
    assert asked(client, q="SELECT n + 1 AS n FROM _") == ("miss", [{"n": 1}])
    assert client.get("/v0/pipes/counted.csv").headers["x-cache"] == "miss"
    assert asked(client)[0] == "hit"


def test_a_token_that_sees_other_rows_gets_another_answer(client: Client) -> None:
    client.post("/v0/events", b'{"page":"/a"}\n{"page":"/b"}', name="hits")
    scopes = ["PIPES:READ:counted", "DATASOURCES:READ:hits:page = '/a'"]
    token = str(client.post("/v0/tokens", name="part", scope=scopes).json()["token"])
    assert asked(client) == ("miss", [{"n": 2}])
    assert asked(client, token=token) == ("miss", [{"n": 1}])
    assert asked(client, token=token) == ("hit", [{"n": 1}])


def test_what_depends_on_the_time_is_kept_only_where_the_template_says_so(client: Client) -> None:
    assert asked(client, "moment")[1] != asked(client, "moment")[1]
    assert asked(client, "minute")[1] == asked(client, "minute")[1]


def test_a_secret_or_a_project_that_changes_ends_all_answers(client: Client, tmp_path: Path) -> None:
    assert asked(client, "word")[1] == [{"word": "none"}]
    client.post("/v0/variables", b"name=word&value=sesame")
    assert asked(client, "word")[1] == [{"word": "sesame"}]
    (tmp_path / "project" / "word.pipe").write_text(endpoint("SELECT 'new' AS word"))
    client.workspace.build(load(tmp_path / "project"))
    assert asked(client, "word")[1] == [{"word": "new"}]


def test_who_has_the_answer_already_is_told_so(client: Client) -> None:
    first = client.get("/v0/pipes/counted.json")
    headers = {"if-none-match": f'"x", {first.headers["etag"]}'}
    again = client.ask("GET", "/v0/pipes/counted.json", headers=headers)
    assert (again.status, again.body) == (304, b"")
    client.post("/v0/events", b'{"page":"/"}', name="hits")
    assert client.ask("GET", "/v0/pipes/counted.json", headers=headers).status == 200


STILL = Freshness({"t": 1}, is_volatile=False, ttl=0)


def test_the_same_question_is_worked_on_once() -> None:
    made = []

    async def make() -> tuple[str, int, Freshness]:
        made.append(1)
        await asyncio.sleep(0)
        return "answer", 6, STILL

    async def ask() -> list[tuple[str, bool]]:
        answers = Answers(lambda table: 1)
        return await asyncio.gather(*(answers.get("key", make) for _ in range(20)))

    assert asyncio.run(ask()) == [("answer", False)] + [("answer", True)] * 19
    assert len(made) == 1


def test_a_failure_is_told_to_all_and_not_kept() -> None:
    answers = Answers(lambda table: 1)

    async def fail() -> tuple[str, int, Freshness]:
        raise ValueError("no")

    async def make() -> tuple[str, int, Freshness]:
        return "answer", 6, STILL

    async def ask() -> list[object]:
        problems = await asyncio.gather(*(answers.get("key", fail) for _ in range(3)), return_exceptions=True)
        return [*map(type, problems), await answers.get("key", make)]

    assert asyncio.run(ask()) == [ValueError, ValueError, ValueError, ("answer", False)]


def test_who_goes_away_does_not_take_the_answer_along() -> None:
    answers = Answers(lambda table: 1)
    going = asyncio.Event()

    async def make() -> tuple[str, int, Freshness]:
        going.set()
        await asyncio.sleep(0)
        return "answer", 6, STILL

    async def ask() -> tuple[str, bool]:
        first = asyncio.ensure_future(answers.get("key", make))
        await going.wait()
        second = asyncio.ensure_future(answers.get("key", make))
        first.cancel()
        return await second

    assert asyncio.run(ask()) == ("answer", True)


def test_memory_is_bounded() -> None:
    answers = Answers(lambda table: 1)
    size = MOST_BYTES // 10

    async def ask() -> list[bool]:
        async def made() -> tuple[str, int, Freshness]:
            return "answer", size, STILL

        for number in range(11):
            await answers.get(number, made)
        return [(await answers.get(number, made))[1] for number in (0, 10)]

    assert asyncio.run(ask()) == [False, True]
