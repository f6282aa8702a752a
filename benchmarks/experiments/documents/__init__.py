"""Measure whether clusters help to classify documents, by the number of labels.

    python -m benchmarks.experiments.documents --work DIR [--seeds N] [--test]

Two data sets of sentiment: movie reviews and sentences of reviews. A quarter of each is
test data, the same for all runs. Each seed draws a fifth of the rest as development
data, and from what remains 1 to 100 % of the documents for training, as many positive
as negative ones. Vectors of documents are compared:

- words: counts, binary or TF-IDF,
- clusters instead of words,
- words and clusters: counts of prefixes beside those of words, weighted like them,
- words and weighted clusters: the vector of clusters is shorter than that of words,
- back-off: clusters stand for words that no training document has, or few.

Clusters are those of the English texts in lower case ("outside"), or of the documents
that are not test data, without their labels ("inside"): 1,000 and 500. Logistic
regression and a linear support vector machine. What can be chosen is chosen on the
development data of each run: weighting, text of the clusters, prefixes, length of the
vector of clusters, all with logistic regression; regularisation with either. Test data
is used only with ``--test``, for what was chosen.
"""
