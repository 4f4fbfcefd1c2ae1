"""The table of functions, and those that compute."""

from __future__ import annotations

import pytest

from tests.template.rendering import parse, render
from tinylite.template import FUNCTIONS, METHODS, TAGS


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("day_diff('2024-01-01', '2024-01-05')", 4),
        ("day_diff('2024-01-05', '2024-01-01')", 4),
        ("date_diff_in_seconds('2024-01-01 00:00:10', '2024-01-01 00:00:00')", 10),
        ("date_diff_in_minutes('2024-01-01 00:00:00', '2024-01-01 00:10:59')", 10),
        ("date_diff_in_hours('2024-01-01 00:00:00', '2024-01-02 00:59:00')", 24),
        ("date_diff_in_days('2024-01-01', '2024-01-03')", 2),
        ("date_diff_in_days('2024-01-01 10:00:00', '2024-01-02 09:59:59', '%Y-%m-%d %H:%M:%S')", 0),
        ("date_diff_in_seconds('2024-01-01T00:00:00Z', '2024-01-01T00:00:03Z', date_format='%Y-%m-%dT%H:%M:%SZ')", 3),
        ("date_diff_in_hours('2024-01-01', '2024-01-01 02:00:00', backup_date_format='%Y-%m-%d')", 2),
        ("[date_diff_in_hours('bad', '2024', none_if_error=True) is None]", [True]),
        ("min(3, 1, 2)", 1),
        ("max([3, 1])", 3),
        ("len([1, 2])", 2),
        ("sql_unescape(String('50%'), '%')", "50%"),
        ("enumerate_with_last(['a', 'b'])[1][0]", True),
        ("'a-b'.split('-')", ["a", "b"]),
        ("'a-b-c'.split('-', 1)", ["a", "b-c"]),
        ("'-'.join(['a', 'b'])", "a-b"),
        ("' A '.strip().lower()", "a"),
        ("'abc'.replace('b', '')", "ac"),
        ("'abc'.startswith('ab')", True),
        ("'abc'.endswith('ab')", False),
        ("{'a': 1}.get('b', 2)", 2),
        ("{'a': 1}.items()[0][1]", 1),
        ("'it\\'s' \" \\u00e9\\n\" r'\\n'", "it's é\n\\n"),
        ("1_000 + 1.5e1", 1015.0),
    ],
)
def test_a_function_gives_its_value(call: str, value: object) -> None:
    assert render(f"{{{{ {call} }}}}").values == {"p": value}


def test_every_function_can_be_called_as_its_signature_says() -> None:
    for function in FUNCTIONS.values():
        named = {"named": "a__gt=x", "positional": "x"}.get(function.others)
        arguments = named or ", ".join(["x"] * function.least)
        assert parse(f"{{{{ {function.name}({arguments}) }}}}").statements
        assert function.signature.startswith(f"{function.name}(")


def test_everything_is_described_for_the_reference() -> None:
    for doc in [
        *(row.doc for row in FUNCTIONS.values()),
        *(row.doc for row in METHODS.values()),
        *TAGS.values(),
    ]:
        assert doc
        assert "\n" not in doc
