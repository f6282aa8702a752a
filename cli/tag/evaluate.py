"""``brownclust tag evaluate``: metrics of a tagger, with intervals and a comparison."""

import json
from typing import Any

import click

from brownclust._validation import must_be
from brownclust.text.column_format import ColumnFormat

from ..options import (
    DASH,
    MAX_SEED,
    column_of,
    existing,
    number_option,
    quiet_option,
)
from ..progress import Progress
from .columns import column_options, document_option
from .tagged_input import check_tags, new_tags, read
from .two_columns import evaluate_columns

EXAMPLES = """\b
Examples:
  brownclust tag evaluate pos.npz test.tsv
  brownclust tag evaluate pos.npz test.tsv --against pos-without-clusters.npz
  brownclust tag evaluate ner.npz test.conll --json > scores.json
  brownclust tag evaluate --predicted -1 --tag -2 tagged.conll
"""


@click.command(
    epilog=EXAMPLES, short_help="Compare the tags of a tagger with gold tags."
)
@click.argument("tagger", callback=existing(folders=False, stdin=True))
@click.argument("test", required=False, callback=existing(folders=False))
@click.option(
    "--predicted",
    callback=column_of,
    metavar="COLUMN",
    help="Score tags that TEST has in this column, by number or name. There is no "
    "TAGGER then, and --tag, the column of gold tags, is by default the one before.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--against",
    callback=existing(folders=False),
    metavar="TAGGER",
    help="Another tagger: test whether the two differ by more than chance.",
)
@column_options(tag=True)
@document_option
@number_option(
    "--samples",
    default=1000,
    maximum=1_000_000,
    help="Number of bootstrap samples for the intervals; --against uses ten times as "
    "many permutations.",
)
@number_option(
    "--seed",
    default=0,
    minimum=0,
    maximum=MAX_SEED,
    help="Seed for the samples.",
)
@quiet_option
def evaluate(
    *,
    tagger: str,
    test: str | None,
    predicted: int | str | None,
    as_json: bool,
    against: str | None,
    column_format: ColumnFormat,
    tag: int | str | None,
    document_sentences: int | None,
    samples: int,
    seed: int,
    quiet: bool,
) -> None:
    """Compare the tags of TAGGER with those of TEST, which has one token per line.

    The report has the accuracy for all words, for words seen in training and for
    others; if the tags mark spans, precision, recall and F1 as conlleval computes them;
    the same for each type or tag; and 95% intervals by bootstrap over sentences. Tags
    of a tagger that was trained on another scheme (such as IOB1, IOB2 and BILOU) are
    converted to the scheme of TEST. If its tags are types alone, as in PER, PER, O,
    spans are runs of equal tags. A tag of TEST that does not mark a span, where nearly
    all others do, is an error; with --lenient it is read as O.

    With --predicted, TEST is the only argument, or - for standard input, and has gold
    and predicted tags in two columns, as for conlleval.
    """
    if predicted is not None:
        _check_combination(test, against)
        with Progress(quiet=quiet) as progress:
            scores = evaluate_columns(
                tagger,
                predicted,
                tag,
                column_format=column_format,
                progress=progress,
                n_bootstrap=samples,
                random_state=seed,
            )
        _print(scores.to_dict(), [scores.report()], as_json=as_json)
        return
    if test is None:
        raise click.UsageError("Missing argument 'TEST', or option --predicted")
    if tagger == DASH:
        raise click.UsageError(must_be("TAGGER", "an existing file", tagger))
    from brownclust.tagger import Tagger
    from brownclust.tagger.comparison import compare
    from brownclust.tagger.tagged_text import Documents

    files: dict[str, Any] = {
        "column_format": column_format,
        "tag": tag,
        "in_order": True,
    }
    with Progress(quiet=quiet) as progress, progress.while_compiling():
        trained = Tagger.load(tagger)
        other = None if against is None else Tagger.load(against)
        documents = Documents(document_sentences)
        tagged = read([test], trained.columns, documents=documents, **files)
        known = trained.tag_set_.names
        notes = new_tags(test, tagged.tags, [known])
        warnings = check_tags(
            tagged,
            lenient=column_format.lenient,
            are_tags=True if trained.are_spans is False else None,
            known=known,
            are_spans=trained.tag_set_.have_letters,
        )
        if warnings:
            notes = new_tags(test, tagged.tags, [known])
        progress.say(*warnings, *notes)
        sentences, gold = tagged.sentences, tagged.tags
        tags = trained.predict(sentences, tagged.documents)
        found = trained.evaluate(
            sentences, gold, predicted=tags, n_bootstrap=samples, random_state=seed
        )
        result, lines = found.to_dict(), [found.report()]
        if other is not None:
            others = sentences  # a pipe can be read only once
            if other.columns != trained.columns:
                again = read([test], other.columns, **files)
                again.leave_out_empty_tags()
                others = again.sentences
            comparison = compare(
                gold,
                tags,
                other.predict(others, tagged.documents),
                are_spans=trained.are_spans,
                n_permutations=10 * samples,
                random_state=seed,
            )
            result["against"] = comparison.to_dict()
            lines += [f"first: {tagger}, second: {against}", comparison.report()]
    _print(result, lines, as_json=as_json)


def _check_combination(test: str | None, against: str | None) -> None:
    """Raise a usage error for what has no meaning with ``--predicted``."""
    if test is not None:
        raise click.UsageError("--predicted takes one file, TEST, and no TAGGER")
    if against is not None:
        raise click.UsageError("--against needs a TAGGER, not --predicted")


def _print(result: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    from brownclust.text.characters import encode_word

    text = json.dumps(result, indent=2) if as_json else "\n\n".join(lines)
    click.echo(encode_word(text))  # tags may contain bytes that are not UTF-8
