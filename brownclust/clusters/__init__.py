"""Using word clusters: look-up with back-off, features, documents.

Each module imports only modules named before it: ``backoff``, ``cuts``, ``parts``,
``word_clusters``, ``features``, ``feature_files`` and ``documents``.
"""
