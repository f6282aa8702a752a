"""What ``brownclust choose-k`` prints: a table, and what it suggests."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .held_out import held_out_note
from .tables import aligned

if TYPE_CHECKING:
    from brownclust.tree.judging import Candidate, Choice, HeldOut


def report(choice: "Choice", name: str, held_out: "HeldOut | None") -> Iterator[str]:
    """Yield the lines to print."""
    candidates = choice.candidates
    heading = ["clusters", "AMI"]
    if held_out is not None:
        heading += ["perplexity"]
    if candidates[0].refined_ami is not None:
        heading += ["refined AMI"]
        if held_out is not None:
            heading += ["refined perplexity"]
    yield from aligned([heading, *map(_cells, candidates)])
    yield ""
    yield "AMI: bits per bigram."
    if held_out is not None:
        yield held_out_note(name, held_out)
    yield ""
    yield from suggestions(choice)


def suggestions(choice: "Choice") -> Iterator[str]:
    """Yield a sentence on the knee, one on each minimum, and one on the judge."""
    most = len(choice.ami_by_n_clusters)
    yield (
        f"Knee of AMI: {choice.knee:,} clusters. Beyond it, another cluster adds less "
        f"than the average of all {most:,}; if more are tried, the knee moves up."
    )
    for refined in (False, True):
        best = choice.best(refined=refined)
        if best is None:
            continue
        what = "perplexity of refined clusters" if refined else "perplexity"
        advice = _on_minimum(choice, best)
        yield f"Least {what}: {best.n_clusters:,} clusters. {advice}"
    yield (
        "More AMI is not more F1, nor is less perplexity: if the clusters are for a "
        "tagger, its score on development data is the judge."
    )


def _on_minimum(choice: "Choice", best: "Candidate") -> str:
    numbers = [candidate.n_clusters for candidate in choice.candidates]
    if len(numbers) == 1:
        return "It is the only number that was tried."
    if best.n_clusters == numbers[-1]:
        return "It still falls at the largest number: try more."
    if best.n_clusters == numbers[0]:
        return "It rises from the smallest number on: try fewer."
    return "For more, the text has too few bigrams."


def _cells(candidate: "Candidate") -> list[str]:
    cells = [f"{candidate.n_clusters:,}", f"{candidate.ami:.4f}"]
    if candidate.perplexity is not None:
        cells.append(f"{candidate.perplexity:,.2f}")
    if candidate.refined_ami is not None:
        cells.append(f"{candidate.refined_ami:.4f}")
    if candidate.refined_perplexity is not None:
        cells.append(f"{candidate.refined_perplexity:,.2f}")
    return cells
