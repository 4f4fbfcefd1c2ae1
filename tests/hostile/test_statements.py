"""What /v0/sql is asked that is no SELECT over the caller's data sources."""

from __future__ import annotations

import pytest

from tests.hostile.conftest import Prey
from tests.hostile.statements import HARMLESS, KINDS

ALL = [pytest.param(sql, id=f"{kind}-{number}") for kind, texts in KINDS.items() for number, sql in enumerate(texts)]
_ADMINS = ("tinybird.", "'other'")


@pytest.fixture(autouse=True)
def nothing_changes(prey: Prey) -> None:
    assert prey.client.get("/v0/sql", q="SELECT count(), sum(n) FROM hits").text == "4\t10\n"


@pytest.mark.parametrize("sql", ALL)
def test_it_is_refused(prey: Prey, sql: str) -> None:
    for token in (prey.reader, prey.asker):
        prey.check(prey.client.get("/v0/sql", token=token, q=sql), 400, 403)
    if not any(word in sql for word in _ADMINS):
        prey.check(prey.client.get("/v0/sql", q=sql), 400, 403)


@pytest.mark.parametrize("sql", [param for param in ALL if str(param.values[0]).startswith("SELECT *")])
def test_it_is_refused_over_an_endpoint_and_inside_of_a_query(prey: Prey, sql: str) -> None:
    ask = prey.client.get
    prey.check(ask("/v0/pipes/pages.json", token=prey.asker, q=sql), 400, 403)
    for around in ("SELECT * FROM ({})", "SELECT 1 WHERE 1 IN ({})", "WITH x AS ({}) SELECT * FROM x", "SELECT ({})"):
        prey.check(ask("/v0/sql", token=prey.reader, q=around.format(sql)), 400, 403)


@pytest.mark.parametrize("sql", HARMLESS)
def test_it_is_harmless(prey: Prey, sql: str) -> None:
    prey.check(prey.client.get("/v0/sql", token=prey.reader, q=sql), 200)
