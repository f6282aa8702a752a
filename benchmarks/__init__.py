"""Benchmarks of brownclust, alone and beside its rivals; see ``README.md`` here."""
