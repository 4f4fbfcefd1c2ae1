"""Bytes of files."""

from __future__ import annotations

import pytest

from tinylite.datafile import decode
from tinylite.diagnostics import Diagnostic, DiagnosticError


def refusal(data: bytes) -> Diagnostic:
    with pytest.raises(DiagnosticError) as caught:
        decode("a.pipe", data)
    (found,) = caught.value.diagnostics
    return found


@pytest.mark.parametrize("data", [b"a\r\nb\r\n", b"\xef\xbb\xbfa\nb\n", b"a\rb\r"])
def test_line_ends_and_marks_of_other_systems_are_read(data: bytes) -> None:
    assert decode("a.pipe", data).text == "a\nb\n"


def test_binary_junk_is_refused_at_its_place() -> None:
    found = refusal(b"NODE a\nSQL \xff\xfe")
    assert (found.code, found.message, str(found.span)) == ("TL101", "byte 0xff is not UTF-8", "a.pipe:2:5")


def test_a_zero_byte_is_refused() -> None:
    found = refusal(b"NODE a\n\0")
    assert (found.message, str(found.span)) == ("this file is not text: it has a zero byte", "a.pipe:2:1")


def test_utf16_is_named() -> None:
    assert refusal("NODE ä".encode("utf-16")).message == "this file is UTF-16"


def test_huge_files_are_refused() -> None:
    assert refusal(b" " * 10_000_001).message == "this file is larger than 10 MB"
