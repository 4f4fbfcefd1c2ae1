"""Joins, IN, windows, sorting and grouping × column types."""

from __future__ import annotations

# ruff: noqa: E501 -- a row or a statement is read best on one line
from collections.abc import Iterator
from itertools import product

from tests.sql.probe import Probe, State

_TABLES = {
    "nums": "i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 d b ni32 nf64",
    "times": "d d32 t t_ny t3 t6 t9 nd nt",
    "texts": "s ls ns fs",
    "arrays": "ai s an aa at ad m ms t nt",
    "events": "event_type country timestamp ts day amount score price tags attributes uid is_bot ip",
    "orders": "order_id ordered_at amount status items discounts currency",
}
_KEYS = {"events": "event_id", "orders": "order_id"}
_FRAMES = (
    "ORDER BY id", "PARTITION BY g ORDER BY id", "ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING", "PARTITION BY g",
    "ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING", "ORDER BY id DESC ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
    "ORDER BY x RANGE BETWEEN 2 PRECEDING AND 2 FOLLOWING", "ORDER BY id ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING",
)  # fmt: skip
_WINDOWS = (
    "sum(x)", "avg(n)", "count()", "count(n)", "min(s)", "max(ns)", "any(n)", "anyLast(s)", "first_value(x)",
    "last_value(n)", "lagInFrame(x)", "lagInFrame(s)", "leadInFrame(n)", "lagInFrame(t,2)", "row_number()",
    "groupArray(x)", "uniqExact(g)", "argMax(s,x)", "sumIf(x,u>1)", "countIf(x>0)", "max(d)", "avg(y)",
)  # fmt: skip


_OF_A_COLUMN = (
    "SELECT a.{k}, b.{c} FROM {t} AS a LEFT JOIN (SELECT * FROM {t} WHERE {k} = 2) AS b ON a.{k} = b.{k} ORDER BY a.{k} LIMIT 3",
    "SELECT b.{c} FROM (SELECT * FROM {t} WHERE {k} < 2) AS b RIGHT JOIN (SELECT {k} FROM {t} WHERE {k} < 4) AS a ON a.{k} = b.{k} ORDER BY a.{k}",
    "SELECT {c} FROM {t} ORDER BY {c}, {k} LIMIT 6",
    "SELECT {k} FROM {t} ORDER BY {c} DESC, {k} LIMIT 6",
    "SELECT {c}, count() FROM {t} GROUP BY {c} ORDER BY {c} LIMIT 5",
    "SELECT count(DISTINCT {c}), uniqExact({c}), any({c}) FROM {t} WHERE {k} < 4",
    "SELECT count() FROM {t} WHERE {c} IN (SELECT {c} FROM {t} WHERE {k} < 4)",
    "SELECT {c} FROM {t} WHERE {k} = 2 UNION ALL SELECT {c} FROM {t} WHERE {k} = 1",
    "SELECT (SELECT {c} FROM {t} WHERE {k} = 2) AS v, toTypeName(v)",
    "SELECT {k}, {c} = (SELECT {c} FROM {t} WHERE {k} = 2) AS same FROM {t} ORDER BY {k} LIMIT 4",
)


_ZEROS = State("differs", "ClickHouse tells 0 from -0 as keys and in sets; here they are one number")


def probes() -> Iterator[str | Probe]:
    for table, columns in _TABLES.items():
        for column, template in product(columns.split(), _OF_A_COLUMN):
            has_zeros = column == "nf64" and ("GROUP BY" in template or " IN (SELECT" in template)
            sql = template.format(t=table, c=column, k=_KEYS.get(table, "id"))
            yield Probe(sql, _ZEROS if has_zeros else State())
    for window, frame in product(_WINDOWS, _FRAMES):
        yield f"SELECT id, {window} OVER ({frame}) AS v FROM small ORDER BY id"
