"""The test files of the example projects: `tests/PIPE.yaml`, a list of requests with their answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

import yaml

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


@dataclass(frozen=True, slots=True)
class Case:
    """`expected_result` is NDJSON, or the error's text when the status is not 200."""

    pipe: str
    name: str
    description: str
    parameters: str
    expected_result: str
    expected_http_status: int = 200

    @property
    def arguments(self) -> dict[str, str | list[str]]:
        parsed = parse_qs(self.parameters, keep_blank_values=True)
        return {name: values if len(values) > 1 else values[0] for name, values in parsed.items()}


def case_files(project: Path) -> list[Path]:
    return sorted((project / "tests").glob("*.yaml"))


def read_cases(file: Path) -> Iterator[Case]:
    for entry in yaml.safe_load(file.read_text(encoding="utf-8")):
        yield Case(file.stem, **entry)
