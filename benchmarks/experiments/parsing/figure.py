"""The figure: attachment scores against labelled sentences."""

from pathlib import Path

from benchmarks.experiments.common.figures import (
    COLOURS,
    MARKERS,
    figure_path,
    panels,
)
from benchmarks.experiments.common.record import Runs
from benchmarks.experiments.common.training import last_part
from benchmarks.experiments.parsing.report import curves_of

TITLES = {
    "automatic": "automatic tags",
    "gold": "gold tags",
    "clusters": "tagger with clusters, too",
}


def draw(runs: Runs, output: Path) -> None:
    """Draw a panel for each kind of tags: of test data, if they are scored."""
    part = last_part(runs)
    curves = {tags: curves_of(runs, part, tags) for tags in TITLES}
    found = {tags: of_tags for tags, of_tags in curves.items() if of_tags is not None}
    with panels(len(found), figure_path(output)) as (figure, axes):
        for (tags, of_tags), axis in zip(found.items(), axes, strict=True):
            per_cent = [100 * fraction for fraction in of_tags.fractions]
            lines = {"no clusters": of_tags.without, "clusters": of_tags.with_clusters}
            for i, (label, scores) in enumerate(lines.items()):
                axis.errorbar(
                    per_cent,
                    scores.mean(axis=0),
                    scores.std(axis=0, ddof=min(1, len(scores) - 1)),
                    color=COLOURS[i],
                    marker=MARKERS[i],
                    capsize=2,
                    elinewidth=1,
                    label=label,
                )
            axis.set(title=TITLES[tags], xscale="log", xticks=per_cent)
            axis.set(xlabel="labelled sentences, %", ylabel="right heads, %")
            axis.set_xticklabels([f"{number:g}" for number in per_cent])
            axis.minorticks_off()
        low = min(axis.get_ylim()[0] for axis in axes)
        high = max(axis.get_ylim()[1] for axis in axes)
        for axis in axes:
            axis.set_ylim(low, high)
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=2)
