"""The training configuration: every option, with its range, checked when it is made."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch

from rnn_demo.limits import check_choices, check_numbers, check_whole

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "adam": torch.optim.Adam,
    "adamw": partial(torch.optim.AdamW, fused=True),  # one pass over the weights, which saves a quarter of a step
    "rmsprop": torch.optim.RMSprop,
    "sgd": lambda parameters, **options: torch.optim.SGD(parameters, momentum=0.9, **options),
}

# From the fraction of steps done (0 to 1) to the fraction of the learning rate that is used.
SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": lambda done: 1.0,
    "linear": lambda done: 1.0 - done,
    "cosine": lambda done: 0.5 * (1.0 + math.cos(math.pi * done)),
}

DEVICES = ("auto", "cpu", "cuda", "mps")
KEEP = ("best", "last")


@dataclass(frozen=True)
class TrainingConfig:
    """How to train. ValueError for an option that is out of range, in a sentence that begins with its name.

    `optimizer` is torch's, with its defaults but for "sgd", which has a momentum of 0.9; "adamw" is the fused form.
    `learning_rate` rises from 0 over the first `warmup` share of all steps and then follows `schedule`. `clip_norm`
    bounds the gradient's norm and `clip_value` each of its components (0: no bound). Training ends after `epochs`; or
    after `patience` epochs without a lower validation loss; or once an epoch's mean loss is at most `target_loss` and
    every training answer is right; or after `max_steps` steps, even within an epoch (0: never, for each of the three).
    Of a longer text the last `max_tokens` tokens are read; a text whose next character is predicted is cut into pieces
    of that length. `free_running` is the share of steps at which a network that predicts characters reads its own last
    answer in place of the true character (0: teacher forcing; Bengio et al. 2015, "scheduled sampling").
    `running_weight` is the share of the loss that comes from the answers after every step (deep supervision) rather
    than from the last one. `keep` says which weights the model ends with: those of the "best" validation loss, or the
    "last". `average` is the decay of an exponential moving average of the weights (0: none), which is then what is
    validated and kept: the average has a lower loss than the weights that jump about it (Izmailov et al. 2018).
    """

    optimizer: str = "adam"
    learning_rate: float = 1e-3
    schedule: str = "constant"
    warmup: float = 0.0
    weight_decay: float = 0.0
    batch_size: int = 32
    epochs: int = 10
    clip_norm: float = 0.0
    clip_value: float = 0.0
    patience: int = 0
    target_loss: float = 0.0
    running_weight: float = 0.0
    free_running: float = 0.0
    max_steps: int = 0
    keep: str = "best"
    average: float = 0.0
    max_tokens: int = 400
    seed: int = 0
    device: str = "auto"

    def __post_init__(self) -> None:
        check_choices(self, optimizer=OPTIMIZERS, schedule=SCHEDULES, device=DEVICES, keep=KEEP)
        check_whole(
            self,
            batch_size=(1, 100_000),
            epochs=(1, 100_000),
            patience=(0, 100_000),
            max_tokens=(1, 10_000),
            max_steps=(0, 1_000_000_000),
            seed=(0, 2**32 - 1),
        )
        shares = dict.fromkeys(("weight_decay", "warmup", "running_weight", "free_running"), (0.0, 1.0))
        bounds = dict.fromkeys(("clip_norm", "clip_value", "target_loss"), (0.0, 1e6))
        check_numbers(self, learning_rate=(1e-8, 10.0), average=(0.0, 0.99999), **shares, **bounds)


def choose_device(name: str) -> torch.device:
    """The device to run on; "auto" is CUDA, else Apple's MPS, else the CPU."""
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device(next(device for device in ("cuda", "mps", "cpu") if available[device]))
    if name not in available:
        raise ValueError(f"unknown device {name!r}; choose one of {', '.join(DEVICES)}")
    if not available[name]:
        have = ", ".join(device for device, there in available.items() if there)
        raise ValueError(f"this machine has no {name} device; choose auto or one of {have}")
    return torch.device(name)
