"""Compare Brown clusters with classes of word2vec vectors, in the same tagger.

    python -m benchmarks.experiments.static_embeddings --work DIR [--test]

Turian et al. (2010) asked which representation of words to add to a tagger. Here both
kinds are clusters with bit strings, of the words of the same text, so that the
templates of the tagger are the same:

- Brown clusters,
- word2vec vectors (skip-gram, gensim) with a window of 2 or of 5 words, in as many
  classes by k-means, whose centres Ward's method joins to a tree.

They are used with the prefixes that the templates name ("prefixes"); Brown clusters and
the classes of window 2 also as one number of clusters, their whole bit strings ("one
k"). A seed is that of the tagger, and of k-means. Vectors of a window are trained once,
as are Brown clusters, which are deterministic. The epoch is chosen on development data;
test data is used only with ``--test``, once for each tagger.

The processor time of making each is recorded, too. Set OMP_NUM_THREADS=1, so that no
thread waits for another meanwhile.
"""
