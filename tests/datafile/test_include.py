"""INCLUDE."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.datafile import parse
from tinylite.datafile.model import Pipe
from tinylite.diagnostics import Source


def fragments(**texts: str) -> Callable[[str, Source], Source | None]:
    def read(path: str, includer: Source) -> Source | None:
        return Source(path, texts[path]) if path in texts else None

    return read


def test_a_fragment_stands_where_it_is_included() -> None:
    include = fragments(part="SQL >\n    SELECT $N, '${WORD}'\nTYPE endpoint\n")
    found, problems = parse(Source("a.pipe", 'NODE n\nINCLUDE "part" "N=5" "WORD=two words"\n'), include=include)
    assert problems == []
    assert isinstance(found, Pipe)
    assert (found.output.kind, found.output.sql.value) == ("endpoint", "    SELECT 5, 'two words'")


def test_what_is_no_variable_stays() -> None:
    include = fragments(part="SQL >\n    SELECT '$1', $OTHER\n")
    found, _ = parse(Source("a.pipe", "NODE n\nINCLUDE part\n"), include=include)
    assert isinstance(found, Pipe) and found.output.sql.value == "    SELECT '$1', $OTHER"


def test_a_fault_in_a_fragment_points_into_it() -> None:
    _, (fault,) = parse(
        Source("a.pipe", "NODE n\nINCLUDE part\nSQL >\n    SELECT 1\n"), include=fragments(part="\nTYPE endpont\n")
    )
    assert (fault.code, str(fault.span)) == ("TL107", "part:2:6")


def test_fragments_may_include_others() -> None:
    include = fragments(outer="INCLUDE inner\n", inner="SQL >\n    SELECT 1\n")
    _, problems = parse(Source("a.pipe", "NODE n\nINCLUDE outer\n"), include=include)
    assert problems == []


def test_a_fragment_that_includes_itself_is_refused() -> None:
    _, problems = parse(
        Source("a.pipe", "INCLUDE loop\nNODE n\nSQL >\n    SELECT 1\n"), include=fragments(loop="INCLUDE loop\n")
    )
    assert [(problem.code, problem.message) for problem in problems] == [("TL112", "includes are nested too deep")]


def test_a_missing_fragment_is_a_fault_at_the_line() -> None:
    _, (fault,) = parse(Source("a.pipe", "NODE n\nSQL >\n    SELECT 1\nINCLUDE gone.incl\n"))
    assert (fault.code, str(fault.span)) == ("TL112", "a.pipe:4:9")
