"""``brownclust extend``: new text for an existing model."""

import shlex
from typing import Any

import click

from brownclust.counting.options import keyword_defaults

from .options import (
    existing,
    force_option,
    new_output_option,
    number_option,
    quiet_option,
)
from .progress import Progress, amount
from .run_summary import run_summary
from .text_options import (
    encoding_options,
    format_options,
    resource_options,
    stopwords_option,
    text_options_of,
)

EXAMPLES = """\b
Examples:
  brownclust extend out new.txt -o out2
  brownclust extend out tweets.txt --min-count 5 -o out2
"""


@click.command(
    epilog=EXAMPLES, short_help="Place the words of new text in existing clusters."
)
@click.argument("model", callback=existing())
@click.argument(
    "text",
    nargs=-1,
    required=True,
    callback=existing(stdin=True, patterns=True),
)
@new_output_option("DIR", "Folder to write, like that of brownclust cluster.")
@number_option(
    "--min-count",
    default=1,
    help="Leave out new words that occur fewer than N times in TEXT.",
)
@stopwords_option
@encoding_options
@format_options
@resource_options
@force_option
@quiet_option
def extend(
    *,
    model: str,
    text: tuple[str, ...],
    output: str,
    min_count: int,
    stopwords: str | None,
    encoding: str | None,
    encoding_errors: str,
    format: str,
    field: str | None,
    force: bool,
    quiet: bool,
    **resources: Any,
) -> None:
    """Add TEXT to MODEL: the tree is unchanged, new words join existing clusters.

    MODEL is a folder that brownclust cluster wrote, or the model.npz in it. TEXT is as
    for brownclust cluster, and is read with the --boundary, --normalise, --phrases,
    --skip-grams and --pairs of MODEL. Each new word joins the cluster where it loses
    the least average mutual information. Counts and information become those of both
    texts.
    """
    from brownclust.tree.output import OUTPUT_NAMES, check_output, write_output

    check_output(output, OUTPUT_NAMES, force=force)
    with Progress(quiet=quiet) as progress:
        from brownclust.tree.extend import extend_model
        from brownclust.tree.model import BrownModel
        from brownclust.tree.run_record import Stopwatch, run_record

        from .inputs import read_counts

        trained = BrownModel.load(model)
        options: dict[str, Any] = keyword_defaults(
            {
                "encoding": encoding,
                "encoding_errors": encoding_errors,
                "format": format,
                "field": field,
                "stopwords": stopwords,
                **resources,
            }
        )
        options |= text_options_of(trained)
        watch = Stopwatch(progress.announce_compilation)
        with watch.stage("count"):
            counts = read_counts(text, options, progress=progress)
        with watch.stage("extend"):
            extended = extend_model(trained, counts, min_count=min_count)
        source = {
            "kind": "extension",
            "model": {"path": model, "options": trained.options},
            "text": counts.source,
            "min_count": min_count,
        }
        record = run_record(source, extended, watch.seconds)
        run = write_output(output, extended, record, force=force)
        n_new = len(extended.vocabulary) - len(trained.vocabulary)
        result = (
            f"{amount(n_new, 'new word')} in {amount(run['n_clusters'], 'cluster')}, "
            f"{amount(len(extended.vocabulary), 'word')} in all"
        )
        next_command = f"show {shlex.quote(output)}"
        progress.say(*run_summary(output, run, result, next_command))
