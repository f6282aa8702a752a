"""Experiments: commands that answer one question each, and what they found.

Each can be interrupted and run again, and goes on where it stopped. Its results are
beside it, as JSON and Markdown.
"""
