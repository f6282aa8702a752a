"""Counting a stream of text: tables in memory, and on disk what outgrows it."""

LEAST_MEMORY = 256 << 20
"""Bytes that counting can be limited to, at least."""
