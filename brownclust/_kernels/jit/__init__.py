"""How kernels are compiled, cached and given their data: the door to Numba."""
