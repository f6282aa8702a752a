"""Back-off: the forms to look up if a word is not found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from brownclust.counting.vocabulary import Vocabulary
from brownclust.text.normalise import apply_steps, check_steps
from brownclust.text.tokens import word_of


@dataclass(frozen=True)
class BackOff:
    """A chain of steps that change a word until a form of it is found.

    Parameters
    ----------
    steps : iterable of str
        Steps in order, each applied to the result of the one before:
        ``"lowercase"``; ``"digits"``, every digit becomes 0; ``"nfc"``, Unicode's
        composed form; ``"urls"`` and ``"users"``, a web address or an @name becomes
        the word ``<url>`` or ``<user>``, or another word that has a cluster, as in
        ``"users=<@MENTION>"``.

    Raises
    ------
    ValueError
        If a step is unknown.

    Examples
    --------
    >>> BackOff(["lowercase", "digits"]).forms("May-1984")
    [('exact', 'May-1984'), ('lowercase', 'may-1984'), ('digits', 'may-0000')]
    """

    steps: tuple[str, ...] = ()

    def __init__(self, steps: Iterable[str] = ()) -> None:
        object.__setattr__(self, "steps", check_steps("backoff", steps))

    def forms(self, word: str) -> list[tuple[str, str]]:
        """Return the forms of a word in the order they are looked up.

        Parameters
        ----------
        word : str
            Any word.

        Returns
        -------
        list of (str, str)
            Pairs (step, form), the first of which is ``("exact", word)``.
        """
        forms = [("exact", word)]
        for step in self.steps:
            word = self.change(step, word)
            forms.append((step, word))
        return forms

    def change(self, step: str, text: str) -> str:
        """Apply one step to words, one per line.

        Parameters
        ----------
        step : str
            One of `steps`.
        text : str
            Words separated by newlines.

        Returns
        -------
        str
            The changed words, separated by newlines.
        """
        return apply_steps([step], text)

    def look_up(
        self, words: Sequence[str], vocabulary: Vocabulary
    ) -> NDArray[np.int64]:
        """Return the rank of the first known form of each word.

        Parameters
        ----------
        words : sequence of str
            Any words.
        vocabulary : Vocabulary
            The known words.

        Returns
        -------
        ndarray of int64, shape (len(words),)
            Ranks in `vocabulary`; -1 where no form is known.

        Notes
        -----
        Each step changes all words that are not found yet at once.
        """
        if isinstance(words, np.ndarray):
            words = words.tolist()
        ranks = vocabulary.look_up(words)
        missing = np.flatnonzero(ranks < 0)
        if not (missing.size and self.steps):
            return ranks
        forms = "\n".join(map(words.__getitem__, missing.tolist()))
        if forms.count("\n") != missing.size - 1:  # as in Vocabulary.look_up
            unknown = map(words.__getitem__, missing.tolist())
            forms = "\n".join(word_of(w) if "\n" in w else w for w in unknown)
        for step in self.steps:
            forms = self.change(step, forms)
            form_ranks = vocabulary.look_up_lines(forms, missing.size)
            ranks[missing] = form_ranks
            is_missing = form_ranks < 0
            if is_missing.all():
                continue
            missing = missing[is_missing]
            if not missing.size:
                break
            forms = "\n".join(compress(forms.split("\n"), is_missing.tolist()))
        return ranks


Steps: TypeAlias = BackOff | Iterable[str]
"""A back-off, or the steps of one."""


def as_backoff(steps: Steps) -> BackOff:
    """Return steps as a `BackOff`."""
    return steps if isinstance(steps, BackOff) else BackOff(steps)
