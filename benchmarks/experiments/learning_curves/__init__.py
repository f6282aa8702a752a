"""How many labelled sentences clusters are worth (Miller et al. 2004).

    python -m benchmarks.experiments.learning_curves --work DIR [--data DIR] [--test]

Taggers of four tasks are trained on 1, 2, 5, 10, 25, 50 and 100 % of the sentences,
with and without 1,000 clusters; their features are those of the task's preset. The
parts of one seed are nested, and the same with and without clusters. Every tagger is
trained for ten epochs: to choose the epoch on all development data would take more
labels than 1 % of the training data has. Seeds: five; ten for the tasks with few
sentences.

``--test`` scores each tagger on test data as well; a tagger that has no such score yet
is trained again, with the same result. The command can be interrupted at any time.

`worth` has the arithmetic of "x times the labels", `report` and `figure` show it.
"""
