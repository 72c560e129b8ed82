"""The settings of a run in the words of the page: "64 hidden units" in place of hidden_size 64."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from rnn_demo.network.cells import CELLS

# The name of each setting in a sentence; those in the plural are counted: "64 hidden units".
NAMES: dict[str, str] = {
    "cell": "cell",
    "hidden_size": "hidden units",
    "num_layers": "layers",
    "learning_rate": "learning rate",
    "batch_size": "batch size",
    "epochs": "epochs",
    "distance": "distance",
    "bidirectional": "direction",
    "pooling": "pooling",
    "optimizer": "optimizer",
    "schedule": "learning-rate schedule",
    "clip_norm": "limit of the gradient norm",
    "max_tokens": "sequence length",
    "embedding_size": "embedding size",
    "dropout": "dropout",
    "weight_decay": "weight decay",
    "count": "examples",
    "seed": "seed",
    "free_running": "share of free running",
    "keep_bias": "initial forget-gate bias",
    "per_step": "answers after every step",
    "max_steps": "steps",
    "keep": "weights",
    "device": "device",
}
COUNTED = {name for name, words in NAMES.items() if words.endswith("s") and name not in ("per_step", "keep")}
_SAID: dict[str, Callable[[Any], str]] = {
    "recipe": str,
    "cell": lambda cell: CELLS[cell].title,
    "text": lambda text: "own text" if text else "the built-in text",
    "bidirectional": lambda both: "both directions" if both else "one direction",
    "pooling": lambda pooling: f"{pooling} pooling",
    "free_running": lambda share: "free running" if share else "teacher forcing",
    "max_steps": lambda steps: f"stopped at step {steps}" if steps else "",
    "keep": lambda which: f"its {which} weights",
    "clip_norm": lambda norm: f"gradient norm at most {norm:g}" if norm else "gradient not clipped",
}


def in_words(key: str, value: Any) -> str:
    """A setting in a few words: "GRU", "free running", "1 layer"; "" for one that goes without saying."""
    if key in _SAID:
        return _SAID[key](value)
    name = NAMES.get(key, key.replace("_", " "))
    if key in COUNTED:
        return f"{value} {name.removesuffix('s') if value == 1 else name}"
    return f"{name} {value}"


def for_visitors(message: str, settings: Mapping[str, Any] = NAMES) -> str:
    """A message about settings as the command line words it, in the words of the page.

    "hidden_size must be at least 1, got 0" becomes "hidden units must be at least 1 (you entered 0)".
    """
    for key in settings:
        if "_" in key:
            message = re.sub(rf"\b{key}\b", NAMES.get(key, key.replace("_", " ")), message)
    message = message.replace(", got None", "; the field is empty")
    return re.sub(r", got ('[^']*'|[^\s;,]+)", r" (you entered \1)", message)


def too_large(key: str, most: int, value: object) -> str:
    """Why the page does not take so large a value."""
    if key in COUNTED:
        return f"at most {most} {NAMES[key]} here (you entered {value})"
    return f"{NAMES[key]} must be at most {most} here (you entered {value})"
