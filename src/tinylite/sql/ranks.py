"""What a value is ordered by: an Enum by its number, inside arrays and tuples too."""

from __future__ import annotations

from tinylite.sql.casts import cast
from tinylite.sql.typed import Typed
from tinylite.types import Type
from tinylite.types.model import INT16


def holds_enums(type_: Type) -> bool:
    return type_.is_enum or (type_.name in ("Array", "Tuple") and any(holds_enums(arg) for arg in type_.args))


def rank(sql: str, type_: Type) -> str:
    """A DuckDB value that is ordered as ClickHouse orders `sql`."""
    if type_.is_enum:
        return cast(Typed(sql, type_), INT16).sql
    if not holds_enums(type_):
        return sql
    if type_.name == "Array":
        name = f"_rank{_depth(type_)}"
        return f"list_transform({sql}, lambda {name}: {rank(name, type_.args[0])})"
    parts = (rank(f"struct_extract_at({sql}, {place})", arg) for place, arg in enumerate(type_.args, start=1))
    return f"row({', '.join(parts)})"


def _depth(type_: Type) -> int:
    """Lambdas inside of one another need names of their own."""
    return 1 + max((_depth(arg) for arg in type_.args), default=0)
