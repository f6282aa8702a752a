"""The line that ``train`` prints after each epoch."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..progress import Progress, amount

if TYPE_CHECKING:
    from brownclust.tagger import Epoch


class EpochReport:
    """Prints a line for each epoch, with a star if its score is the best so far.

    Parameters
    ----------
    progress : Progress
        Where to print.
    before : sequence of Epoch
        The epochs of the tagger that training continues from.
    """

    def __init__(self, progress: Progress, before: Sequence["Epoch"]) -> None:
        self._progress = progress
        scores = [epoch.dev_score for epoch in before if epoch.dev_score is not None]
        self._best = max(scores, default=-1.0)

    def __call__(self, epoch: "Epoch") -> None:
        """Print the line of an epoch."""
        if epoch.number == 1:
            self._best = -1.0  # training did not resume: earlier scores do not count
        parts = []
        if epoch.n_updated_tokens is not None:
            parts.append(amount(epoch.n_updated_tokens, "update"))
        if epoch.loss is not None:
            parts.append(f"loss {epoch.loss:.6g}")
        if epoch.dev_score is not None:
            star = " *" if epoch.dev_score > self._best else ""
            self._best = max(self._best, epoch.dev_score)
            parts.append(f"dev {100 * epoch.dev_score:.2f}{star}")
        if epoch.seconds is not None:
            parts.append(f"{epoch.seconds:.1f} s")
        self._progress.say(f"epoch {epoch.number}: {', '.join(parts)}")
