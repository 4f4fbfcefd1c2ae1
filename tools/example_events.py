"""Makes the fixture of `examples/user_events`: `python tools/example_events.py`.

The same text each time: the seed and the dates are fixed, and of `random` only `random()` is used, which stays the
same from one Python to the next.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

FIXTURE = Path(__file__).parent.parent / "examples/user_events/fixtures/user_events.ndjson"
SEED = 20260301
FIRST_DAY = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 30
USERS = 180
SITE = "https://shop.example.com"

Thing = TypeVar("Thing")
Weighted = Sequence[tuple[Thing, float]]

PLACES: Weighted[tuple[str, str]] = (
    (("US", "New York"), 14), (("US", "Chicago"), 7), (("US", "Austin"), 5), (("US", "Seattle"), 5),
    (("GB", "London"), 10), (("GB", "Leeds"), 3), (("DE", "Berlin"), 8), (("DE", "Munich"), 4),
    (("ES", "Madrid"), 7), (("ES", "Valencia"), 3), (("FR", "Lyon"), 4), (("FR", "Paris"), 7),
    (("BR", "São Paulo"), 6), (("IN", "Pune"), 5), (("JP", "Osaka"), 3), (("PL", "Kraków"), 3),
)  # fmt: skip
DEVICES: Weighted[tuple[str, str]] = (
    (("desktop", "Chrome"), 28), (("desktop", "Firefox"), 8), (("desktop", "Safari"), 7), (("desktop", "Edge"), 6),
    (("mobile", "Chrome"), 24), (("mobile", "Safari"), 19), (("mobile", "Firefox"), 2),
    (("tablet", "Safari"), 5), (("tablet", "Chrome"), 2),
)  # fmt: skip
REFERRERS: Weighted[str] = (
    ("", 40), ("https://www.google.com/", 30), ("https://news.example.org/", 8), ("https://www.bing.com/", 5),
    ("https://social.example.net/", 12), ("https://blog.example.org/best-trail-shoes", 5),
)  # fmt: skip
PAGES: Weighted[str] = (
    ("/", 30), ("/products", 18), ("/products/trail-shoes", 12), ("/products/rain-jacket", 8), ("/pricing", 6),
    ("/products/head-lamp", 5), ("/products/tent-2p", 4), ("/blog/first-overnight-hike", 5), ("/cart", 7),
    ("/account", 3), ("/help/returns", 2),
)  # fmt: skip
ACTIONS: Weighted[str] = (("page_view", 46), ("click", 34), ("scroll", 13), ("add_to_cart", 5), ("search", 2))
BUTTONS: Weighted[tuple[str, str]] = (
    (("btn_1", "header"), 5), (("btn_2", "main"), 9), (("btn_3", "main"), 6), (("btn_4", "sidebar"), 3),
    (("btn_5", "footer"), 2),
)  # fmt: skip
SEARCHES: Weighted[str] = (("trail shoes", 5), ("tent", 3), ("rain jacket", 3), ("“ultralight” stove", 1))
SESSION_LENGTHS: Weighted[int] = tuple(zip(range(2, 13), (12, 14, 14, 13, 11, 10, 8, 6, 5, 4, 3), strict=True))
HOURS: Weighted[int] = tuple(
    enumerate((2, 1, 1, 1, 1, 2, 3, 5, 7, 9, 10, 10, 11, 10, 9, 9, 9, 10, 11, 13, 14, 12, 8, 4))
)
SESSIONS_A_WEEKDAY = (22, 21, 21, 20, 19, 15, 16)
"""Monday first."""


@dataclass(frozen=True, slots=True)
class User:
    user_id: str
    country: str
    city: str
    devices: tuple[tuple[str, str], ...]


def events() -> Iterator[dict[str, str]]:
    """All events in order of time."""
    random = Random(SEED)
    users = [_user(random, number) for number in range(1, USERS + 1)]
    activity: Weighted[User] = [(user, 1 / (rank + 4)) for rank, user in enumerate(users)]
    starts = sorted(_start(random, day) for day in range(DAYS) for _ in range(_sessions_on(random, day)))
    found = [
        event
        for number, start in enumerate(starts, start=1)
        for event in _session(random, _choose(random, activity), f"sess_{number:04}", start)
    ]
    found.sort(key=lambda event: (event["timestamp"], event["session_id"]))
    for number, event in enumerate(found, start=1):
        yield {"event_id": f"evt_{number:05}", **event}


def _user(random: Random, number: int) -> User:
    country, city = _choose(random, PLACES)
    devices = tuple(_choose(random, DEVICES) for _ in range(_choose(random, ((1, 3), (2, 1)))))
    return User(f"user_{number:03}", country, city, devices)


def _sessions_on(random: Random, day: int) -> int:
    usual = SESSIONS_A_WEEKDAY[(FIRST_DAY + timedelta(days=day)).weekday()]
    return usual - 3 + _below(random, 7)


def _start(random: Random, day: int) -> datetime:
    # Not after 23:29, so that no session runs into another day.
    minutes, seconds = _below(random, 30), _below(random, 60)
    return FIRST_DAY + timedelta(days=day, hours=_choose(random, HOURS), minutes=minutes, seconds=seconds)


def _session(random: Random, user: User, session_id: str, start: datetime) -> Iterator[dict[str, str]]:
    device, browser = user.devices[_below(random, len(user.devices))]
    at, page, referrer = start, _choose(random, PAGES), _choose(random, REFERRERS)
    for position in range(_choose(random, SESSION_LENGTHS)):
        action = _choose(random, ACTIONS) if position else "page_view"
        if position and action == "page_view":
            page, referrer = _choose(random, PAGES), SITE + page
        yield {
            "timestamp": at.strftime("%Y-%m-%d %H:%M:%S"),
            "user_id": user.user_id,
            "session_id": session_id,
            "event_type": action,
            "page_url": SITE + page,
            "referrer": referrer,
            "device_type": device,
            "browser": browser,
            "country": user.country,
            "city": user.city,
            "properties": json.dumps(_properties(random, action), ensure_ascii=False, separators=(",", ":")),
        }
        at += timedelta(seconds=4 + _below(random, 110))


def _properties(random: Random, action: str) -> dict[str, object]:
    match action:
        case "click":
            button, section = _choose(random, BUTTONS)
            return {"button_id": button, "page_section": section}
        case "scroll":
            return {"depth_percent": 25 * (1 + _below(random, 4))}
        case "add_to_cart":
            return {"product_id": f"sku_{100 + _below(random, 40)}", "quantity": 1 + _below(random, 3)}
        case "search":
            return {"query": _choose(random, SEARCHES), "results": _below(random, 60)}
    return {"load_ms": 120 + _below(random, 900)}


def _choose(random: Random, weighted: Weighted[Thing]) -> Thing:
    point = random.random() * sum(weight for _, weight in weighted)
    for thing, weight in weighted:
        point -= weight
        if point < 0:
            return thing
    return weighted[-1][0]


def _below(random: Random, limit: int) -> int:
    return int(random.random() * limit)


def ndjson() -> str:
    return "".join(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n" for event in events())


if __name__ == "__main__":
    FIXTURE.write_text(ndjson(), encoding="utf-8", newline="\n")
