"""Tables whose engine merges rows: several blocks each, left unmerged, so that FINAL and -Merge have work to do."""

from __future__ import annotations

# ruff: noqa: E501 -- a row or a statement is read best on one line
from tests.sql.fixture import fixture

_DAILY = """
    SELECT toDate(timestamp) AS day, device, countState() AS events, uniqState(user_id) AS users,
        sumState(duration) AS total, avgState(duration) AS mean, minState(timestamp) AS first, maxState(timestamp) AS last,
        uniqExactState(session_id) AS sessions, argMaxState(page_url, timestamp) AS last_page,
        quantileState(0.5)(duration) AS median, countIfState(event_type = 'click') AS clicks,
        groupArrayState(event_id) AS ids, topKState(3)(event_type) AS top, anyState(device) AS sample,
        argMinState(user_id, timestamp) AS first_user, stddevPopState(duration) AS spread
    FROM events WHERE event_id {condition} GROUP BY day, device
"""

MERGING = (
    fixture(
        "profiles",
        "user_id String\nname String\nplan LowCardinality(String)\nage Nullable(UInt8)\nversion UInt32",
        blocks=[
            [("u1", "Ana", "free", 34, 1), ("u2", "Bob", "free", None, 1), ("u3", "Cy", "pro", 20, 5)],
            [("u1", "Ana B", "pro", None, 3), ("u2", "Bob", "team", 41, 1)],
            [("u1", "Ana old", "free", 33, 2), ("u4", "Di", "free", 1, 1), ("u3", "Cy", "free", 20, 4)],
        ],
        engine="ReplacingMergeTree",
        key="user_id",
        version="version",
    ),
    fixture(
        "accounts",
        "tenant UInt32\naccount String\nbalance Decimal(18, 2)\nupdated_at DateTime\ndeleted UInt8",
        blocks=[
            [(1, "a", "10.00", "2024-01-01 00:00:00", 0), (1, "b", "20.00", "2024-01-01 00:00:00", 0)],
            [(1, "a", "15.00", "2024-01-02 00:00:00", 0), (1, "b", "20.00", "2024-01-03 00:00:00", 1)],
            [(2, "a", "1.00", "2024-01-01 00:00:00", 1), (2, "c", "3.00", "2024-01-01 00:00:00", 0)],
            [(2, "a", "2.00", "2024-01-05 00:00:00", 0)],
        ],
        engine="ReplacingMergeTree",
        key="tenant, account",
        version="updated_at",
        is_deleted="deleted",
    ),
    fixture(
        "latest",
        "k UInt8\nv String",
        blocks=[[(1, "first"), (2, "only")], [(1, "second"), (3, "x")], [(1, "third"), (3, "y")]],
        engine="ReplacingMergeTree",
        key="k",
    ),
    fixture(
        "totals",
        "day Date\ncountry String\nhits UInt64\nrevenue Decimal(18, 2)\nlabel String",
        blocks=[
            [("2024-01-01", "ES", 1, "1.50", "x"), ("2024-01-01", "US", 5, "0.00", "y")],
            [("2024-01-01", "ES", 2, "2.25", "z"), ("2024-01-02", "ES", 0, "0.00", "zero")],
            [("2024-01-01", "ES", 10, "-1.00", "w")],
        ],
        engine="SummingMergeTree",
        key="day, country",
    ),
    fixture(
        "partial_totals",
        "k String\na Int64\nb Int64",
        blocks=[[("x", 1, 10)], [("x", 2, 20), ("y", 5, 50)], [("x", -3, 30)]],
        engine="SummingMergeTree",
        key="k",
        summed=("a",),
    ),
    fixture(
        "carts",
        "cart String\nitems Int32\nsign Int8",
        blocks=[[("c1", 2, 1), ("c2", 1, 1)], [("c1", 2, -1), ("c1", 5, 1)], [("c2", 1, -1)], [("c3", 4, 1)]],
        engine="CollapsingMergeTree",
        key="cart",
        sign="sign",
    ),
    fixture(
        "versioned_carts",
        "cart String\nitems Int32\nsign Int8\nversion UInt8",
        blocks=[[("c1", 2, 1, 1)], [("c1", 5, 1, 2), ("c1", 2, -1, 1)], [("c2", 1, 1, 1)], [("c2", 1, -1, 1), ("c2", 3, 1, 2)]],
        engine="VersionedCollapsingMergeTree",
        key="cart",
        sign="sign",
        version="version",
    ),
    fixture(
        "daily",
        """
        day Date
        device LowCardinality(String)
        events AggregateFunction(count)
        users AggregateFunction(uniq, String)
        total AggregateFunction(sum, UInt32)
        mean AggregateFunction(avg, UInt32)
        first AggregateFunction(min, DateTime)
        last AggregateFunction(max, DateTime)
        sessions AggregateFunction(uniqExact, String)
        last_page AggregateFunction(argMax, String, DateTime)
        median AggregateFunction(quantile(0.5), UInt32)
        clicks AggregateFunction(countIf, UInt8)
        ids AggregateFunction(groupArray, UInt32)
        top AggregateFunction(topK(3), LowCardinality(String))
        sample AggregateFunction(any, LowCardinality(String))
        first_user AggregateFunction(argMin, String, DateTime)
        spread AggregateFunction(stddevPop, UInt32)
        """,
        select=[_DAILY.format(condition="<= 25"), _DAILY.format(condition="> 25")],
        engine="AggregatingMergeTree",
        key="day, device",
    ),
    fixture(
        "daily_simple",
        """
        day Date
        device LowCardinality(String)
        events SimpleAggregateFunction(sum, UInt64)
        longest SimpleAggregateFunction(max, UInt32)
        first SimpleAggregateFunction(min, DateTime)
        sample SimpleAggregateFunction(any, String)
        last SimpleAggregateFunction(anyLast, String)
        """,
        blocks=[
            [("2024-03-09", "desktop", 5, 100, "2024-03-09 10:00:00", "a", "a"), ("2024-03-10", "mobile", 1, 7, "2024-03-10 00:00:00", "x", "x")],
            [("2024-03-09", "desktop", 3, 400, "2024-03-09 09:00:00", "b", "b")],
            [("2024-03-09", "mobile", 2, 50, "2024-03-09 12:00:00", "c", "c"), ("2024-03-10", "mobile", 4, 3, "2024-03-10 08:00:00", "y", "y")],
        ],
        engine="AggregatingMergeTree",
        key="day, device",
    ),
)  # fmt: skip
