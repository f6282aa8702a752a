"""Clustering in a window of which all counts are kept, zeros included."""
