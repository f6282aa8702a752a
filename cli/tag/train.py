"""``brownclust tag train``: a tagger from tagged text."""

import shlex
from collections.abc import Sequence
from itertools import chain
from math import inf, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brownclust._validation import must_be

from ..failures import Failure
from ..options import (
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
from ..progress import Progress, amount
from .columns import Names, column_options
from .reading import new_tags, read

if TYPE_CHECKING:
    from brownclust.tagger import Epoch, PerceptronTagger
    from brownclust.tagger.templates import Template

# As in the library, which cannot be imported for --help; tests compare.
PRESETS = ("pos", "chunk", "ner")
SCHEMES = ("auto", "iob1", "iob2", "bilou", "iobes", "none")
TRAINERS = ("lbfgs", "l2sgd", "ap", "pa", "arow")
BACKOFF = ("lowercase", "digits")

FOR_PERCEPTRON = (
    "n_epochs",
    "patience",
    "margin",
    "recall_margin",
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


def _weight(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> float | None:
    """Check a number that weights are compared with."""
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
@new_output_option("TAGGER", "The file to write: one npz with all that tagging needs.")
@click.option(
    "--dev",
    callback=existing(folders=False),
    metavar="FILE",
    help="Development data: scored after every epoch; the best one is kept.",
)
@click.option(
    "--preset",
    type=click.Choice(PRESETS),
    default="pos",
    show_default=True,
    help="What to look at: templates for parts of speech, chunks or named entities.",
)
@click.option(
    "--templates",
    callback=existing(folders=False),
    metavar="FILE",
    help="Templates of your own, one a line, in place of a preset.",
)
@click.option(
    "--clusters",
    callback=existing(),
    metavar="CLUSTERS",
    help="What brownclust cluster or convert wrote, or any file that convert reads. It "
    "becomes part of the tagger.",
)
@backoff_option
@column_options(tag=True)
@click.option(
    "--use",
    multiple=True,
    metavar="NAME",
    help="A further column that features look at, by its name; may be given several "
    "times. Columns that --templates name are used anyway.",
)
@click.option(
    "--scheme",
    type=click.Choice(SCHEMES),
    default="auto",
    show_default=True,
    help="How the tagger sees tags of spans (B-PER, I-PER, ...), whatever the files "
    "have: auto is bilou if they are tags of spans. none takes them as any tags.",
)
@click.option(
    "--algorithm",
    type=click.Choice(["perceptron", "crf"]),
    default="perceptron",
    show_default=True,
    help="crf needs pip install 'brownclust[crf]'; it trains and tags many times "
    "slower.",
)
@number_option(
    "--epochs",
    "n_epochs",
    default=20,
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
    help="By how many corrections of one weight the right tags must win in training.",
)
@number_option(
    "--recall-margin",
    default=30,
    minimum=0,
    help="By how many more against O: higher finds more spans, and more wrong ones.",
)
@click.option(
    "--trainer",
    type=click.Choice(TRAINERS),
    default="lbfgs",
    show_default=True,
    help="With crf: CRFsuite's algorithm.",
)
@number_option(
    "--hash-size",
    help="Let features share N numbers by hash, for less memory; exact otherwise.",
)
@number_option(
    "--seed",
    "random_state",
    default=0,
    minimum=0,
    help="Of the order of sentences. The same seed, data and options give the same "
    "tagger.",
)
@click.option(
    "--checkpoint",
    callback=writable(),
    metavar="FILE",
    help="Save what is needed to go on after every epoch.",
)
@click.option(
    "--warm-start",
    callback=existing(folders=False),
    metavar="FILE",
    help="Go on from a checkpoint, to the same result as without a break; or, with "
    "other data, from a tagger.",
)
@click.option(
    "--compact",
    callback=_weight,
    metavar="WEIGHT",
    help="Drop weights that are not above WEIGHT when all is learnt, and say what it "
    "costs. 1 is a correction that stays through all of training; try 0.3.",
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
    backoff: tuple[str, ...],
    names: Names,
    word: int | str | None,
    tag: int | str | None,
    use: tuple[str, ...],
    scheme: str,
    algorithm: str,
    trainer: str,
    hash_size: int | None,
    checkpoint: str | None,
    warm_start: str | None,
    compact: float | None,
    force: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Train a tagger on TRAIN, which has a token a line.

    Columns are parted by tabs or spaces, sentences by blank lines; or it is CoNLL-U.
    Several files are read one after the other. A word without a cluster is looked up
    in lower case, then with digits as 0, unless --backoff says otherwise.
    """
    _check_together(algorithm, dev)
    if checkpoint is not None and _are_same(checkpoint, output):
        rule = "another file than --output"
        raise click.UsageError(must_be("--checkpoint", rule, checkpoint))
    from brownclust.tagger import CRFTagger, PerceptronTagger

    from ..inputs import load_clusters

    inputs = [path for path in (*train, dev, clusters, templates) if path is not None]
    if checkpoint is not None:
        goes_on = warm_start is not None and _are_same(checkpoint, warm_start)
        _prepare("--checkpoint", checkpoint, inputs, force=force or goes_on)
    if warm_start is not None:
        inputs.append(warm_start)
    _prepare("--output", output, inputs, force=force)
    with Progress(quiet=quiet) as progress, progress.while_compiling():
        start = None if warm_start is None else PerceptronTagger.load(warm_start)
        known, said = (None, []) if clusters is None else load_clusters(clusters)
        progress.say(*said)
        asked, columns = _templates(preset, templates, use, clusters=known is not None)
        files = {"columns": columns, "names": names, "word": word, "tag": tag}
        sentences, tags = _read_all(train, **files)
        _check_columns(columns, sentences, tags)
        n_tokens = amount(sum(map(len, sentences)), "token")
        progress.say(f"{amount(len(sentences), 'sentence')}, {n_tokens}")
        on_dev = None
        if dev is not None:
            on_dev = read(dev, **files)
            progress.say(*new_tags(dev, on_dev[1], tags))
        show = _Report(progress, () if start is None else start.epochs_)
        common: dict[str, Any] = {
            "templates": asked,
            "clusters": known,
            "backoff": backoff or BACKOFF,
            "columns": columns,
            "scheme": scheme,
            "hash_size": hash_size,
        }
        tagger: CRFTagger | PerceptronTagger
        if algorithm == "crf":
            seed = options["random_state"]
            tagger = CRFTagger(**common, trainer=trainer, random_state=seed)
            tagger.fit(sentences, tags, dev=on_dev, on_epoch=show)
        else:
            tagger = PerceptronTagger(**common, **options)
            tagger.fit(
                sentences,
                tags,
                dev=on_dev,
                warm_start=start,
                checkpoint=checkpoint,
                on_epoch=show,
            )
            if compact is not None:
                judged = ("training", sentences, tags)
                if on_dev is not None:
                    judged = ("dev", *on_dev)
                progress.say(_compact(tagger, compact, *judged))
        tagger.tag_column = tag if isinstance(tag, str) else None
        tagger.save(output)
        progress.say(
            f"Written: {output}, {Path(output).stat().st_size / 1e6:.1f} MB",
            f"Next: brownclust tag predict {shlex.quote(output)} TEXT",
        )


def _prepare(option: str, path: str, inputs: list[str], *, force: bool) -> None:
    """Check that a file can be written; make its folder."""
    from brownclust.tree.output import prepare_file

    try:
        prepare_file(path, inputs, force=force)
    except ValueError as error:  # which takes every file for --output
        raise Failure(str(error).replace("output", option, 1)) from None


def _are_same(path: str, other: str) -> bool:
    return Path(path).resolve() == Path(other).resolve()


def _check_together(algorithm: str, dev: str | None) -> None:
    """Raise a usage error for an option that would do nothing."""
    for name in FOR_PERCEPTRON if algorithm == "crf" else ("trainer",):
        if is_given(name):
            other = "perceptron" if algorithm == "crf" else "crf"
            option = option_of(name)
            raise click.UsageError(f"{option} is for --algorithm {other}")
    if is_given("preset") and is_given("templates"):
        raise click.UsageError("train needs one of --preset and --templates")
    if is_given("patience") and dev is None:
        raise click.UsageError("--patience needs --dev")


def _templates(
    preset: str, path: str | None, use: tuple[str, ...], *, clusters: bool
) -> tuple[list["Template"], tuple[str, ...]]:
    """Return what to look at, and what a token consists of."""
    from brownclust.tagger.templates import (
        columns_of,
        parse_templates,
        preset_templates,
        read_templates,
    )

    for name in use:
        try:
            found = columns_of(parse_templates(f"{name}[0]"))
        except ValueError:
            found = []
        if found != [name]:
            rule = "the name of a column, not what words have such as lower"
            raise click.UsageError(must_be("--use", rule, name))
    if path is None:
        columns = tuple(dict.fromkeys(use))
        return preset_templates(preset, columns, clusters=clusters), ("word", *columns)
    templates = read_templates(path)
    return templates, ("word", *dict.fromkeys((*columns_of(templates), *use)))


def _read_all(paths: tuple[str, ...], **files: Any) -> tuple[list[Any], list[Any]]:
    """Return the sentences and tags of files, one after the other."""
    sentences, tags = zip(*(read(path, **files) for path in paths), strict=True)
    return list(chain.from_iterable(sentences)), list(chain.from_iterable(tags))


def _check_columns(
    columns: tuple[str, ...], sentences: list[Any], tags: list[list[str]]
) -> None:
    """Raise an error if features would look at the tags that they are to tell."""
    flat = list(chain.from_iterable(sentences))
    gold = list(chain.from_iterable(tags))
    for i, name in enumerate(columns):
        if (flat if len(columns) == 1 else [token[i] for token in flat]) == gold:
            rule = f"another column than that of {name}, which features look at"
            raise Failure(f"--tag must be {rule}")


def _compact(
    tagger: "PerceptronTagger",
    threshold: float,
    data: str,
    sentences: list[Any],
    tags: list[list[str]],
) -> str:
    """Drop small weights; return a line on what that gains and costs."""
    n_before, before = len(tagger.weights_), tagger.score(sentences, tags)
    tagger.compact(threshold)
    after = tagger.score(sentences, tags)
    return (
        f"compact: {len(tagger.weights_):,} of {n_before:,} weights kept, "
        f"{data} {100 * before:.2f} → {100 * after:.2f}"
    )


class _Report:
    """Prints a line for each epoch; a star at the best so far."""

    def __init__(self, progress: Progress, before: Sequence["Epoch"]) -> None:
        self._progress = progress
        scores = [epoch.dev_score for epoch in before if epoch.dev_score is not None]
        self._best = max(scores, default=-1.0)

    def __call__(self, epoch: "Epoch") -> None:
        if epoch.number == 1:
            self._best = -1.0  # as nothing goes on from a tagger that was done
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
