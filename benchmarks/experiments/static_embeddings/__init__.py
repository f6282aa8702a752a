"""Compare Brown clusters with classes of word2vec vectors, in the same tagger.

    python -m benchmarks.experiments.static_embeddings --work DIR [--test]

Turian et al. (2010) asked which representation of words to add to a tagger. Here both
kinds are clusters with bit strings, of the same text and of the same words, so that the
templates of the tagger are the same:

- Brown clusters,
- word2vec vectors (skip-gram, gensim) with a window of 2 or of 5 words, in as many
  classes by k-means, whose centres Ward's method joins to a tree.

Each is used as one number of clusters, the whole bit strings ("one k"), or with the
prefixes that the templates name ("prefixes"). A seed is that of the tagger, and of
k-means. Vectors of a window are trained once, as are Brown clusters, which are
deterministic. The epoch is chosen on development data; test data is used only with
``--test``, once for each tagger.

The processor time of making each is recorded, too. Set OMP_NUM_THREADS=1, so that no
thread waits for another meanwhile.
"""
