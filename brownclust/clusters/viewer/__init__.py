"""A page that shows clusters in a browser, in one file that needs no network."""

from brownclust.clusters.viewer.page import save_html

__all__ = ["save_html"]
