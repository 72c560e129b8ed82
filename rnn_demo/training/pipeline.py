"""The stages of a training, one after another: pretraining, training on labels, rounds of self-training.

Each stage has a snapshot of its own, so that an interrupted run is resumed in the stage that it had reached.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import Example, Split
from rnn_demo.training.config import TrainingConfig
from rnn_demo.training.language_model import Pretrained, Pretraining, pretrain
from rnn_demo.training.loop import Epoch, Event, train
from rnn_demo.training.self_training import SelfTraining, pseudo_labels, with_edits


@dataclass(frozen=True, eq=False)
class Round:
    """One round of self-training: its options, the unlabelled texts, and examples that are labelled already.

    `third` has what a third teacher says of some of the texts: the probability of the second label.
    """

    config: SelfTraining
    texts: Sequence[str]
    labelled: Sequence[Example]
    third: Mapping[str, float] = field(default_factory=dict)


def train_in_stages(
    model: SequenceModel,
    split: Split,
    config: TrainingConfig,
    pretraining: tuple[Pretraining, Sequence[str]] | None,
    rounds: Sequence[Round],
    stop: Callable[[], bool],
    snapshots: Path | None,
) -> Generator[Event | Pretrained, None, dict[str, Any]]:
    """Train `model` in place; yields the events of every stage, returns what `metrics.json` says of them.

    The first stage reads the texts that come with `pretraining`; the others start from what it learnt. Once `stop()`
    is true, no step follows. Raises what `pretrain` and `train` raise.
    """

    def snapshot(stage: str) -> Path | None:
        return snapshots / f"{stage}.safetensors" if snapshots else None

    history: dict[str, Any] = {}
    if pretraining:
        how, texts = pretraining
        held_out = [example.text for example in split.validation]
        for event in pretrain(model, texts, held_out, how, config.device, snapshot("pretraining"), stop):
            if isinstance(event, Pretrained):
                history["pretraining"] = vars(how) | vars(event)
            yield event
    examples = (*split.train, *split.practice)
    epochs = yield from train(model, examples, split.validation, config, snapshot("training"), stop)
    seconds = sum(epoch.seconds for epoch in epochs)
    for number, part in enumerate(rounds, 1):
        if stop():
            break
        labelled = pseudo_labels(model, split, part.texts, part.config.longest, part.third)
        options = replace(part.config.training, device=config.device)
        more = with_edits((*examples, *labelled, *part.labelled), part.config.edited, options.seed)
        file = snapshot(f"teaching-{number}")
        round_epochs = yield from train(model, more, split.validation, options, file, stop)
        seconds += sum(epoch.seconds for epoch in round_epochs)
        facts = {"training": vars(options), "texts": len(labelled), "epochs": [vars(epoch) for epoch in round_epochs]}
        history.setdefault("teaching", []).append(vars(part.config) | facts)
    return history | training_metrics(epochs, seconds)


def training_metrics(epochs: Sequence[Epoch], seconds: float) -> dict[str, Any]:
    """What `metrics.json` says of a training; of one without a single step, a summed loss of None."""
    return {
        "train_seconds": round(seconds, 3),
        "epochs": [vars(epoch) for epoch in epochs],
        "summed_loss": epochs[-1].summed_loss if epochs else None,
    }
