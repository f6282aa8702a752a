"""Kernels that split text into words and count words and pairs of words.

``array_types`` and ``scanning`` (whitespace, comparing bytes) come first, then
``word_table`` (looking up words) and ``tokenising`` (splitting text into words);
``pair_table`` (counting pairs), ``pair_listing`` and ``pair_sorting``; ``pair_lines``
(parsing), ``lookup`` and ``partitions``. For corpora of integers, ``id_lookup``, and
``pair_groups``, another way to count pairs. They call no kernels outside this folder.
"""
