"""When two answers are the same."""

from __future__ import annotations

import json

from tinylite.testing.comparison import Order
from tinylite.testing.parity.answers import Answer, of_body, of_cells, refusal
from tinylite.testing.parity.verdict import Shape, Verdict, compared, estimates_in

NAMES = ("clickhouse", "duckdb")


def answer(types: dict[str, str], *rows: tuple[object, ...]) -> Answer:
    return of_cells(list(types.items()), rows, None, 0.1)


def judged(wanted: Answer, found: Answer, **shape: object) -> Verdict:
    return compared(wanted, found, Shape(**shape), NAMES)  # type: ignore[arg-type]


def test_rows_may_come_in_any_order_only_where_the_query_leaves_it_open() -> None:
    one = answer({"k": "UInt8", "n": "UInt64"}, (1, 5), (2, 5))
    other = answer({"k": "UInt8", "n": "UInt64"}, (2, 5), (1, 5))
    assert judged(one, other, order=Order(())).state == "equal"
    assert judged(one, other, order=Order((1,))).state == "equal"
    assert judged(one, other, order=Order((0,))).state == "differs"


def test_floats_are_compared_with_a_tolerance_and_counts_are_not() -> None:
    types = {"n": "UInt64", "x": "Float64"}
    assert judged(answer(types, (1000, 2)), answer(types, (1000, 2.0000000001))).state == "equal"
    assert judged(answer(types, (1000, 2.0)), answer(types, (1001, 2.0))).state == "differs"
    assert judged(answer({"x": "Float64"}, (10**20,)), answer({"x": "Float64"}, (1e20,))).state == "equal"


def test_estimates_are_close_within_two_percent() -> None:
    types = {"page": "String", "users": "UInt64"}
    one, other = answer(types, ("/", 1000)), answer(types, ("/", 1015))
    verdict = judged(one, other, estimates=("uniq",))
    assert (verdict.state, verdict.reason) == ("close", "equal within 2 %: the query estimates with uniq")
    assert judged(one, answer(types, ("/", 1100)), estimates=("uniq",)).state == "differs"
    assert judged(one, answer(types, ("/x", 1000)), estimates=("uniq",)).state == "differs"


def test_which_functions_estimate() -> None:
    texts = ["SELECT uniqMerge(u), uniqExact(u), quantile(0.9)(x), quantileExact(0.9)(x), medianIf(x, 1)", "uniq (x)"]
    assert estimates_in(texts) == ("uniqMerge", "quantile", "medianIf", "uniq")


def test_other_names_and_types_are_told() -> None:
    one, other = answer({"n": "UInt64"}, (1,)), answer({"n": "Int64"}, (1,))
    assert judged(one, other).lines == ["  n: UInt64 on clickhouse, Int64 on duckdb"]
    assert judged(one, answer({"m": "UInt64"}, (1,))).lines == ["  clickhouse: n", "  duckdb: m"]


def test_a_difference_is_shown_row_by_row() -> None:
    types = {"page": "String", "n": "UInt64"}
    verdict = judged(answer(types, ("/", 3), ("/docs", 1)), answer(types, ("/", 3), ("/docs", 2)))
    assert verdict.state == "differs"
    assert verdict.lines == [
        '  {"page":"/","n":3}',
        '- {"page":"/docs","n":1}',
        '+ {"page":"/docs","n":2}',
        "?   n: 1 → 2",
    ]


def test_one_that_refuses_differs_from_one_that_answers() -> None:
    one = answer({"n": "UInt8"}, (1,))
    verdict = judged(refusal("no such function", 0.1), one)
    assert (verdict.state, verdict.reason, verdict.lines) == (
        "differs", "only clickhouse refuses", ["  no such function"],
    )  # fmt: skip
    assert judged(one, refusal("not supported", 0.1)).reason == "only duckdb refuses"
    assert judged(refusal("a", 0.1), refusal("b", 0.1)).state == "equal"


def test_a_limit_may_cut_through_ties() -> None:
    types = {"page": "String", "n": "UInt64"}
    one, other = answer(types, ("/", 9), ("/a", 1)), answer(types, ("/", 9), ("/b", 1))
    assert judged(one, other, order=Order((1,)), cuts=True).state == "open"
    assert judged(one, other, order=Order((1,))).state == "differs"
    assert judged(one, answer(types, ("/", 9), ("/b", 2)), order=Order((1,)), cuts=True).state == "differs"
    assert judged(one, other, order=Order(()), cuts=True).reason.startswith("LIMIT without ORDER BY")


def test_items_of_a_set_have_no_order() -> None:
    one, other = answer({"p": "Array(String)"}, (["a", "b"],)), answer({"p": "Array(String)"}, (["b", "a"],))
    assert judged(one, other, has_sets=True).state == "open"
    assert judged(one, other).state == "differs"


def test_totals_count() -> None:
    one = of_cells([("n", "UInt8")], [(1,)], (1,), 0.1)
    assert judged(one, of_cells([("n", "UInt8")], [(1,)], (2,), 0.1)).state == "differs"
    assert judged(one, of_cells([("n", "UInt8")], [(1,)], None, 0.1)).state == "differs"


def test_an_http_answer_is_read_with_columns_of_one_name() -> None:
    meta = [{"name": "n", "type": "UInt8"}, {"name": "n", "type": "Map(String, Float64)"}]
    text = json.dumps({"meta": meta, "data": []}).replace('"data": []', '"data": [{"n": 1, "n": {"a": 2}}]')
    assert of_body(text, 0.1).rows == [[1, {"a": 2.0}]]
