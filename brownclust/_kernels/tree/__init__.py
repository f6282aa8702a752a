"""Kernels of exact agglomeration: from counts of neighbours to merges."""
