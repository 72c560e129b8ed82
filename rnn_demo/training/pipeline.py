"""How a model is made, one stage after another: it reads, it learns from labels, it is taught by teachers.

Each stage is kept in a file of its own, so that a run that was stopped goes on in the stage that it had reached.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import Example, Split
from rnn_demo.training.language_model import Pretrained, Pretraining, pretrain
from rnn_demo.training.loop import Epoch, Event, TrainingConfig, train
from rnn_demo.training.self_training import Teaching, taught


@dataclass(frozen=True, eq=False)
class Round:
    """One round of teaching: how, the texts that the teachers are asked about, and examples that need no teacher."""

    teaching: Teaching
    texts: Sequence[str]
    labelled: Sequence[Example]


def in_stages(
    model: SequenceModel,
    split: Split,
    examples: Sequence[Example],
    config: TrainingConfig,
    reading: tuple[Pretraining, Sequence[str]] | None,
    rounds: Sequence[Round],
    stop: Callable[[], bool],
    kept: Path | None,
) -> Generator[Event | Pretrained, None, dict[str, Any]]:
    """Train `model` in place on `examples`; yields the events of every stage, returns what `metrics.json` says of them.

    Once `stop` is true, no step of training follows.
    """

    def file(stage: str) -> Path | None:
        return kept / f"{stage}.safetensors" if kept else None

    told: dict[str, Any] = {}
    if reading:
        how, texts = reading
        held_out = [example.text for example in split.validation]
        for event in pretrain(model, texts, held_out, how, config.device, file("pretraining")):
            if isinstance(event, Pretrained):
                told["pretraining"] = vars(how) | vars(event)
            yield event
    epochs = yield from learn(model, examples, split, config, stop, file("training"))
    seconds = sum(epoch.seconds for epoch in epochs)
    for number, part in enumerate(rounds, 1):
        if stop():
            break
        lessons = [*taught(model, split, part.texts, part.teaching.longest), *part.labelled]
        more = replace(part.teaching.training, device=config.device)
        lectures = yield from learn(model, (*examples, *lessons), split, more, stop, file(f"teaching-{number}"))
        seconds += sum(epoch.seconds for epoch in lectures)
        how_taught = vars(part.teaching) | {"training": vars(more), "texts": len(lessons) - len(part.labelled)}
        told.setdefault("teaching", []).append(how_taught | {"epochs": [vars(epoch) for epoch in lectures]})
    return told | summed_up(epochs, seconds)


def summed_up(epochs: Sequence[Epoch], seconds: float) -> dict[str, Any]:
    """What `metrics.json` says of a training."""
    return {
        "train_seconds": round(seconds, 3),
        "epochs": [vars(epoch) for epoch in epochs],
        "summed_loss": epochs[-1].summed_loss,
    }


def learn(
    model: SequenceModel,
    examples: Sequence[Example],
    split: Split,
    config: TrainingConfig,
    stop: Callable[[], bool],
    file: Path | None,
) -> Generator[Event, None, list[Epoch]]:
    """Train, yield the events, and return those of whole epochs."""
    epochs = []
    for event in train(model, examples, split.validation, config, file, stop):
        if isinstance(event, Epoch):
            epochs.append(event)
        yield event
    return epochs
