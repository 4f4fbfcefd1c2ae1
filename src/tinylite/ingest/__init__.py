"""Events in: bytes to rows, once."""
