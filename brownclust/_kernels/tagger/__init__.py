"""Kernels of features, training and decoding for the taggers."""
