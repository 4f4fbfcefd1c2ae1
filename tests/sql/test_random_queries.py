"""A few random queries, asked of both engines: where ClickHouse (chDB) is installed."""

from __future__ import annotations

import pytest

from tests.sql.clickhouse import ClickHouse
from tests.sql.embedded import Embedded
from tests.sql.random_queries.compared import Round
from tests.sql.random_queries.explained import explanation

# A long run takes other seeds: python -m tests.sql.random_queries.
_SEED = 5002


def test_a_round_shows_no_difference_without_an_explanation() -> None:
    pytest.importorskip("chdb", reason="pip install 'tinylite[truth]' compares random queries with ClickHouse")
    theirs = ClickHouse()
    findings = list(Round(_SEED, Embedded(), theirs).findings())
    theirs.close()
    differences = [f for f in findings if f.kind == "differs" and not explanation(f.sql, f.detail)]
    assert not differences
    assert sum(finding.kind == "equal" for finding in findings) > 80
