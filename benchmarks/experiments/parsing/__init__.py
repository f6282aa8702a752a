"""Measure what clusters are worth to a dependency parser, as Koo et al. (2008) did.

    python -m benchmarks.experiments.parsing --work DIR [--test]

English Web Treebank, unlabelled attachment. The parser is first-order and projective:
Eisner's algorithm, an averaged perceptron with a margin, features of McDonald et al.
(2005). Non-projective gold trees are made projective for training, and scored as they
are. Clusters add the first-order features of Koo et al.: first 4 and 6 bits in place of
parts of speech, full bit strings in place of words, and mixtures.

It is trained on 10 % to 100 % of the sentences, with and without clusters, three times
each: a seed draws the sentences and their order. Its parts of speech are

- automatic: those of our tagger without clusters, trained on the same sentences;
  training sentences are tagged by taggers that have not seen them,
- gold,
- automatic, by taggers with the same clusters as features.

Scores leave out punctuation, as those of Koo et al. do; the results have both.
"""
