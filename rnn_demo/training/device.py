"""Where a network is trained and read: on a GPU where there is one and the network is large enough to gain by it.

A GPU computes all units of all examples of a batch at once, but starts a few dozen programs for every step of training,
which takes it about three milliseconds however small the network is. `tests/gpu/speeds.py` measures both sides.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from rnn_demo.machine import is_zero_gpu
from rnn_demo.network.model import SequenceModel

DEVICES = ("auto", "cpu", "cuda", "mps")
# Units of the recurrent layers times tokens: of a batch, from which a GPU trains it sooner than two cores do, and of
# texts, from which it answers them sooner, its start included.
TRAINS_SOONER, ANSWERS_SOONER = 8_000, 16_000_000


def choose_device(name: str, is_large: bool = True) -> torch.device:
    """The device to run on; "auto" is CUDA, else Apple's MPS, else the CPU, and for what is not large the CPU.

    On a Space with ZeroGPU it is the CPU, because there torch claims to have a GPU that is not there.
    ValueError for an unknown name or a device this machine lacks.
    """
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        is_large = is_large and not is_zero_gpu()
        return torch.device(
            next(device for device in ("cuda", "mps", "cpu") if available[device]) if is_large else "cpu"
        )
    if name not in available:
        raise ValueError(f"unknown device {name!r}; choose one of {', '.join(DEVICES)}")
    if not available[name]:
        have = ", ".join(device for device, there in available.items() if there)
        raise ValueError(f"this machine has no {name} device; choose auto or one of {have}")
    return torch.device(name)


def usable_gpu() -> str | None:
    """The kind of GPU that this program can use, "cuda" or "mps", or None.

    A Space on ZeroGPU lends one to functions that ask for it, and says to all others, too, that it is there.
    """
    if is_zero_gpu():
        return None
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return next((name for name, is_there in there.items() if is_there), None)


def device_in_words(name: str, size: float) -> str:
    """Where networks are trained, and why, in a sentence; `size` is their units times the tokens of a batch."""
    gains = size >= TRAINS_SOONER
    where = "the CPU" if choose_device(name, gains).type == "cpu" else "the GPU"
    if name != "auto":
        return f"Trained on {where}, as chosen."
    compared = "at least" if gains else "fewer than"
    return (
        f"Trained on {where}: the units times the tokens of a batch are {size:,.0f}, {compared} the "
        f"{TRAINS_SOONER:,} from which a GPU is faster."
    )


def device_of_training(name: str, model: SequenceModel, tokens: float) -> torch.device:
    """The device to train a model on, with `tokens` tokens in a batch."""
    return choose_device(name, units(model) * tokens >= TRAINS_SOONER)


def device_of_reading(name: str, model: SequenceModel, texts: Sequence[str]) -> torch.device:
    """The device to answer these texts on."""
    words = sum(map(len, texts)) / (6 if model.vocabulary.tokenizer == "words" else 1)  # letters and spaces of a word
    return choose_device(name, units(model) * words >= ANSWERS_SOONER)


def units(model: SequenceModel) -> int:
    """The hidden units of all layers and directions."""
    a = model.architecture
    return a.hidden_size * a.num_layers * a.directions
