"""Words and their clusters in use: look-up with back-off, features, documents.

Each module imports only modules above it: ``backoff``, ``word_clusters``, ``features``,
``feature_files`` and ``documents``.
"""
