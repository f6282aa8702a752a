"""From blocks of text to counts of words and bigrams: the second stage.

`brownclust.tree` begins with the result, `BigramCounts`. Each module imports only
modules before it:

- ``options``: the options of counting
- ``sparse_rows``, ``count_table``, ``vocabulary``, ``origin``: the parts of the result
- ``word_list``, ``pair_lists``: reading lists of words and of pairs
- ``pages``, ``word_table``: hash tables of words, and the memory they are in
- ``packed_pairs``, ``pair_shard``, ``sorting``, ``pair_table``: those of pairs
- ``spill``: pairs on disk, beyond a memory limit
- ``id_words``, ``id_table``, ``id_chunk``, ``grouped_pairs``, ``id_counter``: corpora
  of integers
- ``chunk``, ``counter``: what one thread counts, and all threads together
- ``limits``, ``word_filter``: the memory limit; which words are kept
- ``consistency``: whether counts from a file go with the way they were made
- ``counts``: `BigramCounts`
- ``counts_text``: counts as text for other programs
"""
