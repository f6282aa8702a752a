"""How certain predicted tags are: probabilities, or margins of a perceptron."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..failures import Failure

if TYPE_CHECKING:
    from brownclust.tagger import Tagger

_COMMAND = "brownclust tag train --algorithm"


@dataclass(frozen=True)
class Certainty:
    """A number for each token, as text.

    Attributes
    ----------
    name : str
        The attribute in MISC of CoNLL-U.
    number : str
        The format of numbers.
    classes : list of str
        The tags.
    values_of : callable
        Returns an array (n_tokens, n_classes) for each sentence.
    """

    name: str
    number: str
    classes: list[str]
    values_of: Callable[[Sequence[Any], Sequence[int] | None], Sequence[Any]]

    def texts(
        self,
        sentences: Sequence[Any],
        documents: Sequence[int] | None,
        tags: Sequence[Sequence[str]],
    ) -> list[list[str]]:
        """Return the number of each predicted tag."""
        place = {tag: i for i, tag in enumerate(self.classes)}
        return [
            [
                format(value, self.number)
                for value in values[range(len(found)), [place[tag] for tag in found]]
            ]
            for values, found in zip(
                self.values_of(sentences, documents), tags, strict=True
            )
        ]

    def in_misc(self, misc: Sequence[str], texts: Sequence[str]) -> list[str]:
        """Return values of MISC with the number as an attribute, not twice."""
        found = []
        for value, text in zip(misc, texts, strict=True):
            others = [
                attribute
                for attribute in value.split("|")
                if attribute != "_" and not attribute.startswith(f"{self.name}=")
            ]
            found.append("|".join([*others, f"{self.name}={text}"]))
        return found


def certainty_of(
    tagger: "Tagger", path: str, *, probabilities: bool, margins: bool
) -> Certainty | None:
    """Return what the options ask for; raise a `Failure` if the tagger lacks it."""
    from brownclust.tagger import CRFTagger, PerceptronTagger

    classes = tagger.classes_
    if probabilities:
        if not isinstance(tagger, CRFTagger):
            raise Failure(
                f"--probabilities needs a tagger of {_COMMAND} crf, but {path} is a "
                f"{tagger.algorithm}: it has --margins"
            )
        return Certainty("TagProbability", ".4f", classes, tagger.predict_marginals)
    if margins:
        if not isinstance(tagger, PerceptronTagger):
            raise Failure(
                f"--margins needs a tagger of {_COMMAND} perceptron, but {path} is a "
                f"{tagger.algorithm}: it has --probabilities"
            )
        return Certainty("TagMargin", ".1f", classes, tagger.margins)
    return None
