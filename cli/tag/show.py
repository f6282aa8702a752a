"""``brownclust tag show``: the strongest features and transitions of a tagger."""

import json

import click

from ..failures import usage_errors
from ..options import existing, number_option

EXAMPLES = """\b
Examples:
  brownclust tag show pos.npz
  brownclust tag show ner.npz --tag LOC --top 20
  brownclust tag show pos.npz --json > pos.json
"""


@click.command(
    epilog=EXAMPLES, short_help="Show the strongest features and transitions."
)
@click.argument("tagger", callback=existing(folders=False))
@click.option(
    "--tag",
    metavar="TAG",
    help="Only this tag, or all tags of this type of spans.  [default: all]",
)
@number_option(
    "--top",
    default=10,
    help="Number of features of each tag, and of transitions.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(*, tagger: str, tag: str | None, top: int, as_json: bool) -> None:
    """Show what TAGGER has learnt.

    For each tag, its features with the largest weights: a positive weight speaks for
    the tag, a negative one against it. Their names are in the notation of templates:
    suffix:2[0]=ly means that the word ends in -ly, lower[-1]=the that the word before
    it is the. A feature of clusters has their most frequent words beside it. At the end
    come transitions from a tag to the next. Tags of spans are in the tagger's own
    scheme.
    """
    from brownclust.tagger import CRFTagger, PerceptronTagger, Tagger
    from brownclust.tagger.description import describe
    from brownclust.text.characters import encode_word

    trained = Tagger.load(tagger)
    assert isinstance(trained, CRFTagger | PerceptronTagger)
    with usage_errors():
        found = describe(trained, top, tag)
    text = json.dumps(found.to_dict(), indent=2) if as_json else found.report()
    click.echo(encode_word(text))  # tags may contain bytes that are not UTF-8
