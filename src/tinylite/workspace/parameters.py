"""Values of JSON as the parameters that a query string would give."""

from __future__ import annotations

import json
from collections.abc import Mapping


def as_parameters(values: Mapping[str, object]) -> dict[str, object]:
    """Texts, and lists of texts; null stays None, a parameter that is not given. Raises RecursionError."""
    return {str(name): None if value is None else _as_parameter(value) for name, value in values.items()}


def _as_parameter(value: object) -> object:
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return [str(_as_parameter(item)) for item in value]
        case dict():
            return json.dumps(value)
    return str(value)
