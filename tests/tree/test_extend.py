"""New words in existing clusters, against the definition, one word at a time."""

from dataclasses import replace

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from strategies import BOUNDARIES, as_bigram_counts, examples, fixed_text, short_texts

from brownclust import BigramCounts
from brownclust.tree.extend import extend_model
from brownclust.tree.fitting import cluster_counts
from brownclust.tree.information import average_mutual_information
from brownclust.tree.model import BrownModel


def class_table(old, new, label_of, word):
    """Class counts of the old text, and of known words and `word` in the new one."""

    def label(table, rank):
        name = table.words[rank]
        return "new" if name == word else label_of.get(name)

    classes = [*sorted(set(label_of.values())), "new"]
    number = {name: i for i, name in enumerate(classes)}
    n = [0] * len(classes)
    c = {}
    starts, ends = [0] * len(classes), [0] * len(classes)
    for table in (old, new):
        of = [number.get(label(table, rank)) for rank in range(len(table.words))]
        for rank, i in enumerate(of):
            if i is not None:
                n[i] += table.n[rank]
                starts[i] += table.edge_starts[rank]
                ends[i] += table.edge_ends[rank]
        for (v, w), count in table.c.items():
            if of[v] is not None and of[w] is not None:
                pair = of[v], of[w]
                c[pair] = c.get(pair, 0) + count
    return replace(
        old,
        words=[b"%d" % i for i in range(len(classes))],
        n=n,
        c=c,
        edge_starts=starts,
        edge_ends=ends,
        n_tokens=old.n_tokens + new.n_tokens,
        n_bigrams=old.n_bigrams + new.n_bigrams,
        n_lines=old.n_lines + new.n_lines,
    )


@examples(150)
@given(short_texts(), short_texts(), st.sampled_from(BOUNDARIES), st.data())
def test_every_new_word_is_placed_where_it_loses_least(one, two, boundary, data):
    old = reference.count_text([one], boundary=boundary)
    new = reference.count_text([two], boundary=boundary)
    window = data.draw(st.integers(1, len(old.words)))
    model = cluster_counts(as_bigram_counts(old), n_clusters=1, window=window)
    extended = extend_model(model, as_bigram_counts(new))
    labels = extended.dendrogram.cut(window).tolist()
    names = list(extended.vocabulary.iter_bytes())
    label_of = dict(zip(old.words, labels, strict=False))
    assert names[: len(old.words)] == old.words
    assert labels[: len(old.words)] == model.dendrogram.cut(window).tolist()
    assert set(names) == {*old.words, *new.words}
    n_early = len(old.words) - window
    for at, (word, label) in enumerate(
        zip(names[len(old.words) :], labels[len(old.words) :], strict=True)
    ):
        table = class_table(old, new, label_of, word)
        brute = reference.Agglomeration(table, len(table.words))
        losses = [brute.merge_loss(i, window) for i in range(window)]
        assert label == losses.index(min(losses))
        assert extended.dendrogram.losses[n_early + at] == min(losses)


@given(short_texts(), short_texts(), st.sampled_from(BOUNDARIES), st.data())
def test_tree_and_counts_are_those_of_both_texts(one, two, boundary, data):
    counts = [
        as_bigram_counts(reference.count_text([text], boundary=boundary))
        for text in (one, two)
    ]
    window = data.draw(st.integers(1, counts[0].n_types))
    model = cluster_counts(counts[0], n_clusters=window)
    extended = extend_model(model, counts[1])
    both = counts[0].merge(counts[1])
    ranks = extended.vocabulary.look_up(list(both.vocabulary))
    assert extended.unigram_counts[ranks].tolist() == both.unigram_counts.tolist()
    assert extended.n_tokens == both.n_tokens
    tree = extended.dendrogram
    for k in range(1, window + 1):
        n_old = len(model.vocabulary)
        assert tree.bit_strings(k)[:n_old] == model.dendrogram.bit_strings(k)
        computed = average_mutual_information(both, tree.cut(k)[ranks])
        assert tree.average_mutual_information(k) == pytest.approx(computed, abs=1e-9)


def test_extending_by_the_same_text_changes_only_counts():
    text = fixed_text()
    counts = as_bigram_counts(reference.count_text([text]))
    model = cluster_counts(counts, n_clusters=20)
    again = extend_model(model, counts)
    assert again.vocabulary == model.vocabulary
    assert again.unigram_counts.tolist() == (2 * model.unigram_counts).tolist()
    assert again.ami == pytest.approx(model.ami, abs=1e-9)
    assert again.options["extended"] == [0]
    np.testing.assert_array_equal(again.dendrogram.children, model.dendrogram.children)


def test_an_extended_model_is_saved_and_extended(tmp_path):
    texts = [["a", "b", "c"], ["a", "x", "c"], ["y", "b", "x"]]
    counts = [BigramCounts.from_sentences([text]) for text in texts]
    model = cluster_counts(counts[0], n_clusters=2)
    for more in counts[1:]:
        model = extend_model(model, more)
        model.save(tmp_path / "model.npz")
        model = BrownModel.load(tmp_path / "model.npz")
    assert list(model.vocabulary) == ["a", "b", "c", "x", "y"]
    assert model.options["extended"] == [1, 1]
    assert model.dendrogram.cut(2)[3] == model.dendrogram.cut(2)[1]  # x as b


def test_rare_new_words_can_be_left_out():
    model = cluster_counts(
        BigramCounts.from_sentences([["a", "b", "a", "b"]]), n_clusters=2
    )
    more = BigramCounts.from_sentences([["a", "x", "a", "x", "y", "b"]])
    extended = extend_model(model, more, min_count=2)
    assert list(extended.vocabulary) == ["a", "b", "x"]
    assert extended.n_tokens == 10
    with pytest.raises(ValueError, match=r"^min_count must be at least 1, got 0"):
        extend_model(model, more, min_count=0)


def test_boundary_must_be_that_of_the_model():
    model = cluster_counts(BigramCounts.from_sentences([["a", "b"]]), n_clusters=1)
    more = BigramCounts.from_sentences([["a", "b"]], boundary="ignore")
    with pytest.raises(ValueError, match=r"^boundary must be 'break', as in the text"):
        extend_model(model, more)
