"""Kernels that split text into words and count words and pairs of words.

``array_types`` and ``scanning`` (finding whitespace) come first, then ``word_table``
(splitting and looking up words); ``pair_table`` (counting and sorting pairs),
``pair_lines`` (parsing), ``lookup`` and ``partitions`` use these. They call no kernels
outside this folder.
"""
