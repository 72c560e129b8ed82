"""An embedding that reads unknown words by their letters: as the mean of their pieces of one to four letters.

    lunar  ->  ^ l u n a r $  ^l lu un na ar r$  ^lu lun una nar ar$  ^lun luna unar nar$

A slip spoils most of the long pieces and few of the short ones. So a misspelt word, or a form that was not in the
training data, lies near the one that was (Bojanowski et al. 2017, "Enriching Word Vectors with Subword Information").
Pieces are numbered by a hash, and two may share a number.
"""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Tensor, nn

from rnn_demo.data.vocabulary import BEGIN, END, LONGEST, SIGNS, Vocabulary, spell

PIECES = (1, 2, 3, 4)  # signs
GOLDEN = 2_654_435_761  # 2 ** 32 over the golden ratio


def pieces(spelled: Tensor, count: int) -> Tensor:
    """Spelled words (N,) -> the numbers of their pieces (N, P), from 1 to count - 1; 0 where a word has fewer."""
    place = torch.arange(LONGEST, device=spelled.device)
    signs = spelled[:, None] // SIGNS**place % SIGNS  # (N, LONGEST), 0 after the last letter
    end = nn.functional.one_hot((signs > 0).sum(1), LONGEST + 1) * END
    begin = torch.full_like(end[:, :1], BEGIN)
    word = torch.cat([begin, nn.functional.pad(signs, (0, 1)) + end], dim=1)  # (N, LONGEST + 2)
    hashes = []
    for length in PIECES:
        windows = word.unfold(1, length, 1)  # (N, LONGEST + 3 - length, length)
        packed = (windows * SIGNS ** place[:length]).sum(-1)
        hashed = packed * GOLDEN % 2**32 // 2**12  # Knuth, The Art of Computer Programming, section 6.4
        hashes.append((hashed % (count - 1) + 1) * (windows[..., -1] > 0))
    return torch.cat(hashes, dim=1)


class TokenEmbedding(nn.Embedding):
    """A vector for each token; the first one, of `<PAD>`, is 0."""

    def __init__(self, count: int, size: int) -> None:
        super().__init__(count, size, padding_idx=0)

    def reset_parameters(self) -> None:
        """Draw random numbers; none on the device "meta", where torch would import its compiler to draw them."""
        if not self.weight.is_meta:
            super().reset_parameters()


class LetteredEmbedding(TokenEmbedding):
    """A vector for each token of a vocabulary; an unknown one has that of `<UNK>` plus the mean of its pieces.

    There are vectors for `count` pieces. In training a fraction `share` of known tokens is read by letters as well.
    """

    def __init__(self, vocabulary: Vocabulary, size: int, count: int, share: float) -> None:
        super().__init__(len(vocabulary), size)
        self.vocabulary, self.share = vocabulary, share
        self.pieces = nn.Parameter(torch.zeros(count, size))  # a piece that never occurred adds nothing

    def forward(self, inputs: Tensor) -> Tensor:
        """ids (B, T), from V on for spelled words -> x (B, T, E)"""
        V = self.num_embeddings
        if self.training and self.share:
            spelled = (torch.rand(inputs.shape, device=inputs.device) < self.share) & (inputs > 1) & (inputs < V)
            if self.spellings.device != inputs.device:
                self.spellings = self.spellings.to(inputs.device)  # once, not in each step
            inputs = torch.where(spelled, self.spellings[inputs.clamp(max=V - 1)], inputs)
        unknown = inputs >= V
        x = super().forward(inputs.masked_fill(unknown, 1))
        places = unknown.nonzero(as_tuple=True)  # once, because a GPU is waited for
        return x.index_put(places, self.letters(inputs[places] - V), accumulate=True)

    def letters(self, spelled: Tensor) -> Tensor:
        """Spelled words (N,) -> the mean of their pieces (N, E)"""
        # On the CPU where the device is no GPU of CUDA's: Apple's do not compute with whole numbers of 60 bits.
        numbers = pieces(spelled if spelled.is_cuda else spelled.cpu(), len(self.pieces)).to(spelled.device)
        return nn.functional.embedding_bag(numbers, self.pieces, mode="mean", padding_idx=0)

    @cached_property
    def spellings(self) -> Tensor:
        """The id that each token of the vocabulary would have if it were unknown, (V,)."""
        return torch.tensor([len(self.vocabulary) + spell(token) for token in self.vocabulary.tokens])
