"""What to look up instead of a word that is not found."""

from collections.abc import Iterable
from dataclasses import dataclass

from brownclust.text.normalise import apply_steps, check_steps


@dataclass(frozen=True)
class BackOff:
    """A chain of forms to look up, each made from the one before, until one is found.

    Parameters
    ----------
    steps : iterable of str
        In order. ``"lowercase"``; ``"digits"``, every digit becomes 0; ``"nfc"``,
        Unicode's composed form; ``"urls"`` and ``"users"``, a web address or an
        @name becomes the word ``<url>`` or ``<user>``, or another that the clusters
        have, as in ``"users=<@MENTION>"``.

    Raises
    ------
    ValueError
        If there is no such step.

    Examples
    --------
    >>> BackOff(["lowercase", "digits"]).forms("May-1984")
    [('exact', 'May-1984'), ('lowercase', 'may-1984'), ('digits', 'may-0000')]
    """

    steps: tuple[str, ...] = ()

    def __init__(self, steps: Iterable[str] = ()) -> None:
        object.__setattr__(self, "steps", check_steps("backoff", steps))

    def forms(self, word: str) -> list[tuple[str, str]]:
        """Return the forms in order: pairs (step, form), from ("exact", word)."""
        forms = [("exact", word)]
        for step in self.steps:
            word = self.change(step, word)
            forms.append((step, word))
        return forms

    def change(self, step: str, text: str) -> str:
        """Return words, one a line, as one step makes them."""
        return apply_steps([step], text)
