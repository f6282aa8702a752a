"""Using word clusters: look-up with back-off, features, documents.

Each module imports only modules named before it: ``backoff``, ``class_names`` (what
stands for a cluster), ``cuts``, ``parts``, ``word_clusters``, ``features``,
``text_mapping`` (running text), ``feature_files`` and ``documents``.
"""
