"""How results look: each module has one `show`."""

from __future__ import annotations

from importlib import import_module

from tinylite.cli.result import Result


def show(result: Result, view: str) -> None:
    """`view` is the name of a module."""
    import_module(f"tinylite.cli.views.{view}").show(result)
