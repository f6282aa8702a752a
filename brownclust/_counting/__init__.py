"""Counting a stream of text: tables in memory, and on disk what outgrows it."""
