"""Numba kernels: every compiled function, in the folder of the stage that calls it.

``jit`` alone knows how Numba works inside; ``counting``, ``tree`` and ``tagger`` hold
the kernels of the packages of the same names. Nothing else in brownclust imports Numba.
"""
