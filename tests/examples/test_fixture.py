"""The example's events can be made again."""

from __future__ import annotations

from tools.example_events import FIXTURE, ndjson


def test_the_fixture_is_what_its_tool_makes() -> None:
    assert FIXTURE.read_text(encoding="utf-8") == ndjson()
