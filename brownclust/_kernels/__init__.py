"""Every Numba kernel; nothing else in the package imports Numba."""
