"""Tables as projects have them: web events, users, orders, logs, a metric with gaps, usage to be billed."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.sql.fixture import Row, fixture

_USERS = ("u1", "u2", "u3", "u4", "u5", "u6", "")
_TYPES = ("page_view", "page_view", "click", "page_view", "purchase", "click", "signup")
_PATHS = ("/", "/pricing", "/docs/sql?page=2", "/docs/sql#joins", "/blog/hello-world?utm_source=mail&utm_medium=x%20y")
_REFERRERS = ("", "https://www.google.com/search?q=tiny", "https://news.site.org/a/b", "http://t.co/x", "")
_BROWSERS = ("chrome", "safari", "firefox")
_COUNTRIES = ("ES", "US", None, "DE", "")
_START = datetime(2024, 3, 9, 22, 0, 0)  # noqa: DTZ001 -- all times of the data set are UTC wall clocks


def _at(offset: timedelta, digits: int = 0) -> str:
    moment = _START + offset
    return f"{moment:%Y-%m-%d %H:%M:%S}" + (f".{moment.microsecond:06d}"[: digits + 1] if digits else "")


def _event(number: int) -> Row:
    """One of 60: their gaps grow, so that days, hours and sessions differ in size."""
    offset = timedelta(seconds=37 * number * number + 11 * number, milliseconds=number * 137 % 1000)
    kind = _TYPES[number * 5 % 7]
    user = _USERS[number * number % 7]
    browser = _BROWSERS[number % 3]
    amount = None if kind != "purchase" else round(9.99 + number * 1.5, 2)
    score = float("nan") if number % 13 == 0 else float("inf") if number == 40 else number * 0.37 - 5
    tags = [tag for index, tag in enumerate(("new", "vip", "beta", "eu")) if number >> index & 1]
    properties = (
        f'{{"button_id":"btn_{number % 4}","n":{number},"nested":{{"depth":{number % 3}}},"list":[{number},2]}}'
    )
    return (
        number, user, f"s{number // 6}", kind, f"https://www.example.com{_PATHS[number % 5]}", _REFERRERS[number % 5],
        "mobile" if number % 4 == 0 else "desktop", browser, _COUNTRIES[number % 5], _at(offset), _at(offset, 3),
        _at(offset)[:10], number * 731 % 5000, amount, score, f"{number * 3.35:.2f}", tags,
        {"browser": browser, "v": str(number % 4)}, properties if number % 9 else "",
        f"00000000-0000-4000-8000-{number:012x}", number % 10 == 0, f"10.0.{number % 3}.{number}",
    )  # fmt: skip


def _log(number: int) -> Row:
    level = ("INFO", "INFO", "WARN", "ERROR", "DEBUG")[number * 3 % 5]
    service = ("api", "web", "worker")[number % 3]
    message = f"{level} {service} request id={number} path=/v{number % 2}/items/{number * 7} took {number * 13 % 400}ms"
    return (_at(timedelta(seconds=number * 17, milliseconds=number * 251 % 1000), 3), level, service, message,
            number * 13 % 400, f"trace-{number // 4}", 500 if level == "ERROR" else 200)  # fmt: skip


def _usage(number: int) -> Row:
    day = datetime(2024, 1, 28 - 27 * (number % 2), 0, 0, 0) + timedelta(days=number)  # noqa: DTZ001
    return (f"org{number % 3}", f"{day:%Y-%m-%d}", ("requests", "storage", "egress")[number % 3],
            number * 1009 % 997, f"{(number % 4) * 0.0125:.4f}")  # fmt: skip


BUSINESS = (
    fixture(
        "events",
        """
        event_id UInt32
        user_id String
        session_id String
        event_type LowCardinality(String)
        page_url String
        referrer String
        device LowCardinality(String)
        browser LowCardinality(String)
        country LowCardinality(Nullable(String))
        timestamp DateTime
        ts DateTime64(3)
        day Date
        duration UInt32
        amount Nullable(Float64)
        score Float64
        price Decimal(18, 2)
        tags Array(String)
        attributes Map(String, String)
        properties String
        uid UUID
        is_bot Bool
        ip IPv4
        """,
        [_event(number) for number in range(1, 61)],
        key="timestamp, event_id",
    ),
    fixture(
        "users",
        """
        user_id String
        name String
        plan LowCardinality(String)
        country Nullable(String)
        signed_up Date
        age Nullable(UInt8)
        tenant UInt32
        """,
        [
            ("u1", "Ana", "pro", "ES", "2023-01-15", 34, 1),
            ("u2", "Bob", "free", "US", "2023-06-30", None, 1),
            ("u3", "Chloé", "pro", None, "2024-02-29", 51, 2),
            ("u4", "Dmitri", "team", "DE", "2022-12-31", 0, 2),
            ("u8", "Eve", "free", "", "2024-01-01", 255, 3),
            ("u9", "", "free", "FR", "1970-01-01", 18, 3),
        ],
        key="user_id",
    ),
    fixture(
        "orders",
        """
        order_id UInt64
        user_id String
        ordered_at DateTime('Europe/Madrid')
        amount Decimal(18, 2)
        quantity Int32
        status Enum8('new' = 1, 'paid' = 2, 'cancelled' = -1)
        items Array(Tuple(sku String, units UInt32))
        discounts Array(Float64)
        currency LowCardinality(String)
        """,
        [
            (1, "u1", "2024-03-30 23:30:00", "19.99", 2, "paid", [("a1", 1), ("b2", 1)], [0.1], "EUR"),
            (2, "u1", "2024-03-31 00:59:59", "5.00", 1, "paid", [("a1", 1)], [], "EUR"),
            (3, "u2", "2024-03-31 01:00:00", "120.50", 10, "cancelled", [("c3", 10)], [0.05, 0.2], "USD"),
            (4, "u3", "2024-10-27 00:30:00", "0.01", 1, "new", [], [], "USD"),
            (5, "u3", "2024-10-27 01:30:00", "-7.25", -1, "paid", [("b2", 2)], [0.0], "EUR"),
            (6, "u7", "2024-12-31 23:00:00", "1000.00", 3, "paid", [("a1", 1), ("c3", 2)], [0.5], "GBP"),
            (18446744073709551615, "u4", "2025-01-01 12:00:00", "99.90", 0, "new", [("z", 0)], [], "EUR"),
        ],
        key="order_id",
    ),
    fixture(
        "logs",
        """
        ts DateTime64(3)
        level LowCardinality(String)
        service LowCardinality(String)
        message String
        latency_ms UInt32
        trace String
        status UInt16
        """,
        [_log(number) for number in range(1, 41)],
        key="ts",
    ),
    fixture(
        "gaps",
        """
        t DateTime
        metric LowCardinality(String)
        value Float64
        """,
        [
            ("2024-03-10 00:05:00", "cpu", 0.5),
            ("2024-03-10 00:10:00", "cpu", 0.75),
            ("2024-03-10 00:10:00", "mem", 10.0),
            ("2024-03-10 01:00:00", "cpu", 1.5),
            ("2024-03-10 03:30:00", "cpu", 0.25),
            ("2024-03-10 03:59:59", "mem", 12.0),
            ("2024-03-12 00:00:00", "cpu", 9.0),
        ],
        key="t, metric",
    ),
    fixture(
        "usage",
        """
        org String
        day Date
        kind LowCardinality(String)
        units UInt64
        unit_price Decimal(10, 4)
        """,
        sorted((_usage(number) for number in range(36)), key=lambda row: (row[0], row[1])),
        key="org, day",
    ),
)
