"""Taggers of words in sentences, whose features are templates and bit strings."""

from brownclust.tagger.base import Epoch, Tagger
from brownclust.tagger.comparison import Comparison, compare
from brownclust.tagger.crf import CRFTagger
from brownclust.tagger.evaluation import Evaluation, evaluate
from brownclust.tagger.perceptron import PerceptronTagger
from brownclust.tagger.tagged_text import read_tagged
from brownclust.tagger.templates import Template, parse_templates

__all__ = [
    "CRFTagger",
    "Comparison",
    "Epoch",
    "Evaluation",
    "PerceptronTagger",
    "Tagger",
    "Template",
    "compare",
    "evaluate",
    "parse_templates",
    "read_tagged",
]
