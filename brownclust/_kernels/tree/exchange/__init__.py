"""Kernels of refinement: words move between clusters, whose number stays."""
