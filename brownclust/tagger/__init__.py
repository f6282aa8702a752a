"""Taggers of words in sentences, whose features are templates and bit strings."""

from brownclust.tagger.base import Epoch, Tagger
from brownclust.tagger.crf import CRFTagger
from brownclust.tagger.perceptron import PerceptronTagger

__all__ = ["CRFTagger", "Epoch", "PerceptronTagger", "Tagger"]
