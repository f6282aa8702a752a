"""Totals up to the largest that is right, at every way in; beyond it, an error."""

from dataclasses import replace

import numpy as np
import pytest
import reference
from archives import rewrite
from strategies import as_bigram_counts, scaled, table_of_counts

from brownclust import BigramCounts
from brownclust._archive import ArchiveError
from brownclust.counting.options import MAX_COUNT
from brownclust.tree.agglomerate import brown_cluster
from brownclust.tree.extend import extend_model
from brownclust.tree.fitting import cluster_counts
from brownclust.tree.model import BrownModel
from brownclust.tree.state import scale_bits

LIMIT = 2**53

TEXT = table_of_counts(
    {(0, 4): 5, (0, 5): 1, (1, 4): 4, (1, 5): 1, (2, 5): 6, (2, 4): 1, (3, 5): 5},
    [6, 5, 7, 5, 10, 13],
)
"""Words without ties; 46 tokens."""


def pairs_of(total):
    """Pairs of four words with this total."""
    return [
        ("a", "b", total // 2),
        ("a", "c", total // 4),
        ("d", "c", total - total // 2 - total // 4),
    ]


def table_with(n_tokens):
    """Counts of two words with this number of tokens, without removed words."""
    counts = as_bigram_counts(table_of_counts({(0, 1): n_tokens // 2}, [1, 1]))
    big = np.array([n_tokens - n_tokens // 2, n_tokens // 2])
    table = replace(
        counts.table,
        unigram_counts=big,
        n_tokens=n_tokens,
        n_lines=n_tokens - n_tokens // 2,
    )
    return replace(counts, table=table)


def test_the_limit_is_where_float64_ends():
    assert MAX_COUNT == LIMIT
    assert float(LIMIT) == LIMIT
    assert float(LIMIT + 1) != LIMIT + 1
    assert scale_bits(LIMIT) == 0  # beyond twice the limit it would be negative
    assert 4 * LIMIT * 55 < 2**62  # h(2 T), the largest entropy


@pytest.mark.parametrize(
    "bits",
    [
        *(0, 10, 25),
        # Counts of more than 32 bits, for which kernels are compiled once more
        *(pytest.param(bits, marks=pytest.mark.slow) for bits in (30, 40, 44, 46, 47)),
    ],
)
@pytest.mark.parametrize("window", [2, 3, 6])
def test_the_tree_is_that_of_the_same_counts_on_a_smaller_scale(bits, window):
    small = brown_cluster(as_bigram_counts(TEXT), window=window)
    large_table = scaled(TEXT, 2**bits)
    large = brown_cluster(as_bigram_counts(large_table), window=window)
    assert large_table.n_tokens <= LIMIT
    np.testing.assert_array_equal(large.children, small.children)
    np.testing.assert_allclose(
        large.ami_by_n_clusters, small.ami_by_n_clusters, rtol=0, atol=1e-9
    )
    slow = reference.agglomerate(large_table, window)
    assert large.losses.tolist() == [merge.loss for merge in slow]


class TestEveryWayIn:
    def test_pairs(self, tmp_path):
        counts = BigramCounts.from_pairs(pairs_of(LIMIT // 2))
        assert counts.n_tokens == LIMIT
        message = f"^total of counts must be at most {LIMIT // 2}, got {LIMIT // 2 + 1}"
        with pytest.raises(ValueError, match=message):
            BigramCounts.from_pairs(pairs_of(LIMIT // 2 + 1))
        path = tmp_path / "pairs"
        path.write_text("".join(f"{a}\t{b}\t{n}\n" for a, b, n in pairs_of(LIMIT)))
        message = rf"^{path}: expected a total of counts of at most {LIMIT // 2}, got"
        with pytest.raises(ValueError, match=message):
            BigramCounts.from_pairs(path)
        path.write_text(f"a\tb\t1\na\tb\t{LIMIT + 1}\n")
        message = rf"pairs:2: expected left TAB .*a count from 1 to {LIMIT}\), got"
        with pytest.raises(ValueError, match=message):
            BigramCounts.from_pairs(path)

    @pytest.mark.slow
    def test_clusters_of_pairs(self):
        counts = BigramCounts.from_pairs(pairs_of(LIMIT // 2))
        assert brown_cluster(counts, window=4).scale == 0

    def test_merge(self):
        half = BigramCounts.from_pairs(pairs_of(LIMIT // 4))
        assert half.merge(half).n_tokens == LIMIT
        more = BigramCounts.from_pairs(pairs_of(LIMIT // 4 + 1))
        message = rf"^the number of tokens must be at most {LIMIT}, got {LIMIT + 2}$"
        with pytest.raises(ValueError, match=message):
            half.merge(more)

    def test_tables(self):
        assert table_with(LIMIT).n_tokens == LIMIT
        with pytest.raises(
            ValueError, match=rf"^the number of tokens must be at most {LIMIT}, "
        ):
            table_with(LIMIT + 1)

    def test_files_of_counts(self, tmp_path):
        path = tmp_path / "counts.npz"
        table_with(LIMIT).save(path)
        assert BigramCounts.load(path).n_tokens == LIMIT
        rewrite(path, n_tokens=LIMIT + 1, n_lines=LIMIT + 1 - LIMIT // 2)
        message = rf"counts\.npz: expected .* \(the number of .* at most {LIMIT}, got"
        with pytest.raises(ArchiveError, match=message):
            BigramCounts.load(path)

    @pytest.mark.slow
    def test_models(self, tmp_path):
        path = tmp_path / "model.npz"
        model = cluster_counts(table_with(LIMIT), n_clusters=2)
        model.save(path)
        assert BrownModel.load(path).n_tokens == LIMIT
        rewrite(path, n_tokens=LIMIT + 1)
        message = rf"model\.npz: expected .* \(the number of .* at most {LIMIT}, got"
        with pytest.raises(ArchiveError, match=message):
            BrownModel.load(path)

    @pytest.mark.slow
    def test_extended_models(self):
        model = cluster_counts(table_with(LIMIT - 4), n_clusters=2)
        more = BigramCounts.from_sentences([["w000", "w001", "new", "w001"]])
        extended = extend_model(model, more)
        assert extended.n_tokens == LIMIT
        assert extended.ami == pytest.approx(model.ami, abs=1e-9)
        with pytest.raises(
            ValueError, match=rf"^the number of tokens must be at most {LIMIT}, "
        ):
            extend_model(extended, more)
