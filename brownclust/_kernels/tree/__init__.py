"""Kernels of exact agglomeration: counts of neighbours to merges."""
