"""Pooling: one vector from the states of a whole sequence, or from those up to each step.

B batch, T time steps, S = D*H the size of a state, F pooled features, C classes.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class Pooling(nn.Module):
    """From h (B, T, S), S = D*H, to features (B, F) under a mask, and to features so far (B, T, F).

    The features so far at the last real step are the features: a test holds it.
    """

    def __init__(self, hidden_size: int, bidirectional: bool) -> None:
        super().__init__()
        self.hidden_size, self.bidirectional = hidden_size, bidirectional
        self.size = hidden_size * (2 if bidirectional else 1)  # F, in most of them S

    def forward(self, h: Tensor, lengths: Tensor) -> Tensor:
        """(B, T, S), (B,) -> (B, F)"""
        raise NotImplementedError  # by each subclass

    def so_far(self, h: Tensor) -> Tensor:
        """(B, T, S) -> (B, T, F): what `forward` would give, had the sequence ended at each step."""
        raise NotImplementedError  # by each subclass

    def projected(self, h: Tensor, weight: Tensor) -> Tensor:
        """(B, T, S), (C, F) -> (B, T, C): the features so far times a weight, in the cheaper order where it matters."""
        return self.so_far(h) @ weight.T


class LastState(Pooling):
    """The state each direction ends in: forward at the last real step, backward at the first."""

    def forward(self, h: Tensor, lengths: Tensor) -> Tensor:
        last = h[torch.arange(len(h), device=h.device), lengths - 1]
        if not self.bidirectional:
            return last
        return torch.cat([last[:, : self.hidden_size], h[:, 0, self.hidden_size :]], dim=-1)

    def so_far(self, h: Tensor) -> Tensor:
        if not self.bidirectional:
            return h
        backward = h[:, :1, self.hidden_size :].expand(-1, h.shape[1], -1)
        return torch.cat([h[..., : self.hidden_size], backward], dim=-1)


class MeanState(Pooling):
    """The average of the states at all real steps."""

    def forward(self, h: Tensor, lengths: Tensor) -> Tensor:
        return (h * mask(h, lengths)).sum(1) / lengths[:, None]

    def so_far(self, h: Tensor) -> Tensor:
        return h.cumsum(1) / torch.arange(1, h.shape[1] + 1, device=h.device)[:, None]

    def projected(self, h: Tensor, weight: Tensor) -> Tensor:
        return self.so_far(h @ weight.T)  # an average is linear, and C numbers are fewer than S


class MaxState(Pooling):
    """Each unit's largest value over all real steps."""

    def forward(self, h: Tensor, lengths: Tensor) -> Tensor:
        return h.masked_fill(~mask(h, lengths), -torch.inf).amax(1)

    def so_far(self, h: Tensor) -> Tensor:
        reach = 1  # of how many steps back each value is the largest: 1, 2, 4, ... (Hillis & Steele 1986)
        while reach < h.shape[1]:  # on a CPU many times faster than torch.cummax
            h = torch.cat([h[:, :reach], torch.maximum(h[:, reach:], h[:, :-reach])], dim=1)
            reach *= 2
        return h


class AttentionPooling(Pooling):
    """A weighted average; a small network scores each state (Yang et al. 2016, equations 5 to 7)."""

    def __init__(self, hidden_size: int, bidirectional: bool) -> None:
        super().__init__(hidden_size, bidirectional)
        self.score = nn.Sequential(nn.Linear(self.size, self.size), nn.Tanh(), nn.Linear(self.size, 1, bias=False))

    def weights(self, h: Tensor, lengths: Tensor) -> Tensor:
        """(B, T, S) -> (B, T): what share of the average each step has; 0 on padding, the sum is 1."""
        scores = self.score(h).masked_fill(~mask(h, lengths), -torch.inf)
        return scores.softmax(1).squeeze(-1)

    def forward(self, h: Tensor, lengths: Tensor) -> Tensor:
        return (self.weights(h, lengths)[..., None] * h.masked_fill(~mask(h, lengths), 0)).sum(1)

    def so_far(self, h: Tensor) -> Tensor:
        total, average = self.score(h), h  # over `reach` steps back: log of the sum of e^score, and the average of h
        reach = 1  # 1, 2, 4, ...: spans are joined in pairs (Hillis & Steele 1986), in logs, so that no e^score is 0
        while reach < h.shape[1]:
            both = torch.logaddexp(total[:, :-reach], total[:, reach:])
            earlier, later = (total[:, :-reach] - both).exp(), (total[:, reach:] - both).exp()
            joint = earlier * average[:, :-reach] + later * average[:, reach:]
            average = torch.cat([average[:, :reach], joint], dim=1)
            total = torch.cat([total[:, :reach], both], dim=1)
            reach *= 2
        return average


class AllPoolings(Pooling):
    """Last, mean and max side by side (Howard & Ruder 2018, "concat pooling")."""

    def __init__(self, hidden_size: int, bidirectional: bool) -> None:
        super().__init__(hidden_size, bidirectional)
        self.parts: Sequence[Pooling] = [part(hidden_size, bidirectional) for part in (LastState, MeanState, MaxState)]
        self.size *= len(self.parts)

    def forward(self, h: Tensor, lengths: Tensor) -> Tensor:
        return torch.cat([part(h, lengths) for part in self.parts], dim=-1)

    def so_far(self, h: Tensor) -> Tensor:
        return torch.cat([part.so_far(h) for part in self.parts], dim=-1)

    def projected(self, h: Tensor, weight: Tensor) -> Tensor:
        weights = torch.split(weight, [part.size for part in self.parts], dim=1)
        return torch.stack([part.projected(h, w) for part, w in zip(self.parts, weights, strict=True)]).sum(0)


POOLINGS: dict[str, type[Pooling]] = {
    "last": LastState,
    "mean": MeanState,
    "max": MaxState,
    "attention": AttentionPooling,
    "concat": AllPoolings,
}


def mask(h: Tensor, lengths: Tensor) -> Tensor:
    """True at real steps: (B, T, 1) for h (B, T, ...)."""
    return (torch.arange(h.shape[1], device=h.device) < lengths[:, None])[..., None]
