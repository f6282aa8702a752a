"""Taggers of words in sentences, with templates and bit strings as features.

Each module imports only modules above it:

- data: ``sentences`` (types and checks), ``documents`` (what belongs together),
  ``attributes`` (of words)
- features: ``presets``, ``templates``, ``rows``, then ``values``,
  ``conjunctions`` and ``sources``, which number features, ``feature_space`` (all
  numbers together) and ``encoding`` (sentences to numbers); ``lexicons``,
  ``majorities`` and ``elsewhere`` compute attributes of tokens
- tags: ``schemes`` → ``spans`` and ``notation`` → ``span_tags``, then ``metrics`` →
  ``evaluation``, ``comparison``; ``conversion``; and ``tag_set`` → ``tagged_text``
  (files of columns)
- weights: ``weights``, then ``training_text`` → ``perceptron_state`` →
  ``epochs`` for training and ``decoder`` for tagging
- taggers: ``first_pass``, ``tagger_file`` and ``base``, then ``perceptron`` and
  ``crf_model`` → ``crf``; ``description`` shows what they have learnt

The public names are imported when first used, so that the command line can read
``presets`` without importing the other modules.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brownclust.tagger.base import Tagger
    from brownclust.tagger.comparison import Comparison, compare
    from brownclust.tagger.conversion import convert_tags
    from brownclust.tagger.crf import CRFTagger
    from brownclust.tagger.description import Description, describe
    from brownclust.tagger.epochs import Epoch
    from brownclust.tagger.evaluation import Evaluation, evaluate
    from brownclust.tagger.lexicons import Lexicon
    from brownclust.tagger.perceptron import PerceptronTagger
    from brownclust.tagger.span_tags import repair_tags
    from brownclust.tagger.tagged_text import read_tagged, read_tagged_documents
    from brownclust.tagger.templates import Template, parse_templates

__all__ = [
    "CRFTagger",
    "Comparison",
    "Description",
    "Epoch",
    "Evaluation",
    "Lexicon",
    "PerceptronTagger",
    "Tagger",
    "Template",
    "compare",
    "convert_tags",
    "describe",
    "evaluate",
    "parse_templates",
    "read_tagged",
    "read_tagged_documents",
    "repair_tags",
]

_MODULES = {
    "CRFTagger": "crf",
    "Comparison": "comparison",
    "Description": "description",
    "Epoch": "epochs",
    "Evaluation": "evaluation",
    "Lexicon": "lexicons",
    "PerceptronTagger": "perceptron",
    "Tagger": "base",
    "Template": "templates",
    "compare": "comparison",
    "convert_tags": "conversion",
    "describe": "description",
    "evaluate": "evaluation",
    "parse_templates": "templates",
    "read_tagged": "tagged_text",
    "read_tagged_documents": "tagged_text",
    "repair_tags": "span_tags",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
