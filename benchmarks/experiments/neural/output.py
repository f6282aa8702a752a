"""Output layers: a decision for each token alone, or for a whole sentence (CRF)."""

import torch
from torch import Tensor, nn


class Output(nn.Module):
    """Softmax: each tag is chosen by itself.

    Parameters
    ----------
    n_tags : int
        Number of tags.
    """

    def __init__(self, n_tags: int) -> None:
        super().__init__()
        self.n_tags = n_tags

    def loss(self, scores: Tensor, tags: Tensor) -> Tensor:
        """Return the negative log-probability of the tags, in nats.

        Parameters
        ----------
        scores : float tensor (n_sentences, length, n_tags)
            The score of each tag.
        tags : int64 tensor (n_sentences, length)
            The right tags.
        """
        return nn.functional.cross_entropy(
            scores.flatten(0, 1), tags.flatten(), reduction="sum"
        )

    def best(self, scores: Tensor) -> Tensor:
        """Return the best tags, (n_sentences, length)."""
        return scores.argmax(2)


class CRF(Output):
    """A linear-chain CRF: pairs of neighbouring tags have scores, too."""

    def __init__(self, n_tags: int) -> None:
        super().__init__(n_tags)
        self.first = nn.Parameter(torch.zeros(n_tags))
        self.pairs = nn.Parameter(torch.zeros(n_tags, n_tags))

    def loss(self, scores: Tensor, tags: Tensor) -> Tensor:
        """Return the negative log-probability of the sentences' tags, in nats."""
        given = scores.gather(2, tags[..., None]).sum()
        given = given + self.first[tags[:, 0]].sum()
        given = given + self.pairs[tags[:, :-1], tags[:, 1:]].sum()
        total = self.first + scores[:, 0]
        for at in range(1, scores.shape[1]):
            total = torch.logsumexp(total[:, :, None] + self.pairs, 1) + scores[:, at]
        return torch.logsumexp(total, 1).sum() - given

    def best(self, scores: Tensor) -> Tensor:
        """Return the best tags of each sentence, by the Viterbi algorithm."""
        total = self.first + scores[:, 0]
        before = []
        for at in range(1, scores.shape[1]):
            best, index = (total[:, :, None] + self.pairs).max(1)
            total = best + scores[:, at]
            before.append(index)
        tags = [total.argmax(1)]
        for index in reversed(before):
            tags.append(index.gather(1, tags[-1][:, None])[:, 0])
        return torch.stack(tags[::-1], 1)
