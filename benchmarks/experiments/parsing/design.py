"""What is trained."""

FRACTIONS = (0.1, 0.25, 0.5, 1.0)
"""Parts of the training sentences."""

N_SEEDS = 3

K = 1000
"""Number of clusters."""

N_EPOCHS = 5
N_TAGGER_EPOCHS = 5
N_FOLDS = 5
"""Of the training sentences, tagged by taggers trained on the others."""

MARGIN = 100

TABLE_BITS = 24

TAGS = {
    "automatic": "automatic",
    "gold": "gold",
    "clusters": "automatic, the tagger has clusters too",
}
"""Where parts of speech come from, by the key of a run; in the order of the runs."""
