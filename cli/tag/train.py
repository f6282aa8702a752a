"""``brownclust tag train``: train a tagger on tagged text."""

import shlex
from functools import partial
from math import inf, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brownclust._validation import must_be
from brownclust.tagger.presets import PRESETS
from brownclust.text.column_format import ColumnFormat

from ..cluster_options import from_option
from ..failures import Failure
from ..options import (
    MAX_SEED,
    backoff_option,
    existing,
    force_option,
    is_given,
    new_output_option,
    number_option,
    option_of,
    quiet_option,
    typed_name,
    writable,
)
from ..progress import Progress
from .columns import column_options, document_option
from .epoch_report import EpochReport
from .tagged_input import (
    check_columns,
    check_tags,
    dev_notes,
    document_notes,
    read,
    summary,
)
from .template_choice import templates_and_columns

if TYPE_CHECKING:
    from brownclust.tagger import Lexicon, PerceptronTagger
    from brownclust.tagger.templates import Template

# Copies of what the library has in modules that --help must not import, because they
# import NumPy; a test compares them.
SCHEMES = (
    "auto",
    "iob1",
    "iob2",
    "ioe1",
    "ioe2",
    "bilou",
    "iobes",
    "bmes",
    "bmewo",
    "none",
)
TRAINERS = ("lbfgs", "l2sgd", "ap", "pa", "arow")
BACKOFF = ("lowercase", "digits")

FOR_PERCEPTRON = (
    "n_epochs",
    "patience",
    "margin",
    "recall_margin",
    "word_dropout",
    "checkpoint",
    "warm_start",
    "compact",
)

EXAMPLES = """\b
Examples:
  brownclust tag train train.tsv --dev dev.tsv --preset pos --clusters out -o pos.npz
  brownclust tag train train.conll --columns word,pos,chunk --use pos --preset chunk \\
      --clusters out -o chunk.npz
  brownclust tag train train.conllu --tag xpos --templates my.templates -o xpos.npz
"""


def _not_negative(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> float | None:
    """Check a number of at least 0."""
    if value is None:
        return None
    try:
        number = float(value)
    except ValueError:
        number = nan
    if not 0 <= number < inf:
        rule = "a number of at least 0"
        raise click.UsageError(must_be(typed_name(param), rule, value), ctx)
    return number


@click.command(epilog=EXAMPLES, short_help="Train a tagger on tagged text.")
@click.argument("train", nargs=-1, required=True, callback=existing(folders=False))
@new_output_option(
    "TAGGER", "The file to write: one npz file with all that tagging needs."
)
@click.option(
    "--dev",
    callback=existing(folders=False),
    metavar="FILE",
    help="Development data: scored after each epoch; the best epoch is kept.",
)
@click.option(
    "--preset",
    type=click.Choice(PRESETS),
    default="pos",
    show_default=True,
    help="Templates for parts of speech, chunks or named entities.",
)
@click.option(
    "--templates",
    callback=existing(folders=False),
    metavar="FILE",
    help="Your own templates, one per line, in place of a preset.",
)
@click.option(
    "--clusters",
    callback=existing(),
    metavar="CLUSTERS",
    help="Output of brownclust cluster or convert, or any file that convert reads. It "
    "becomes part of the tagger.",
)
@from_option
@click.option(
    "--lexicon",
    "lexicons",
    multiple=True,
    callback=existing(folders=False),
    metavar="FILE",
    help="A list of names, such as cities: a phrase per line, or a phrase, a tab and "
    "its type, which is by default the name of the file. May be given several times; "
    "becomes part of the tagger.",
)
@backoff_option
@column_options(tag=True)
@document_option
@click.option(
    "--use",
    multiple=True,
    metavar="NAME",
    help="Name of a further column to use for features; may be given several times. "
    "Columns named in --templates are always used.",
)
@click.option(
    "--scheme",
    type=click.Choice(SCHEMES),
    default="auto",
    show_default=True,
    help="The tagger's own scheme for tags that mark spans (B-PER, I-PER, ...); output "
    "is in the scheme of the files. auto is bilou if the tags mark spans. none treats "
    "them as any other tags.",
)
@click.option(
    "--algorithm",
    type=click.Choice(["perceptron", "crf"]),
    default="perceptron",
    show_default=True,
    help="Training with crf needs pip install 'brownclust[crf]', and takes many times "
    "as long.",
)
@number_option(
    "--epochs",
    "n_epochs",
    default=20,
    maximum=1_000_000,
    help="Passes through the training data.",
)
@number_option(
    "--patience",
    help="Stop after N epochs without a better score on --dev.",
)
@number_option(
    "--margin",
    default=30,
    minimum=0,
    help="In training, add N to the scores of all wrong tags, so that gold tags must "
    "win clearly. An update changes a weight by 1.",
)
@number_option(
    "--recall-margin",
    default=30,
    minimum=0,
    help="In training, add N more to the score of O where it is wrong. A higher value "
    "finds more spans, and more wrong ones.",
)
@click.option(
    "--word-dropout",
    callback=_not_negative,
    default="0.0",
    show_default=True,
    metavar="A",
    help="In training, hide a word that occurs n times with probability A / (A + n), "
    "as if it were unknown. 0.25 is usual; no gain was measured.",
)
@click.option(
    "--trainer",
    type=click.Choice(TRAINERS),
    default="lbfgs",
    show_default=True,
    help="CRFsuite's algorithm, for --algorithm crf.",
)
@number_option(
    "--hash-size",
    help="Number features by a hash below N, to save memory; some then share their "
    "weights.",
)
@number_option(
    "--seed",
    "random_state",
    default=0,
    minimum=0,
    maximum=MAX_SEED,
    help="Seed for the order of sentences. The same seed, data and options give the "
    "same tagger.",
)
@click.option(
    "--checkpoint",
    callback=writable(resumes="warm_start"),
    metavar="FILE",
    help="After each epoch, save what resuming needs.",
)
@click.option(
    "--warm-start",
    callback=existing(folders=False),
    metavar="FILE",
    help="Resume from a checkpoint, with the same result as without interruption; or, "
    "with other data, start from the weights of a tagger.",
)
@click.option(
    "--compact",
    callback=_not_negative,
    metavar="WEIGHT",
    help="After training, remove weights whose size is not above WEIGHT, and print the "
    "scores before and after. A weight of 1 is one update kept from the start of "
    "training to its end; try 0.3.",
)
@force_option
@quiet_option
def train(
    *,
    train: tuple[str, ...],
    output: str,
    dev: str | None,
    preset: str,
    templates: str | None,
    clusters: str | None,
    source_format: str | None,
    lexicons: tuple[str, ...],
    backoff: tuple[str, ...],
    column_format: ColumnFormat,
    tag: int | str | None,
    document_sentences: int | None,
    use: tuple[str, ...],
    scheme: str,
    algorithm: str,
    trainer: str,
    hash_size: int | None,
    checkpoint: str | None,
    warm_start: str | None,
    compact: float | None,
    quiet: bool,
    **options: Any,
) -> None:
    """Train a tagger on TRAIN, which has one token per line.

    Columns are separated by tabs or spaces, sentences by blank lines; or it is CoNLL-U.
    Several files are read one after the other. A word without a cluster is looked up
    in lower case, then with 0 for each digit, unless --backoff says otherwise. If
    nearly all tags mark spans (B-PER, I-PER, O), another one is an error; with
    --lenient it is read as O, and an empty tag too.

    If documents are marked (-DOCSTART-, # newdoc), the preset ner also looks at where
    else in the document a word occurs, and at the tags that a first tagger gives it
    there; training then takes several times as long.
    """
    _check_combination(algorithm, dev)
    from brownclust.tagger import CRFTagger, PerceptronTagger
    from brownclust.tagger.tagged_text import Documents
    from brownclust.tagger.templates import uses_documents

    from ..inputs import load_clusters_beside_text

    with Progress(quiet=quiet) as progress, progress.while_compiling():
        start = None if warm_start is None else PerceptronTagger.load(warm_start)
        loaded = None
        if clusters is not None:
            loaded = load_clusters_beside_text(
                clusters, source_format, column_format, progress
            )
        chosen, columns = templates_and_columns(
            preset,
            templates,
            use,
            clusters=loaded is not None,
            lexicons=bool(lexicons),
            names=column_format.names,
            encoding=column_format.encoding,
        )
        phrases = _read_lexicons(lexicons, column_format, chosen, columns)
        lenient, are_tags = column_format.lenient, scheme == "none"
        files = partial(read, columns=columns, column_format=column_format, tag=tag)
        documents = Documents(document_sentences)
        text = files(train, documents=documents)
        check_columns(columns, text.sentences, text.tags)
        progress.say(*check_tags(text, lenient=lenient, are_tags=are_tags))
        if start is not None:
            text.check_known(start.tag_set_, "--warm-start")
        sentences, tags = text.sentences, text.tags
        progress.say(*summary(sentences, tags, are_tags=are_tags))
        if templates is None and not documents.are_known:
            chosen = [one for one in chosen if not uses_documents(one)]
        progress.say(*document_notes(chosen, columns, text.documents))
        dev_data = None
        if dev is not None:
            of_dev = files([dev], documents=Documents(document_sentences))
            progress.say(*dev_notes(of_dev, tags, lenient=lenient, are_tags=are_tags))
            dev_data = of_dev.sentences, of_dev.tags, of_dev.documents
        common: dict[str, Any] = {
            "templates": chosen,
            "clusters": loaded,
            "backoff": backoff or BACKOFF,
            "columns": columns,
            "scheme": scheme,
            "hash_size": hash_size,
            "lexicons": phrases,
        }
        fit_options: dict[str, Any] = {
            "documents": text.documents,
            "dev": dev_data,
            "on_epoch": EpochReport(progress, () if start is None else start.epochs_),
            "tag_column": tag if isinstance(tag, str) else None,
        }
        tagger: CRFTagger | PerceptronTagger
        if algorithm == "crf":
            seed = options["random_state"]
            tagger = CRFTagger(**common, trainer=trainer, random_state=seed)
            tagger.fit(sentences, tags, **fit_options)
        else:
            tagger = PerceptronTagger(**common, **options)
            tagger.fit(
                sentences,
                tags,
                warm_start=start,
                checkpoint=checkpoint,
                **fit_options,
            )
            if compact is not None:
                scored = ("training", sentences, tags, text.documents)
                if dev_data is not None:
                    scored = ("dev", *dev_data)
                progress.say(_compact(tagger, compact, *scored))
        tagger.save(output)
        progress.say(
            f"Written: {output}, {Path(output).stat().st_size / 1e6:.1f} MB",
            f"Next: brownclust tag predict {shlex.quote(output)} TEXT",
        )


def _read_lexicons(
    paths: tuple[str, ...],
    column_format: ColumnFormat,
    templates: list["Template"],
    columns: tuple[str, ...],
) -> list["Lexicon"]:
    """Return the lexicons in files; raise a `Failure` if no template has them."""
    from brownclust.tagger import Lexicon
    from brownclust.tagger.templates import uses_lexicons

    if paths and not any(uses_lexicons(one, columns) for one in templates):
        raise Failure("--lexicon needs a template such as lexicon[0]")
    encoding = column_format.encoding
    return [Lexicon.read(path, encoding=encoding) for path in paths]


def _check_combination(algorithm: str, dev: str | None) -> None:
    """Raise a usage error for an option that would have no effect."""
    for name in FOR_PERCEPTRON if algorithm == "crf" else ("trainer",):
        if is_given(name):
            other = "perceptron" if algorithm == "crf" else "crf"
            option = option_of(name)
            raise click.UsageError(f"{option} is only for --algorithm {other}")
    if is_given("preset") and is_given("templates"):
        raise click.UsageError("train takes --preset or --templates, not both")
    if is_given("source_format") and not is_given("clusters"):
        raise click.UsageError("--from needs --clusters")
    if is_given("patience") and dev is None:
        raise click.UsageError("--patience needs --dev")


def _compact(
    tagger: "PerceptronTagger",
    threshold: float,
    data: str,
    sentences: list[Any],
    tags: list[list[str]],
    documents: list[int],
) -> str:
    """Remove small weights; return a line with sizes and scores before and after."""
    n_before, before = len(tagger.weights_), tagger.score(sentences, tags, documents)
    tagger.compact(threshold)
    after = tagger.score(sentences, tags, documents)
    return (
        f"compact: {len(tagger.weights_):,} of {n_before:,} weights kept, "
        f"{data} {100 * before:.2f} → {100 * after:.2f}"
    )
