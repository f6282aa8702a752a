"""One number of clusters, or several at a time.

    python -m benchmarks.experiments.trade_off --work DIR [--data DIR] [--test]

A textbook's claim: "Too few clusters and a cluster's words have little in common; too
many and the learner sees too few examples of each: prefixes of several lengths settle
it." Taggers of four tasks have the features of the task's preset without clusters, and
the clusters of two words before to two after in one of three forms:

- one path: the whole bit string, so that there is one number of clusters, k;
- prefixes: 4, 6, 10 and 20 bits of the same bit strings;
- cuts: the tree of the k clusters cut at k, k/4, k/16, ... clusters, at least 25.

k is 25, 50, ... 3,200, each a clustering of its own; for prefixes and cuts it is 100 or
more. Some clusterings are refined by 20 sweeps.

Training data are all sentences of WNUT-17 and of the Broad Twitter Corpus, and a
quarter of those of the other two tasks, drawn by each of three seeds: some 2,000 to
6,000, few enough for the claim to matter. There are five epochs; development data have
no part in training. ``--test`` scores each tagger on test data as well; a tagger that
has no such score yet is trained again, with the same result. The command can be
interrupted at any time.

`design` lists the taggers, `forms` has their features, `comparison` the differences,
`report` and `figure` show them.
"""
