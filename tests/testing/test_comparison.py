"""When two answers are the same, and how a difference is shown."""

from __future__ import annotations

import pytest

from tinylite.testing import Order, differences

ROWS = '{"page":"a","n":3}\n{"page":"b","n":1}\n{"page":"c","n":1}\n'
TIES_SWAPPED = '{"page":"a","n":3}\n{"page":"c","n":1}\n{"page":"b","n":1}\n'
BY_N = Order((1,))


def test_the_same_text_is_equal_whatever_line_ends_it() -> None:
    assert differences(ROWS, ROWS.rstrip("\n"), Order()) == []


def test_rows_that_tie_may_come_in_any_order() -> None:
    assert differences(ROWS, TIES_SWAPPED, BY_N) == []


def test_any_order_will_do_where_the_query_has_none() -> None:
    assert differences(ROWS, "".join(reversed(ROWS.splitlines(keepends=True))), Order(())) == []


def test_the_order_of_the_keys_counts() -> None:
    assert differences(ROWS, "".join(reversed(ROWS.splitlines(keepends=True))), BY_N)


def test_ties_are_not_guessed_where_a_key_is_not_shown() -> None:
    assert differences(ROWS, TIES_SWAPPED, Order((None,)))
    assert differences(ROWS, TIES_SWAPPED, Order((1, None)))


def test_a_row_more_or_twice_is_a_difference_in_any_order() -> None:
    assert differences(ROWS, ROWS + '{"page":"c","n":1}\n', Order(()))
    assert differences(ROWS, ROWS.replace('"b"', '"c"'), Order(()))


@pytest.mark.parametrize(
    ("expected", "actual", "is_equal"),
    [
        ("0.1", "0.10000000000000002", True),
        ("1e300", "1.0000000000001e300", True),
        ("0.1", "0.1001", False),
        ("1", "1.0", True),
        ("1", "2", False),
        ("9007199254740993", "9007199254740992", False),
        ("1", "true", False),
        ("null", "0", False),
        ("[0.3,1]", "[0.30000000000000004,1]", True),
        ('{"a":0.3}', '{"a":0.30000000000000004}', True),
        ('"0.3"', '"0.30000000000000004"', False),
    ],
)
def test_floats_may_differ_within_the_tolerance(expected: str, actual: str, is_equal: bool) -> None:
    found = differences(f'{{"x":{expected}}}\n', f'{{"x":{actual}}}\n', Order())
    assert (found == []) is is_equal


def test_the_columns_that_differ_are_named() -> None:
    assert differences(ROWS, ROWS.replace('"b","n":1', '"b","n":2'), Order()) == [
        '  {"page":"a","n":3}',
        '- {"page":"b","n":1}',
        '+ {"page":"b","n":2}',
        "?   n: 1 → 2",
        '  {"page":"c","n":1}',
    ]


def test_far_rows_are_left_out() -> None:
    many = "".join(f'{{"n":{number}}}\n' for number in range(100))
    found = differences(many, many.replace('{"n":50}\n', ""), Order())
    assert found == ["  … row 49", '  {"n":48}', '  {"n":49}', '- {"n":50}', '  {"n":51}', '  {"n":52}']


def test_tab_separated_rows_are_compared_as_rows() -> None:
    assert differences("a\t1\nb\t2\n", "b\t2\na\t1\n", Order(())) == []
    assert differences("a\t0.30000000000000004\n", "a\t0.3\n", Order(())) == []
    assert differences("a\t1\nb\t2\n", "b\t2\na\t1\n", Order((0,))) != []


def test_text_is_compared_to_the_letter() -> None:
    assert differences("a\tb\n", "a\tb\n", Order(())) == []
    assert differences("a\nb\n", "b\na\n", Order()) == ["+ b", "  a", "- b"]
