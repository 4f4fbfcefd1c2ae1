"""Bytes as text in bases 16, 32 (RFC 4648) and 58 (as Bitcoin writes it), and back."""

from __future__ import annotations

import base64
from string import hexdigits

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = {character: digit for digit, character in enumerate(_ALPHABET)}


def unhex(text: str) -> bytes:
    """ClickHouse counts a byte that is no hexadecimal digit as 255."""
    digits = [int(chr(byte), 16) if chr(byte) in hexdigits else 255 for byte in text.encode()]
    if len(digits) % 2:
        digits.insert(0, 0)
    return bytes((high * 16 + low) & 255 for high, low in zip(digits[::2], digits[1::2], strict=True))


def base32_encode(data: bytes) -> str:
    return base64.b32encode(data).decode()


def base32_decode(text: str) -> bytes:
    """Raises ValueError."""
    try:
        return base64.b32decode(text, casefold=True)
    except ValueError:
        raise ValueError("Invalid Base32 value: cannot be decoded") from None


def base58_encode(data: bytes) -> str:
    """A leading zero byte is a leading 1."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def base58_decode(text: str) -> bytes:
    """Raises ValueError."""
    number = 0
    for character in text:
        if character not in _DIGITS:
            raise ValueError("Invalid Base58 value: cannot be decoded")
        number = number * 58 + _DIGITS[character]
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
