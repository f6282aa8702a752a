r"""Measure taggers by the amount and domain of the text that was clustered.

    python -m benchmarks.experiments.amount_of_text --work DIR [--data DIR] [--test]

Texts are novels, newswire, the Brown corpus, a mixture of the three in equal parts (as
far as they suffice), and tweets: the words of the training data of WNUT-17 and of the
Broad Twitter Corpus, alone and with the mixture. A smaller text is a random sample of
lines; there are three of each amount. One line in ten of novels, newswire and Brown is
in none of them: it is for measures. Clusters: 1,000 of words seen 5 times or more.
Tweets are too few for that: there, and in as much text of other kinds, 200 clusters of
words seen twice. Two mixtures have 100 to 3,200 clusters, too.

Do measures of clusters agree with the scores of taggers? Each clustering is measured
(see `measures`), and taggers of four tasks are trained for eight epochs: with each
sample one, whose seed is that of the sample, with each whole text three. Development
data have no part in training. ``--test`` scores the same taggers on test data, too. The
command can be interrupted at any time. Texts, clusters and taggers are kept in
``--work``: 2 GB.

`design` has the clusterings, `samples` the texts, `agreement` the rank correlations of
measures with scores, `report` and `figures` what is shown.
"""
