"""Blocks of text to counts of words and of pairs of neighbours.

Each module imports only modules above it: ``options`` (what can be asked for),
``vocabulary``, ``sparse_rows``, ``word_list`` and ``word_filter`` (which words are
kept), ``pair_lists`` (tables of pairs), ``word_table``, ``sorting``, ``pair_table``,
``spill`` (what does not fit in memory), ``chunk`` (what one thread counts),
``counter``, ``limits`` (a counter within its memory limit) and ``counts``.
"""
