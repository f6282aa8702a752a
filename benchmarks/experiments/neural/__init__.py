"""A small Bi-LSTM tagger, to measure what clusters are worth as its input."""
