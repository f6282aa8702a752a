"""The merges that a state has made, as the reference has them."""

from brownclust._kernels.tree import state as fields


def merges_made(state):
    n_merged = state.progress[fields.N_MERGED]
    n_words = state.slot_of_word.size
    children = state.children[:n_merged].tolist()
    losses = state.losses[:n_merged].tolist()
    return [
        (*pair, n_words + step, loss)
        for step, (pair, loss) in enumerate(zip(children, losses, strict=True))
    ]
