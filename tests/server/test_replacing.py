"""Rows in the place of others, and what views made of those."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.client import Client, Response, served
from tinylite.workspace.scopes import Scope

SALES = """SCHEMA >
    `day` Date `json:$.day`,
    `shop` String `json:$.shop`,
    `amount` Int64 `json:$.amount`

ENGINE_PARTITION_KEY "toYYYYMM(day)"
ENGINE_SORTING_KEY "day, shop"
"""
MONTHLY = """SCHEMA >
    `month` Date,
    `amount` Int64

ENGINE "SummingMergeTree"
ENGINE_PARTITION_KEY "month"
ENGINE_SORTING_KEY "month"
"""
BY_SHOP = """SCHEMA >
    `shop` String,
    `amount` Int64

ENGINE "SummingMergeTree"
ENGINE_SORTING_KEY "shop"
"""
YEARLY = MONTHLY.replace("month", "year")
FILL_MONTHLY = """NODE fill
SQL >
    SELECT toStartOfMonth(day) AS month, sum(amount) AS amount FROM sales GROUP BY month

TYPE materialized
DATASOURCE monthly
"""
FILL_BY_SHOP = """NODE fill
SQL >
    SELECT shop, sum(amount) AS amount FROM sales GROUP BY shop

TYPE materialized
DATASOURCE by_shop
"""
FILES = {"sales.datasource": SALES, "monthly.datasource": MONTHLY, "fill_monthly.pipe": FILL_MONTHLY}
OLD = b"2026-04-01,a,1\n2026-04-02,b,2\n2026-05-01,a,4\n2026-05-02,b,8\n"
MAY = "toYYYYMM(day) = 202605"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with served(tmp_path, FILES) as client:
        assert sent(client, "append", OLD).status == 200
        yield client


def sent(client: Client, mode: str, body: bytes, **parameters: object) -> Response:
    return client.post("/v0/datasources", body, mode=mode, name="sales", format="csv", **parameters)


def held(client: Client, sql: str = "SELECT day, shop, amount FROM sales ORDER BY day, shop") -> str:
    return client.get("/v0/sql", q=f"{sql} FORMAT CSV").text.replace('"', "")


def monthly(client: Client) -> str:
    return held(client, "SELECT month, sum(amount) FROM monthly GROUP BY month ORDER BY month")


def test_all_rows_are_replaced_and_what_views_made_of_them(client: Client) -> None:
    answer = sent(client, "replace", b"2026-06-01,c,16\nsoon,c,1\n").json()
    assert (answer["successful_rows"], answer["quarantine_rows"]) == (1, 1)
    assert held(client) == "2026-06-01,c,16\n"
    assert monthly(client) == "2026-06-01,16\n"
    assert held(client, "SELECT day FROM sales_quarantine") == "soon\n"


def test_rows_that_a_condition_holds_for_are_replaced(client: Client) -> None:
    answer = sent(client, "replace", b"2026-05-03,c,16\n2026-04-03,c,32\n", replace_condition=MAY).json()
    assert (answer["successful_rows"], answer["ignored_rows"]) == (1, 1)
    assert held(client) == "2026-04-01,a,1\n2026-04-02,b,2\n2026-05-03,c,16\n"
    assert monthly(client) == "2026-04-01,3\n2026-05-01,16\n"


def test_a_condition_within_a_partition_leaves_its_other_rows(client: Client) -> None:
    assert sent(client, "replace", b"2026-05-01,a,16\n", replace_condition="shop = 'a'").status == 200
    # Of the partitions that the new rows lie in: April has none of them.
    assert held(client) == "2026-04-01,a,1\n2026-04-02,b,2\n2026-05-01,a,16\n2026-05-02,b,8\n"
    assert monthly(client) == "2026-04-01,3\n2026-05-01,24\n"


def test_a_target_whose_partitions_hold_other_rows_too_is_not_made_wrong(tmp_path: Path) -> None:
    files = {**FILES, "by_shop.datasource": BY_SHOP, "fill_by_shop.pipe": FILL_BY_SHOP}
    with served(tmp_path, files) as client:
        sent(client, "append", OLD)
        refused = sent(client, "replace", b"2026-05-03,c,16\n", replace_condition=MAY)
        assert refused.status == 400
        assert refused.error.startswith("by_shop can't be replaced in part: rows of other partitions of sales")
        assert (held(client), monthly(client)) == (OLD.decode(), "2026-04-01,3\n2026-05-01,12\n")
        skipping = {"replace_condition": MAY, "skip_incompatible_partition_key": "true"}
        assert sent(client, "replace", b"2026-05-03,c,16\n", **skipping).status == 200
        assert monthly(client) == "2026-04-01,3\n2026-05-01,16\n"
        assert held(client, "SELECT shop, sum(amount) FROM by_shop GROUP BY shop ORDER BY shop") == "a,5\nb,10\n"


def test_views_of_views_follow(tmp_path: Path) -> None:
    fill_yearly = FILL_MONTHLY.replace("toStartOfMonth(day) AS month", "toStartOfYear(month) AS year")
    fill_yearly = fill_yearly.replace("FROM sales GROUP BY month", "FROM monthly GROUP BY year")
    fill_yearly = fill_yearly.replace("DATASOURCE monthly", "DATASOURCE yearly")
    with served(tmp_path, {**FILES, "yearly.datasource": YEARLY, "fill_yearly.pipe": fill_yearly}) as client:
        sent(client, "append", OLD + b"2025-12-31,a,100\n")
        assert sent(client, "replace", b"2025-12-30,a,200\n", replace_condition="toYear(day) = 2025").status == 200
        yearly = "SELECT year, sum(amount) FROM yearly GROUP BY year ORDER BY year"
        assert held(client, yearly) == "2025-01-01,200\n2026-01-01,15\n"
        # A year holds the rows of other months too.
        assert sent(client, "replace", b"2026-05-01,a,1\n", replace_condition=MAY).status == 400
        assert sent(client, "replace", b"2026-05-01,a,1\n").status == 200
        assert held(client, yearly) == "2026-01-01,1\n"


@pytest.mark.parametrize("condition", ["", MAY])
@pytest.mark.parametrize("body", [b"day,shop,amount\n", b"soon,a,1\n", b"2026-05-01,a,much\n"])
def test_a_file_without_a_row_that_fits_replaces_nothing(client: Client, condition: str, body: bytes) -> None:
    answer = sent(client, "replace", body, replace_condition=condition)
    assert answer.status == 400
    assert "nothing was replaced" in answer.error
    assert held(client) == OLD.decode()
    assert held(client, "SELECT count() FROM sales_quarantine") == "0\n"


def test_to_empty_it_all_the_same_may_be_meant(client: Client) -> None:
    emptying = {"replace_truncate_when_empty": "true"}
    assert sent(client, "replace", b"day,shop,amount\n", replace_condition=MAY, **emptying).status == 200
    assert held(client) == "2026-04-01,a,1\n2026-04-02,b,2\n"
    assert monthly(client) == "2026-04-01,3\n"
    assert sent(client, "replace", b"day,shop,amount\n", **emptying).status == 200
    assert (held(client), monthly(client)) == ("", "")


@pytest.mark.parametrize("condition", ["nothing = 1", "day >", "sum(amount) = 1", "1); DROP TABLE sales; --"])
def test_a_condition_that_is_none_is_told(client: Client, condition: str) -> None:
    answer = sent(client, "replace", b"2026-05-01,a,1\n", replace_condition=condition)
    assert answer.status == 400
    assert held(client) == OLD.decode()


def test_replacing_takes_more_than_appending(client: Client) -> None:
    writer = client.workspace.tokens.create("writer", [Scope.parse("DATASOURCES:APPEND:sales")]).token
    maker = client.workspace.tokens.create("maker", [Scope.parse("DATASOURCES:CREATE")]).token
    path = "/v1/datasources/sales/replace"
    assert client.post(path, b"2026-05-01,a,1\n", token=writer, format="csv").status == 403
    assert client.post(path, b"2026-05-01,a,1\n", token=maker, format="csv").status == 200


def test_truncating_may_take_what_came_of_it_along(client: Client) -> None:
    assert client.get("/v0/dependencies", datasource="sales").json()["dependencies"] == {"monthly": ["fill_monthly"]}
    partly = client.get("/v0/dependencies", datasource="sales", check_for_partial_replace="true").json()
    assert partly["incompatible_datasources"] == {"monthly": ["fill_monthly"]}
    assert client.post("/v0/datasources/sales/truncate").json()["datasources"] == ["sales"]
    assert (held(client), monthly(client)) == ("", "2026-04-01,3\n2026-05-01,12\n")
    assert client.post("/v0/datasources/sales/truncate", b"cascade=true").json()["datasources"] == ["sales", "monthly"]
    assert monthly(client) == ""
