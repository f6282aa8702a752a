"""Kernels that split text into words and count words and pairs of words.

``word_table`` (splitting and looking up words) comes first; ``pair_table`` (counting
and sorting pairs), ``pair_lines`` (parsing), ``lookup`` and ``partitions`` use it. They
call no kernels outside this folder.
"""
