"""Functions that take a zone × zones with odd offsets and clock changes."""

from __future__ import annotations

# ruff: noqa: E501 -- a row or a statement is read best on one line
from collections.abc import Iterator
from itertools import product

_ZONES = (
    "UTC",
    "America/New_York",
    "Europe/Madrid",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Sao_Paulo",
)
_FUNCTIONS = (
    "toDate({}, {z})", "toDateTime({}, {z})", "toTimeZone({}, {z})", "toStartOfDay({}, {z})", "toStartOfHour({}, {z})",
    "toStartOfMonth({}, {z})", "toStartOfWeek({}, 1, {z})", "toStartOfInterval({}, INTERVAL 1 DAY, {z})",
    "toStartOfInterval({}, INTERVAL 6 HOUR, {z})", "toStartOfInterval({}, INTERVAL 15 MINUTE, {z})", "toHour({}, {z})",
    "toDayOfWeek({}, 0, {z})", "toMonth({}, {z})", "toYYYYMM({}, {z})", "toString({}, {z})", "formatDateTime({}, '%F %T %z', {z})",
    "date_trunc('day', {}, {z})", "date_trunc('hour', {}, {z})", "toDate(toTimeZone({}, {z}))", "toHour(toTimeZone({}, {z}))",
    "toStartOfDay(toTimeZone({}, {z}))", "toStartOfMonth(toTimeZone({}, {z}))", "addDays(toTimeZone({}, {z}), 1)",
    "toTimeZone({}, {z}) + INTERVAL 1 MONTH", "toUnixTimestamp(toTimeZone({}, {z}))", "dateDiff('day', toDateTime(0), {}, {z})",
    "dateDiff('hour', toStartOfDay({}, {z}), {})", "toDateTime(toString({}), {z})", "toString(toTimeZone({}, {z}))",
)  # fmt: skip


def probes() -> Iterator[str]:
    for function, zone in product(_FUNCTIONS, _ZONES):
        call = function.replace("{z}", f"'{zone}'").replace("{}", "t")
        yield f"SELECT {call} FROM times WHERE id BETWEEN 4 AND 18 ORDER BY id"
    for function, zone in product(_FUNCTIONS[:12], _ZONES[:4]):
        call = function.replace("{z}", f"'{zone}'").replace("{}", "t3")
        yield f"SELECT {call} FROM times WHERE id BETWEEN 4 AND 18 ORDER BY id"
