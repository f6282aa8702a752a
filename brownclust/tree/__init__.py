"""Counts to a tree: exact agglomeration, the model, and the files of a run.

Each module imports only modules above it: ``dendrogram``, ``class_counts``,
``information``, ``state`` (what the kernels work on), ``model``, ``agglomerate``,
``checkpoint``, ``extend``, ``planning`` (what clustering will cost), ``formats``,
``tree_files``, ``output`` and ``run_record``.
"""
