"""What can be asked of counting."""

MIN_MEMORY = 256 << 20
"""Bytes that counting can be limited to, at least."""
