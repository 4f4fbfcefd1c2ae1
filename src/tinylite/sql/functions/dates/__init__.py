"""Dates and times. What looks at the calendar looks at the wall clock of the type's zone, or of the zone given."""

from tinylite.sql.functions.catalog import Function
from tinylite.sql.functions.dates import (
    clock,
    differences,
    formatting,
    making,
    parsing,
    parts,
    rounding,
    shifting,
    spans,
    unix,
)

FUNCTIONS: list[Function] = [
    function
    for family in (parts, rounding, differences, shifting, clock, making, spans, unix, formatting, parsing)
    for function in family.FUNCTIONS
]
