r"""Taggers on tagged text: ours, with and without clusters, and others for comparison.

    python -m benchmarks.taggers --train FILE --dev FILE [--test FILE] \
        --preset NAME [--clusters FILE] [--crfsuite] [--nltk]

All taggers get the same sentences; CRFsuite gets our features, as strings, with the
same clusters. For ours the best epoch on the development data is kept, and scores are
means over seeds. Speed is that of tagging running text, from strings to strings, with
empty caches and one thread. Test data is used only with --test.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import mean
from time import perf_counter
from typing import Any

from benchmarks.report import describe, markdown, plain, positive, provenance, rounded
from brownclust import WordClusters
from brownclust.tagger import CRFTagger, Epoch, PerceptronTagger
from brownclust.tagger.comparison import compare
from brownclust.tagger.evaluation import Evaluation, evaluate
from brownclust.tagger.tagged_text import read_tagged
from brownclust.tagger.templates import (
    Template,
    Term,
    preset_templates,
    uses_clusters,
)

WARM_UP = 20  # sentences
HEADING = [
    "tagger",
    "clusters",
    "score",
    "%",
    "interval",
    "unknown",
    "train s",
    "tokens/s",
]

Sentences = list[list[Any]]
Tags = list[list[str]]
Predict = Callable[[Sentences], Tags]
Data = tuple[Sentences, Tags]


@dataclass
class Result:
    """The result of one tagger, trained once for each seed."""

    name: str
    clusters: str
    evaluations: list[Evaluation]
    seconds: list[float]
    speed: float
    tags: Tags

    def row(self) -> list[str]:
        """Return the row of the table."""
        first = self.evaluations[0]
        measure = "accuracy" if first.f1 is None else "f1"
        low, high = first.intervals[measure]
        unknown = [e.accuracy_unknown for e in self.evaluations]
        return [
            self.name,
            self.clusters,
            "F1" if measure == "f1" else measure,
            _percent(mean(getattr(e, measure) for e in self.evaluations)),
            f"{_percent(low)} to {_percent(high)}",
            "-" if None in unknown else _percent(mean(u or 0 for u in unknown)),
            f"{mean(self.seconds):.1f}",
            f"{rounded(self.speed):,}",
        ]


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    options = _parser().parse_args(arguments)
    columns = ("word", *options.use)
    names = options.columns.split(",") if options.columns else None

    def read(path: Path) -> Data:
        return read_tagged(path, columns, names=names, tag=options.tag)

    origin = provenance()
    train = [read(path) for path in options.train]
    data: Data = [*chain(*(s for s, _ in train))], [*chain(*(t for _, t in train))]
    dev = read(options.dev) if options.dev else None
    if options.held_out:
        n = options.held_out
        dev = data[0][-n:], data[1][-n:]
        data = data[0][:-n], data[1][:-n]
    evaluated = read(options.test) if options.test else dev
    if evaluated is None:
        _parser().error("needs --dev, --held-out or --test")
    clusters = WordClusters.load(options.clusters) if options.clusters else None
    running = evaluated[0]
    if options.text:
        with options.text.open(encoding="utf-8") as text:
            running = [line.split() for line in text]
    bench = Bench(data, dev, evaluated, running, columns, options)
    bench.ours("none", None, None)
    if clusters is not None:
        bench.ours("one path", clusters, one_path)
        bench.ours("prefixes", clusters, None)
    if options.crfsuite:
        for trainer in options.trainer:
            bench.crfsuite(trainer, "none", None)
            if clusters is not None:
                bench.crfsuite(trainer, "prefixes", clusters)
    if options.nltk:
        bench.nltk()
    table = [HEADING, *(result.row() for result in bench.results)]
    size = sum(map(len, data[0]))
    print(
        f"{len(data[0]):,} sentences, {size:,} tokens to learn from; "
        f"{len(evaluated[0]):,} sentences, {sum(map(len, evaluated[0])):,} tokens "
        f"of {'test' if options.test else 'development'} data; "
        f"{sum(map(len, running)):,} tokens of running text\n"
    )
    print((markdown if options.markdown else plain)(table, n_left=3))
    print(f"\n{bench.differences()}\n{describe(origin)}")
    return 0


class Bench:
    """Trains taggers on the same data, and collects their results."""

    def __init__(
        self,
        data: Data,
        dev: Data | None,
        evaluated: Data,
        running: Sentences,
        columns: tuple[str, ...],
        options: argparse.Namespace,
    ) -> None:
        self.data, self.dev = data, dev
        self.evaluated, self.running = evaluated, running
        self.columns, self.options = columns, options
        self.results: list[Result] = []
        self.known = set(map(_word, chain.from_iterable(data[0])))

    def templates(
        self,
        clusters: WordClusters | None,
        change: Callable[[Template], Template] | None,
    ) -> list[Template]:
        """Return the templates of the preset, changed by a function if given."""
        preset = preset_templates(
            self.options.preset, self.columns[1:], clusters=clusters is not None
        )
        return preset if change is None else list(dict.fromkeys(map(change, preset)))

    def ours(
        self,
        name: str,
        clusters: WordClusters | None,
        change: Callable[[Template], Template] | None,
    ) -> None:
        """Train the perceptron with each seed."""
        given = {
            name: getattr(self.options, name)
            for name in ("margin", "recall_margin")
            if getattr(self.options, name) is not None
        }

        def make(seed: int) -> Any:
            return PerceptronTagger(
                self.templates(clusters, change),
                clusters=clusters,
                columns=self.columns,
                n_epochs=self.options.epochs,
                random_state=seed,
                **given,
            )

        make(0).fit(self.data[0][:WARM_UP], self.data[1][:WARM_UP])
        taggers = []
        seconds = []
        for seed in range(self.options.seeds):
            epochs: list[Epoch] = []
            started = perf_counter()
            tagger = make(seed).fit(*self.data, dev=self.dev, on_epoch=epochs.append)
            seconds.append(perf_counter() - started)
            taggers.append(tagger)
            _say(f"brownclust, {name}, seed {seed}: {_curve(epochs)}")
        self._add("brownclust", name, [t.predict for t in taggers], seconds)

    def crfsuite(self, trainer: str, name: str, clusters: WordClusters | None) -> None:
        """Train CRFsuite on the same features, tags and clusters."""
        limit = {"max_iterations": self.options.epochs} if trainer == "ap" else {}
        tagger = CRFTagger(
            self.templates(clusters, None),
            clusters=clusters,
            columns=self.columns,
            trainer=trainer,
            options=limit,
        )
        started = perf_counter()
        tagger.fit(*self.data)
        seconds = perf_counter() - started
        _say(f"crfsuite {trainer}, {name}: {seconds:.0f} s")
        self._add(f"crfsuite {trainer}", name, [tagger.predict], [seconds])

    def nltk(self) -> None:
        """Train NLTK's averaged perceptron, with its own features."""
        from nltk.tag.perceptron import (
            PerceptronTagger as NltkTagger,
        )

        tagger = NltkTagger(load=False)
        pairs = [
            list(zip(words, tags, strict=True))
            for words, tags in zip(*self.data, strict=True)
        ]
        started = perf_counter()
        tagger.train(pairs, nr_iter=self.options.epochs)
        seconds = perf_counter() - started

        def predict(sentences: Sentences) -> Tags:
            return [[tag for _, tag in tagger.tag(words)] for words in sentences]

        self._add("nltk", "none", [predict], [seconds])

    def _add(
        self, name: str, clusters: str, taggers: list[Predict], seconds: list[float]
    ) -> None:
        """Evaluate taggers, measure the speed of the first, and add the result."""
        sentences, gold = self.evaluated
        is_known = [[_word(t) in self.known for t in tokens] for tokens in sentences]
        found = [predict(sentences) for predict in taggers]
        evaluations = [evaluate(gold, tags, is_known=is_known) for tags in found]
        self.results.append(
            Result(
                name, clusters, evaluations, seconds, self._speed(taggers[0]), found[0]
            )
        )

    def _speed(self, predict: Predict) -> float:
        """Return tokens per second, for text that the tagger has not seen."""
        owner = getattr(predict, "__self__", None)
        if isinstance(owner, PerceptronTagger):
            owner.clear_cache()
        running = self.running
        if not isinstance(owner, PerceptronTagger):  # a tenth is enough
            running = running[: max(1, len(running) // 10)]
        started = perf_counter()
        tags = predict(running)
        seconds = perf_counter() - started
        if [*map(len, tags)] != [*map(len, running)]:
            raise ValueError("expected one tag for each token")
        return sum(map(len, running)) / seconds

    def differences(self) -> str:
        """Return the gain of our tagger from clusters, with p-values."""
        lines = []
        ours = {r.clusters: r for r in self.results if r.name == "brownclust"}
        pairs = [("none", "prefixes"), ("one path", "prefixes")]
        for before, after in pairs:
            if before in ours and after in ours:
                found = compare(self.evaluated[1], ours[before].tags, ours[after].tags)
                change = found.f1 or found.accuracy
                lines.append(
                    f"{before} → {after} (first seed): {100 * change.difference:+.2f}, "
                    f"p = {change.p_value:.4f}"
                )
        return "\n".join(lines)


def one_path(template: Template) -> Template:
    """Return a template that uses whole bit strings instead of prefixes."""
    if not uses_clusters(template):
        return template
    terms = tuple(
        Term("cluster", term.offset) if term.attribute.startswith("cluster:") else term
        for term in template.terms
    )
    return Template(terms, template.min_count)


def _word(token: Any) -> str:
    """Return the word of a token, which may have more columns."""
    word: str = token if isinstance(token, str) else token[0]
    return word


def _curve(epochs: Sequence[Epoch]) -> str:
    scores = [epoch.dev_score for epoch in epochs if epoch.dev_score is not None]
    if not scores:
        return f"{len(epochs)} epochs"
    best = max(scores)
    return f"dev {_percent(best)} in epoch {scores.index(best) + 1} of {len(scores)}"


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.2f}"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.taggers", description=__doc__.partition("\n\n")[0]
    )
    add = parser.add_argument
    add("--train", type=Path, nargs="+", required=True, metavar="FILE")
    add("--dev", type=Path, metavar="FILE")
    add("--held-out", type=positive, metavar="N", help="last N sentences of --train")
    add("--test", type=Path, metavar="FILE", help="evaluate on this instead of --dev")
    add("--text", type=Path, metavar="FILE", help="running text to measure speed on")
    add("--preset", default="pos", help="templates (default pos)")
    add("--clusters", metavar="CLUSTERS")
    add("--columns", metavar="NAME,...", help="names of the columns")
    add("--use", nargs="*", default=[], metavar="NAME", help="further columns to use")
    add(
        "--tag", type=int, default=-1, metavar="N", help="tag column (default the last)"
    )
    add("--epochs", type=positive, default=20, metavar="N", help="default 20")
    add("--seeds", type=positive, default=3, metavar="N", help="default 3")
    add("--margin", type=int, metavar="N")
    add("--recall-margin", type=int, metavar="N")
    add("--crfsuite", action="store_true", help="CRFsuite too")
    add(
        "--trainer", nargs="*", default=["ap"], help="trainers of CRFsuite (default ap)"
    )
    add("--nltk", action="store_true", help="NLTK's perceptron too")
    add("--markdown", action="store_true", help="print the table in Markdown")
    return parser


if __name__ == "__main__":
    sys.exit(main())
