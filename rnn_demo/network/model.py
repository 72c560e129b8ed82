"""A sequence model: embedding, recurrent layers, pooling, head.

    ids (B, T), lengths (B,)  ->  x (B, T, E)  ->  h (B, T, D*H)  ->  pooled (B, F)  ->  logits (B, C)

With a per-step head there is no pooling, and the logits are (B, T, C).
B batch, T time steps, E embedding size, D directions, H hidden size, F pooled features, C classes.
"""

# Annotations stay real types here: PyTorchModelHubMixin reads them to rebuild dataclasses from config.json.
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from huggingface_hub import PyTorchModelHubMixin
from torch import Tensor, nn

from rnn_demo.data.series import as_number
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.limits import MAX_PARAMETERS, check_choices, check_whole
from rnn_demo.network import recurrence
from rnn_demo.network.arrays import softmax
from rnn_demo.network.cells import Cell, find_cell
from rnn_demo.network.embedding import LetteredEmbedding, TokenEmbedding
from rnn_demo.network.padding import by_length
from rnn_demo.network.pooling import POOLINGS

INPUTS = ("embedding", "one_hot", "numbers")
OUTPUTS = ("softmax", "sigmoid", "number")


@dataclass(frozen=True)
class Architecture:
    """The shape of a model, complete and checked when made.

    `input`: "embedding" of tokens in `embedding_size` numbers, "one_hot" tokens, or real "numbers" with
    `embedding_size` of them at each step. Unknown tokens are embedded as the mean of their character n-grams, hashed
    into `letters` buckets; with 0 they all share one vector. During training a fraction `word_dropout` of tokens
    becomes `<UNK>` and another such fraction is embedded by n-grams; in a fraction `text_dropout` of texts every token
    becomes `<UNK>`, so that the model learns to answer with the prior. In a `memoryless` model W_hh is held at 0, so
    that no step knows of another one: with pooling="mean" it is a bag of words. `output`: "softmax" over the labels, or
    "sigmoid" for two labels from a single number, or after every step a "number" that is forecast.

    ValueError names the field that is wrong, what it holds and what is allowed.
    """

    cell: str
    hidden_size: int
    embedding_size: int = 64
    input: str = "embedding"
    letters: int = 0
    num_layers: int = 1
    bidirectional: bool = False
    dropout: float = 0.0
    word_dropout: float = 0.0
    text_dropout: float = 0.0
    pooling: str = "last"
    per_step: bool = False
    output: str = "softmax"
    memoryless: bool = False

    def __post_init__(self) -> None:
        find_cell(self.cell)
        check_choices(self, input=INPUTS, pooling=POOLINGS, output=OUTPUTS)
        check_whole(self, hidden_size=(1, 4096), embedding_size=(1, 4096), num_layers=(1, 8), letters=(0, 2**20))
        for name in ("dropout", "word_dropout", "text_dropout"):
            value = getattr(self, name)
            if not isinstance(value, (int, float)) or not 0 <= value < 1:
                raise ValueError(f"{name} must be at least 0 and below 1, got {value!r}")

        for name in ("bidirectional", "per_step", "memoryless"):
            if not isinstance(getattr(self, name), bool):
                raise ValueError(f"{name} must be true or false, got {getattr(self, name)!r}")
        if self.letters == 1 or (self.letters and self.input != "embedding"):
            raise ValueError(
                f"letters must be 0, or at least 2 with input='embedding'; got {self.letters} with input={self.input!r}"
            )
        after = [source for quantity in find_cell(self.cell).quantities for source in quantity.after]
        if self.memoryless and any(source.endswith("_prev") for source in after):
            raise ValueError(
                f"the cell {self.cell!r} also keeps its state past W_hh; choose one without gates, as rnn_tanh, or "
                "memoryless=False"
            )
        if self.output == "number" and not (self.input == "numbers" and self.per_step and self.embedding_size == 1):
            raise ValueError(
                "output='number' forecasts after every step; choose input='numbers', embedding_size=1 and per_step"
            )
        if self.per_step and self.bidirectional:
            raise ValueError(
                "an answer after each step must not depend on later ones; choose per_step or bidirectional"
            )

    @property
    def directions(self) -> int:
        return 2 if self.bidirectional else 1


class SequenceModel(
    nn.Module, PyTorchModelHubMixin, library_name="rnn_demo", pipeline_tag="text-classification", license="mit"
):
    """A recurrent network that reads a sequence and chooses a label, once at the end or after every step.

    `task` names the task it was trained for; `settings` are numbers chosen after training
    ("threshold", "temperature"). All of it goes into config.json. ValueError for fewer than two labels and for a
    model with more parameters than `MAX_PARAMETERS`.
    """

    def __init__(
        self,
        architecture: Architecture,
        vocabulary: Vocabulary,
        labels: Sequence[str],
        task: str = "",
        settings: dict[str, float] | None = None,
    ) -> None:
        super().__init__()
        check_texts_and_numbers(labels, task, settings or {})
        if architecture.output == "number" and len(labels) != 1:
            raise ValueError(f"a model that forecasts has one label, what it forecasts; got {list(labels)}")
        if architecture.output != "number" and len(labels) < 2:
            raise ValueError(f"a model chooses between at least 2 labels, got {list(labels)}")
        if architecture.output == "sigmoid" and len(labels) != 2:
            raise ValueError(f"a sigmoid output chooses between 2 labels, got {len(labels)}; use output='softmax'")
        a = architecture
        self.architecture, self.labels = a, tuple(labels)
        self.vocabulary = replace(vocabulary, spells=a.letters > 0)
        self.task, self.settings = task, dict(settings or {})
        E = len(vocabulary) if a.input == "one_hot" else a.embedding_size
        check_size(a, E, len(labels), len(vocabulary))
        self.embedding = self._embedding(E) if a.input == "embedding" else None
        self.rnn = recurrence.make(self.cell, E, a.hidden_size, a.num_layers, a.dropout, a.bidirectional)
        if a.memoryless:
            self.hold_memory_at_zero()
        self.pooling = None if a.per_step else POOLINGS[a.pooling](a.hidden_size, a.bidirectional)
        features = a.hidden_size * a.directions if self.pooling is None else self.pooling.size
        self.dropout = nn.Dropout(a.dropout)
        self.head = nn.Linear(features, 1 if a.output == "sigmoid" else len(labels))

    @property
    def forecasts(self) -> bool:
        """Does it read numbers and forecast the next one, so that `settings` say how they are scaled?"""
        return self.architecture.output == "number"

    def _embedding(self, size: int) -> nn.Embedding:
        a = self.architecture
        if a.letters:
            return LetteredEmbedding(self.vocabulary, size, a.letters, a.word_dropout)
        return TokenEmbedding(len(self.vocabulary), size)

    @torch.no_grad()
    def hold_memory_at_zero(self) -> None:
        """Make W_hh 0 in every layer and direction, and keep training from changing it."""
        for name, weight in self.rnn.named_parameters():
            if name.startswith("weight_hh"):
                weight.zero_().requires_grad_(False)

    @property
    def cell(self) -> type[Cell]:
        return find_cell(self.architecture.cell)

    @property
    def device(self) -> torch.device:
        return self.head.weight.device

    def config(self) -> dict[str, object]:
        """Everything but the weights, as config.json holds it."""
        return {
            "architecture": dict(vars(self.architecture)),
            "vocabulary": {"tokenizer": self.vocabulary.tokenizer, "tokens": list(self.vocabulary.tokens)},
            "labels": list(self.labels),
            "task": self.task,
            "settings": self.settings,
        }

    def save_pretrained(self, save_directory: str | Path, *, config: Any = None, **options: Any) -> str | None:
        """Write config.json, model.safetensors and a card, as for `push_to_hub`, which calls this.

        By default the configuration is that of the model now, with the settings that were chosen after its training.
        """
        return super().save_pretrained(save_directory, config=config or self.config(), **options)

    def embed(self, inputs: Tensor) -> Tensor:
        """ids (B, T), or numbers (B, T, E), -> x (B, T, E)."""
        a = self.architecture
        if a.input == "numbers":
            return inputs[..., None] if self.forecasts else inputs
        if self.training and (a.word_dropout or a.text_dropout):
            dropped = torch.rand(inputs.shape, device=inputs.device) < a.word_dropout
            if a.text_dropout:
                dropped |= torch.rand(len(inputs), 1, device=inputs.device) < a.text_dropout
            inputs = inputs.masked_fill(dropped & (inputs > 0), 1)
        if self.embedding is None:
            return nn.functional.one_hot(inputs, len(self.vocabulary)).to(self.head.weight.dtype)
        return self.dropout(self.embedding(inputs))

    def states(self, x: Tensor, lengths: Tensor) -> Tensor:
        """x (B, T, E) -> h of the last layer (B, T, D*H); meaningless beyond each length."""
        h = next(quantity for quantity in self.cell.quantities if quantity.name == "h")
        bounded = h.bounds is not None or not self.cell.gates_see_state  # an average of what was written
        return recurrence.run(self.rnn, x, lengths, bounded)

    def head_logits(self, features: Tensor) -> Tensor:
        """Features (..., F) -> logits (..., C)."""
        return self._over_labels(self.head(self.dropout(features)))

    def _over_labels(self, outputs: Tensor) -> Tensor:
        """The head's outputs (..., C), or (..., 1) of a sigmoid -> logits (..., C)."""
        if self.architecture.output != "sigmoid":
            return outputs
        return torch.cat([torch.zeros_like(outputs), outputs], dim=-1)  # softmax of (0, y) is sigmoid(y)

    def forward(self, inputs: Tensor, lengths: Tensor) -> Tensor:
        """ids (B, T), lengths (B,) -> logits (B, C), or (B, T, C) with a per-step head."""
        return self.answer(self.states(self.embed(inputs), lengths), lengths)

    def answer(self, h: Tensor, lengths: Tensor) -> Tensor:
        """h (B, T, D*H), lengths (B,) -> logits (B, C), or (B, T, C) with a per-step head."""
        return self.head_logits(h if self.pooling is None else self.pooling(h, lengths))

    def running_logits(self, inputs: Tensor, lengths: Tensor) -> Tensor:
        """ids (B, T) -> logits (B, T, C): the answer after each step, pooled over the states up to it.

        In a bidirectional network the states depend on the whole sequence; only in a one-directional one is this the
        answer that the model would have given at that point.
        """
        return self.logits_so_far(self.states(self.embed(inputs), lengths))

    def logits_so_far(self, h: Tensor) -> Tensor:
        """h (B, T, D*H) -> logits (B, T, C), pooled over the states up to each step."""
        if self.pooling is None or self.training:  # dropout applies to the features
            return self.head_logits(h if self.pooling is None else self.pooling.so_far(h))
        return self._over_labels(self.pooling.projected(h, self.head.weight) + self.head.bias)

    # --- from text ---

    def check_reads_text(self) -> None:
        """Refuse a model that reads numbers; ValueError."""
        if self.architecture.input == "numbers":
            raise ValueError("this model reads numbers, not text; choose a checkpoint that reads text")

    def encode(self, text: str) -> list[Any]:
        """The ids of a text's tokens; a text without any token is read as one unknown token.

        Of a model that forecasts, the numbers in a text as it reads them; ValueError where one is none.
        """
        if self.forecasts:
            return self.scaled([as_number(token) for token in self.vocabulary.tokenize(text)])
        return self.vocabulary.encode(self.vocabulary.tokenize(text)) or [1]

    def scaled(self, values: Sequence[float]) -> list[float]:
        """Values as a model that forecasts reads them: from the one before, or from the centre, over the scale."""
        centre, scale = self.settings.get("centre", 0.0), self.settings.get("scale", 1.0)
        before = [*values[:1], *values[:-1]] if self.settings.get("change") else [centre] * len(values)
        return [(value - other) / scale for value, other in zip(values, before, strict=True)]

    def unscaled(self, outputs: Sequence[float], values: Sequence[float]) -> list[float]:
        """Its outputs after each of the values as forecasts of the one that follows."""
        centre, scale = self.settings.get("centre", 0.0), self.settings.get("scale", 1.0)
        before = values if self.settings.get("change") else [centre] * len(values)
        return [other + scale * output for output, other in zip(outputs, before, strict=True)]

    def logits(self, texts: Sequence[str], batch_size: int = 64) -> np.ndarray:
        """The logits of many texts, (N, C), or of the last step with a per-step head; batched by length."""
        return self.logits_of([self.encode(text) for text in texts], batch_size)

    @torch.inference_mode()
    def logits_of(self, encoded: Sequence[Sequence[int]], batch_size: int = 64) -> np.ndarray:
        """The same for the ids of many texts."""
        result = np.zeros((len(encoded), len(self.labels)), dtype=np.float32)
        for rows, ids, lengths in by_length(encoded, batch_size, self.device):
            out = self(ids, lengths)
            if self.pooling is None:
                out = out[torch.arange(len(rows)), lengths - 1]
            result[rows] = out.cpu().numpy()
        return result

    def probabilities(self, texts: Sequence[str], batch_size: int = 64) -> np.ndarray:
        """The probability of each label for each text, (N, C), at the model's temperature."""
        return softmax(self.logits(texts, batch_size) / self.settings.get("temperature", 1.0))


def check_texts_and_numbers(labels: Sequence[str], task: str, settings: Mapping[str, float]) -> None:
    """Refuse labels, tasks and settings that no trained model has; a damaged config.json fails here."""
    if isinstance(labels, str) or not all(isinstance(text, str) for text in (*labels, task)):
        raise ValueError("labels must be a list of strings and the task a string")
    for name, value in dict(settings).items():
        if not isinstance(value, (int, float)) or not math.isfinite(value) or (name == "temperature" and value <= 0):
            raise ValueError(f"the setting {name} must be a number, and a temperature above 0, got {value!r}")


def check_size(a: Architecture, input_size: int, labels: int, vocabulary: int) -> None:
    """Refuse a model that is too large, before any memory is allocated for it."""
    cell, S = find_cell(a.cell), a.hidden_size * a.directions
    rows = len(cell.gates) * a.hidden_size
    width, parameters = input_size, (vocabulary + a.letters) * a.embedding_size if a.input == "embedding" else 0
    for _ in range(a.num_layers):
        parameters += a.directions * rows * (width + 1 + cell.gates_see_state * (a.hidden_size + 1))
        width = S
    with torch.device("meta"):  # of which nothing is allocated
        pooling = None if a.per_step else POOLINGS[a.pooling](a.hidden_size, a.bidirectional)
        head = nn.Linear(S if pooling is None else pooling.size, 1 if a.output == "sigmoid" else labels)
    parameters += sum(weight.numel() for part in (pooling, head) if part is not None for weight in part.parameters())
    if parameters > MAX_PARAMETERS:
        raise ValueError(
            f"the model would have {parameters:,} parameters; at most {MAX_PARAMETERS:,} are allowed, "
            "so choose a smaller hidden_size or fewer layers"
        )
