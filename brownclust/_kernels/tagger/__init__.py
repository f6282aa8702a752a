"""Kernels of the taggers: conjunctions of features, training and decoding.

Each module imports only modules above it: ``array_types``, ``feature_ids`` (for
`BrownFeatures`), ``conjunctions``, ``decoding`` (scores and Viterbi) and ``perceptron``
(training, which decodes every sentence).
"""
