"""Addresses of the internet as text."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv6Address


def ipv6_text(text: str | None) -> str | None:
    """An IPv6 address in its shortest form, an IPv4 one as an address mapped into it; None of what is neither."""
    if text is None:
        return None
    try:
        address = IPv6Address(f"::ffff:{IPv4Address(text)}") if ":" not in text else IPv6Address(text)
    except AddressValueError:
        return None
    return f"::ffff:{address.ipv4_mapped}" if address.ipv4_mapped is not None else address.compressed
