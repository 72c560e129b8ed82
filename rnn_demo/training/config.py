"""The training configuration: every option, with its range, checked when it is made."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch

from rnn_demo.limits import check_choices, check_numbers, check_whole
from rnn_demo.training.device import DEVICES

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

KEEP = ("best", "last")
PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass(frozen=True)
class TrainingConfig:
    """How to train. ValueError for an option that is out of range, in a sentence that begins with its name.

    In the order of the fields; 0 switches off what is marked with a *:

    * `optimizer`: torch's, with its defaults but for a momentum of 0.9 in "sgd"; "adamw" is the fused form.
    * `learning_rate`: the highest rate of the run, 1e-8 to 10.
    * `schedule`: how the rate changes after the warm-up: "constant", "linear" (to 0) or "cosine" (to 0).
    * `warmup`*: the share of all steps, 0 to 1, over which the rate rises from 0.
    * `weight_decay`*: as torch's optimizer takes it, 0 to 1.
    * `batch_size`: examples in one step, 1 to 100,000.
    * `epochs`: at most how many times all examples are read, 1 to 100,000.
    * `clip_norm`*: the largest norm of the gradient of all weights, 0 to 1e6.
    * `clip_value`*: the largest absolute value of each of its components, 0 to 1e6.
    * `patience`*: the run ends after this many epochs without a lower validation loss, 0 to 100,000.
    * `target_loss`*: the run ends once an epoch's mean loss (nats, 0 to 1e6) is at most that and every training answer
      is right.
    * `running_weight`*: the share of the loss, 0 to 1, of the answers after every step (deep supervision); the last
      answer has the rest.
    * `free_running`*: the share of steps, 0 to 1, at which a network that predicts characters reads its own last answer
      instead of the true character. 0 is teacher forcing (Bengio et al. 2015, "scheduled sampling").
    * `adversarial`*: each text is learnt a second time with its word vectors moved to where the loss is larger, by this
      share of their norm, 0 to 1 (Miyato et al. 2016; `training.adversarial`).
    * `virtual`*: the same where the answer changes most, which is to stay what it was; texts without a label count too.
    * `consistency`*: the weight, 0 to 100, of how far apart the answers to texts are that are marked as `alike`.
    * `precision`: of the recurrent layers' products in training, "float32" or "bfloat16", which takes a third of the
      time on a CPU that has it, and is float32 on a device that has not.
    * `max_steps`*: the run ends after this many steps, even within an epoch, 0 to 1,000,000,000.
    * `keep`: the weights that the model ends with: of the "best" validation loss, or the "last".
    * `average`*: the decay, 0 to 0.99999, of an exponential moving average of the weights, which is then validated and
      kept: it has a lower loss than the weights that jump about it (Izmailov et al. 2018).
    * `max_tokens`: how many tokens of a text are read, the last ones, 1 to 10,000; a text whose next character is
      predicted is cut into pieces of that length.
    * `seed`: of the random generators, 0 to 2**32 - 1.
    * `device`: "cpu", "cuda", "mps", or "auto": the first of CUDA, MPS and the CPU that is there; the CPU for a network
      so small that it trains faster there (`training.device`).
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
    adversarial: float = 0.0
    virtual: float = 0.0
    consistency: float = 0.0
    precision: str = "float32"
    max_steps: int = 0
    keep: str = "best"
    average: float = 0.0
    max_tokens: int = 400
    seed: int = 0
    device: str = "auto"

    def __post_init__(self) -> None:
        check_choices(self, optimizer=OPTIMIZERS, schedule=SCHEDULES, device=DEVICES, keep=KEEP, precision=PRECISIONS)
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
        shares |= dict.fromkeys(("adversarial", "virtual"), (0.0, 1.0))
        bounds |= {"consistency": (0.0, 100.0)}
        check_numbers(self, learning_rate=(1e-8, 10.0), average=(0.0, 0.99999), **shares, **bounds)


def import_compiler() -> None:
    """Let torch import its compiler before a run waits for it: its first optimizer does so, which takes a second."""
    torch.optim.SGD([torch.zeros(1)], lr=1.0)
