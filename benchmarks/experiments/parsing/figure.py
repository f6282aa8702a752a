"""The figure: attachment scores against labelled sentences."""

from pathlib import Path

from benchmarks.experiments.common.figures import (
    draw_with_and_without,
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
            draw_with_and_without(axis, per_cent, of_tags)
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
