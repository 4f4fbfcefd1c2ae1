"""Fifteen kills; `make torture` does two hundred."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.harness import torture


@pytest.mark.server
def test_fifteen_kills_lose_double_and_invent_nothing(tmp_path: Path) -> None:
    outcome = torture(tmp_path, 15, seed=4, longest=0.8)
    assert outcome.faults == []
    assert outcome.acknowledged > 100
