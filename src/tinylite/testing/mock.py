"""Believable rows of a data source, from the names and types of its columns. The same seed makes the same rows."""

from __future__ import annotations

import json
import random
import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from faker import Faker

from tinylite.datafile.jsonpath import placed
from tinylite.datafile.model import Column, Datasource
from tinylite.types import Type
from tinylite.types.model import INTEGER_BITS

DAYS = 30
"""How far back the rows begin. They come in the order of time, and end now."""
_LOCALES = ["en_US", "de_DE", "fr_FR", "es_ES"]
_POOL = 200
"""How many users, pages and the like there are at most."""
_NULLS = 0.1

Make = Callable[["Maker"], object]


class Maker:
    """`rows` of a data source that end at the time `now`."""

    def __init__(self, datasource: Datasource, rows: int, seed: int, now: datetime) -> None:
        self.datasource = datasource
        self.rows = rows
        self.now = now.astimezone(UTC).replace(microsecond=0)
        self.chance = random.Random(f"{seed} {datasource.name}")
        self.fake = Faker(_LOCALES)
        self.fake.seed_instance(f"{seed} {datasource.name}")
        self.at = self.now
        self._pools: dict[str, list[object]] = {}
        self.length = 0
        has_paths = any(column.jsonpath for column in datasource.columns)
        self._columns = [
            (column.jsonpath.steps if column.jsonpath else (column.name,), self._maker(column))
            for column in datasource.columns
            if column.jsonpath is not None or not has_paths
        ]

    def events(self) -> Iterator[dict[str, object]]:
        """As their jsonpaths say, or by the columns' names where there are none; other columns take their DEFAULT."""
        span = timedelta(days=DAYS)
        offsets = sorted(self.chance.random() for _ in range(self.rows))
        for offset in offsets:
            self.at = self.now - span * (1 - offset)
            self.length = self.chance.randint(0, 3)
            made: object = {}
            for steps, make in self._columns:
                made = placed(made, steps, make())
            yield made if isinstance(made, dict) else {"value": made}

    def pick(self, name: str, size: int, make: Callable[[], object]) -> object:
        """One of a few values of a kind: the first ones come most often."""
        pool = self._pools.get(name)
        if pool is None:
            found: dict[object, None] = {}
            for _ in range(size * 3):
                found.setdefault(make())
                if len(found) == size:
                    break
            pool = self._pools[name] = list(found)
        return pool[min(int(self.chance.paretovariate(0.8)) - 1, len(pool) - 1) % len(pool)]

    def _maker(self, column: Column) -> Callable[[], object]:
        value = self._value_maker(column.name, column.type)
        if column.type.nullable:
            return lambda: None if self.chance.random() < _NULLS else value()
        return value

    def _value_maker(self, name: str, type_: Type) -> Callable[[], object]:
        if type_.is_string and type_.params == ():
            return lambda: self.pick(name, _POOL, _text(self, name)) if _repeats(name) else _text(self, name)()
        match type_.name, type_.args:
            case "Array", (element,):
                inner = self._value_maker(name.removesuffix("s"), element)
                # Columns of one list are equally long.
                return lambda: [inner() for _ in range(self.length)]
            case "Map", (key, value):
                left, right = self._value_maker("key", key), self._value_maker("value", value)
                return lambda: {str(left()): right() for _ in range(self.chance.randint(0, 3))}
            case (("Tuple" | "Nested"), elements):
                parts = type_.names or [str(number) for number in range(len(elements))]
                makers = [self._value_maker(part, element) for part, element in zip(parts, elements, strict=True)]
                if type_.names:
                    return lambda: {part: make() for part, make in zip(type_.names, makers, strict=True)}
                return lambda: [make() for make in makers]
        return lambda: _plain(self, name, type_)


# -- values by type --------------------------------------------------------------------------------------------------


def _plain(maker: Maker, name: str, type_: Type) -> object:
    chance = maker.chance
    if type_.is_temporal:
        return _moment(maker, name, type_)
    if type_.is_enum:
        names = [str(pair[0]) for pair in type_.params if isinstance(pair, tuple)]
        return maker.pick(name, len(names), lambda: chance.choice(names))
    match type_.name:
        case "Bool":
            return chance.random() < 0.3
        case "UUID":
            return str(uuid.UUID(int=chance.getrandbits(128), version=4))
        case "IPv4":
            return maker.pick(name, _POOL, maker.fake.ipv4_public)
        case "IPv6":
            return maker.pick(name, _POOL, maker.fake.ipv6)
        case "JSON":
            return {"plan": maker.pick("plan", 3, lambda: chance.choice(_WORDS["plan"])), "items": chance.randint(0, 9)}
        case "FixedString":
            size = int(str(type_.params[0]))
            return str(maker.pick(name, _POOL, lambda: maker.fake.pystr(size, size)))[:size]
    if type_.is_number:
        return _number(maker, name, type_)
    return maker.pick(name, _POOL, maker.fake.word)


def _moment(maker: Maker, name: str, type_: Type) -> str:
    at = maker.at
    if re.search(r"birth|born", name, re.I):
        at -= timedelta(days=365 * maker.chance.randint(18, 80))
    elif re.search(r"end|finish|updated|until|expire", name, re.I):
        at += timedelta(seconds=int(maker.chance.expovariate(1 / 600)))
    if type_.is_date:
        return at.strftime("%Y-%m-%d")
    text = at.strftime("%Y-%m-%d %H:%M:%S")
    digits = type_.precision
    return f"{text}.{maker.chance.randrange(10**digits):0{digits}d}" if digits else text


_RANGES: tuple[tuple[str, float, float], ...] = (
    (r"lat(itude)?$", -60, 70),
    (r"(lon|lng|longitude)$", -180, 180),
    (r"year", 2020, 2026),
    (r"month", 1, 12),
    (r"hour", 0, 23),
    (r"age$", 18, 90),
    (r"percent|rate|ratio|share|score", 0, 1),
    (r"quantity|qty|items?$|units", 1, 5),
    (r"(is|has)_|deleted|active|enabled|flag", 0, 1),
    (r"version|retries|attempt", 1, 5),
)


def _number(maker: Maker, name: str, type_: Type) -> object:
    chance = maker.chance
    if re.search(r"(^|_)id$|Id$", name):
        value: float = int(str(maker.pick(name, _POOL, lambda: chance.randint(1, 10_000))))
    elif re.search(r"status_?code|http_?status|^status$", name, re.I):
        value = int(str(maker.pick(name, 6, lambda: chance.choice([200, 200, 200, 201, 304, 404, 500]))))
    elif re.search(r"^sign$", name):
        value = 1
    elif found := next(((low, high) for pattern, low, high in _RANGES if re.search(pattern, name, re.I)), None):
        low, high = found
        value = (
            chance.uniform(low, high)
            if type_.is_float or type_.name == "Decimal"
            else chance.randint(int(low), int(high))
        )
    else:
        # Prices, durations and sizes: many small ones, few large ones.
        value = chance.lognormvariate(4, 1)
    return _fitted(value, type_)


def _fitted(value: float, type_: Type) -> object:
    if type_.is_integer:
        bits = INTEGER_BITS[type_.name]
        highest = 2 ** (bits if type_.is_unsigned else bits - 1) - 1
        return max(0 if type_.is_unsigned else -highest, min(int(value), highest))
    if type_.name == "Decimal":
        precision, scale = (int(str(p)) for p in type_.params)
        return str(round(min(value, 10.0 ** (precision - scale) - 1), min(scale, 6)))
    return round(value, 4)


# -- texts by name ---------------------------------------------------------------------------------------------------

_WORDS: dict[str, Sequence[str]] = {
    "plan": ("free", "pro", "enterprise"),
    "event": ("page_view", "click", "scroll", "sign_up", "purchase"),
    "device": ("desktop", "mobile", "tablet"),
    "browser": ("Chrome", "Safari", "Firefox", "Edge"),
    "os": ("Windows", "macOS", "iOS", "Android", "Linux"),
    "level": ("info", "warn", "error", "debug"),
    "method": ("GET", "POST", "PUT", "DELETE"),
    "status": ("ok", "pending", "failed"),
    "environment": ("production", "staging"),
    "currency": ("EUR", "USD", "GBP"),
    "source": ("google", "newsletter", "direct", "twitter", "github"),
    "medium": ("organic", "cpc", "email", "referral"),
    "gender": ("female", "male", "other"),
}
_BY_NAME: tuple[tuple[str, str], ...] = (
    (r"uuid|guid", "uuid4"),
    (r"(^|_)(id|ids|key|hash|token)$|Id$", "id"),
    (r"e_?mail", "email"),
    (r"user_?agent", "user_agent"),
    (r"browser", "browser"),
    (r"(^|_)os($|_)|operating", "os"),
    (r"device", "device"),
    (r"referr?er", "url"),
    (r"^url$|_url$|href|uri|link", "url"),
    (r"path|page|route", "uri_path"),
    (r"domain|host", "domain_name"),
    (r"^ip$|_ip$|ip_address", "ipv4_public"),
    (r"country_?code|^country$", "country_code"),
    (r"country", "country"),
    (r"city", "city"),
    (r"state|region|province", "state"),
    (r"zip|postal|postcode", "postcode"),
    (r"street|address", "street_address"),
    (r"phone", "phone_number"),
    (r"first_?name", "first_name"),
    (r"last_?name|surname", "last_name"),
    (r"user_?name|login|handle", "user_name"),
    (r"company|organi[sz]ation|vendor|brand", "company"),
    (r"job|role|position", "job"),
    (r"lang|locale", "language_code"),
    (r"time_?zone|^tz$", "timezone"),
    (r"currency", "currency"),
    (r"colou?r", "safe_color_name"),
    (r"event|action|type|kind", "event"),
    (r"level|severity", "level"),
    (r"method|verb", "method"),
    (r"status", "status"),
    (r"^env|environment", "environment"),
    (r"plan|tier", "plan"),
    (r"medium|channel", "medium"),
    (r"source|campaign", "source"),
    (r"gender|sex", "gender"),
    (r"message|description|comment|text|body|content", "sentence"),
    (r"title|subject|headline", "title"),
    (r"product|item|sku", "product"),
    (r"payload|properties|metadata|attributes|json", "json"),
    (r"name", "name"),
)
_UNIQUE = re.compile(
    r"^(event|row|record|request|trace|span|message|order|transaction|hit)_?id$|message|description|payload", re.I
)


def _repeats(name: str) -> bool:
    return _UNIQUE.search(name) is None


def _text(maker: Maker, name: str) -> Callable[[], object]:
    kind = next((kind for pattern, kind in _BY_NAME if re.search(pattern, name, re.I)), "word")
    chance = maker.chance
    if kind in _WORDS:
        return lambda: chance.choice(_WORDS[kind])
    match kind:
        case "id":
            return lambda: f"{chance.getrandbits(48):012x}"
        case "json":
            return lambda: json.dumps({"plan": chance.choice(_WORDS["plan"]), "value": chance.randint(0, 99)})
        case "product":
            return lambda: f"{maker.fake.color_name()} {maker.fake.word()}".lower()
        case "title":
            return lambda: maker.fake.sentence(4).rstrip(".")
    make: Callable[[], object] = getattr(maker.fake, kind)
    return lambda: str(make())
