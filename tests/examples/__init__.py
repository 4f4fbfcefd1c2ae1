"""The example projects, end to end."""

from pathlib import Path

EXAMPLES = sorted((Path(__file__).parent.parent.parent / "examples").iterdir())
