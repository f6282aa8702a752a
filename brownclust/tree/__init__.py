"""From counts to a tree: exact agglomeration, the model, and the files of a run.

Each module imports only modules named before it: ``sizes`` (how many clusters),
``dendrogram`` (the tree), ``state`` (the arrays that kernels work on), ``information``
(average mutual information), ``model``, ``checkpoint``, ``formats`` (word clusters in
the formats of other tools), ``tree_files``, ``agglomerate``, ``extend`` (new words in
an existing tree), ``planning`` (what clustering will cost), ``judging`` (how
good clusters are, and how many to make), ``output`` and ``run_record``.
"""
