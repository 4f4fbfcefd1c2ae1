"""ClickHouse's types, spelt once."""

from tinylite.types.model import Type
from tinylite.types.parse import TypeSyntaxError, parse_type, type_names

__all__ = ["Type", "TypeSyntaxError", "parse_type", "type_names"]
