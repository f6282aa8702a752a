"""Kernels that cut text into words and count words and pairs."""
