"""Whatever a file holds, it is read or refused: never a traceback, and every fault points into the file."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tinylite.datafile import SUFFIXES, decode, parse
from tinylite.datafile.instructions import INSTRUCTIONS
from tinylite.diagnostics import DiagnosticError, Source
from tinylite.diagnostics.render import text as terminal

SIGNS = [">", "%", "{{", ",", "#", "'", '"', ")", "json:$", "Array("]
WORDS = [*INSTRUCTIONS, *SIGNS, "SELECT", "`a`", "String", "DEFAULT"]
LIKELY = st.lists(
    st.one_of(st.sampled_from(WORDS), st.sampled_from(["\n", "\n", "\n    ", " ", "\t", "\r\n"]), st.text(max_size=3))
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(LIKELY, st.text()), suffix=st.sampled_from(sorted(SUFFIXES)))
def test_any_text_is_read_or_refused(text: str, suffix: str) -> None:
    source = Source(f"name{suffix}", text)
    _, faults = parse(source)
    for fault in faults:
        assert fault.span is not None
        assert fault.span.source == source
        assert 0 <= fault.span.start <= fault.span.end <= len(text)
    terminal.render(faults)


@settings(deadline=None)
@given(data=st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        decode("name.pipe", data)
    except DiagnosticError as refusal:
        assert {fault.code for fault in refusal.diagnostics} == {"TL101"}
