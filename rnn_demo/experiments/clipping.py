"""Gradient clipping: the same network is trained twice, with its gradient clipped and without.

Example:

    for step in clipping(Clipping()):
        ...                              # each step of either
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from statistics import fmean

from rnn_demo.data.wording import rounded
from rnn_demo.experiments.gradient_study import Divergence, Study
from rnn_demo.network.cells import find_cell
from rnn_demo.training import Diverged, Step, train
from rnn_demo.training.interleave import interleave

WITH, WITHOUT = "clipped", "unclipped"
AT_END = 16  # steps: an epoch of the runs that come with the package


@dataclass(frozen=True)
class Clipping(Study):
    """A network that is trained twice, from the same weights on the same batches; ValueError for what is out of range.

    `clip_norm` bounds the norm of the gradient in one of the two. Both are trained by stochastic gradient descent with
    a momentum of 0.9: Adam divides by the gradient's usual size, which hides much of the difference.
    """

    distance: int = 5
    epochs: int = 6
    learning_rate: float = 0.1
    keep_bias: float = 0.0
    factor: float = 2.5
    cell: str = "rnn_relu"
    clip_norm: float = 1.0

    def __post_init__(self) -> None:
        find_cell(self.cell)
        if not 0 < self.clip_norm <= 1e6:
            raise ValueError(f"clip_norm must be above 0 and at most 1,000,000, got {self.clip_norm!r}")
        super().__post_init__()


@dataclass(frozen=True)
class ClippingStep:
    """One step of one of the two: its loss (nats), the norm of its gradient before and after clipping."""

    network: str
    step: int
    steps: int
    loss: float
    norm: float
    clipped_norm: float


def clipping(config: Clipping) -> Generator[ClippingStep | Divergence]:
    """Train both side by side; a `ClippingStep` for each step, and a `Divergence` once a loss is NaN or infinite."""
    return interleave([clipping_steps(config, WITHOUT, 0.0), clipping_steps(config, WITH, config.clip_norm)])


def clipping_steps(config: Clipping, network: str, clip_norm: float) -> Generator[ClippingStep | Divergence]:
    """The steps of one of the two training runs, `network`."""
    model, examples = config.network_and_examples(config.cell)
    try:
        for event in train(model, examples, (), config.training(optimizer="sgd", clip_norm=clip_norm)):
            if isinstance(event, Step):
                clipped_norm = min(event.gradient_norm, clip_norm or event.gradient_norm)
                yield ClippingStep(network, event.step, event.steps, event.loss, event.gradient_norm, clipped_norm)
    except Diverged as error:
        yield Divergence(network, str(error))


def end_of(network: str, events: Sequence[ClippingStep | Divergence]) -> str:
    """How the loss of one of the two training runs ended, as the end of a sentence that begins with the loss.

    The loss of one batch says little: it is the mean over the last `AT_END` of them.
    """
    own = [event for event in events if isinstance(event, ClippingStep) and event.network == network]
    steps = f"{len(own)} step{'' if len(own) == 1 else 's'}"
    if any(isinstance(event, Divergence) and event.network == network for event in events):
        return f"is NaN after {steps}"
    end = [event.loss for event in own[-AT_END:]]
    mean = rounded(fmean(end))
    return f"is {mean} (mean of its last {len(end)} steps)" if len(end) > 1 else f"is {mean} after {steps}"


def in_words(config: Clipping, events: Sequence[ClippingStep | Divergence]) -> str:
    """How both ended and how large their gradients were, a sentence each."""
    sentences = []
    for network, how in (
        (WITHOUT, "Without clipping"),
        (WITH, f"With gradients clipped to a norm of {config.clip_norm:g}"),
    ):
        norms = [event.norm for event in events if isinstance(event, ClippingStep) and event.network == network]
        if norms:
            norm = f"the largest gradient norm{' before clipping' if network == WITH else ''} was {rounded(max(norms))}"
            sentences.append(f"{how} the loss {end_of(network, events)}; {norm}.")
    return " ".join(sentences)


def headline(events: Sequence[ClippingStep | Divergence]) -> list[str]:
    """The same in two lines, as a title."""
    trained = {event.network for event in events if isinstance(event, ClippingStep)}
    ends = [f"{who}, the loss {end_of(who, events)}" for who in (WITHOUT, WITH) if who in trained]
    lines = [f"{end};" for end in ends[:-1]] + ends[-1:]
    return [line[:1].upper() + line[1:] if line is lines[0] else line for line in lines]
