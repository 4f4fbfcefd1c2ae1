"""Test files are changed where they must be, and nowhere else."""

from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st

from tinylite.testing.expectations import Expectation, created, updated

FILE = """\
# What people look at.
- name: top  # the most common case
  parameters: limit=2
  expected_result: |
    {"page":"a"}
    {"page":"b"}

  # A page that is not there.
- name: nothing
  expected_http_status: 400
  parameters: page=x
  expected_result: 'no such page'
- expected_result: ""
  name: new
  description: last
"""


def test_only_the_expectation_changes() -> None:
    new = updated(FILE, {"top": Expectation(200, '{"page":"c"}\n{"page":"d"}\n')})
    assert new == FILE.replace('"a"', '"c"').replace('"b"', '"d"')


def test_an_error_becomes_an_answer() -> None:
    new = updated(FILE, {"nothing": Expectation(200, '{"page":"x"}\n')})
    case = yaml.safe_load(new)[1]
    assert case["expected_http_status"] == 200
    assert case["expected_result"].strip() == '{"page":"x"}'
    assert "# A page that is not there." in new and "# the most common case" in new


def test_an_answer_becomes_an_error_and_a_missing_field_is_added() -> None:
    new = updated(FILE, {"new": Expectation(404, "there is no x")})
    case = yaml.safe_load(new)[2]
    assert (case["name"], case["description"]) == ("new", "last")
    assert (case["expected_http_status"], case["expected_result"]) == (404, "there is no x")


@given(st.lists(st.text(), max_size=3).map("\n".join))
def test_any_text_is_read_back_as_it_was_written(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    new = updated(FILE, {name: Expectation(200, text) for name in ("top", "nothing", "new")})
    found = yaml.safe_load(new)
    assert [case["name"] for case in found] == ["top", "nothing", "new"]
    assert {case["expected_result"].rstrip("\n") for case in found} == {text.rstrip("\n")}


@given(st.text(), st.text(), st.text(min_size=1))
def test_a_new_file_says_what_it_was_given(description: str, parameters: str, result: str) -> None:
    wanted = [text.encode("utf-8", "replace").decode() for text in (description, parameters, result)]
    case = ("first", wanted[0], wanted[1], Expectation(400, wanted[2]))
    (found,) = yaml.safe_load(created([case]))
    assert [found["description"], found["parameters"]] == wanted[:2]
    assert found["expected_result"].rstrip("\n") == wanted[2].rstrip("\n")
    assert found["expected_http_status"] == 400
