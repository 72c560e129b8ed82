"""A training and its measurements as lines of text, for the command line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any


def epoch_line(epoch: Any) -> str:
    validation = ""
    if epoch.validation_loss is not None:
        validation = f", validation loss {epoch.validation_loss:.4f}, accuracy {epoch.validation_accuracy:.4f}"
    return (
        f"epoch {epoch.epoch}/{epoch.epochs}: loss {epoch.loss:.4f}, accuracy {epoch.accuracy:.4f}{validation}, "
        f"gradient norm {epoch.gradient_norm:.3f}, {epoch.tokens_per_second:,.0f} tokens/s"
    )


def report_training(metrics: dict[str, Any], folder: Path, as_json: bool) -> None:
    measured = metrics["measured"]
    if as_json:
        accuracy: dict[str, float] = {}
        for part, scores in measured.items():  # of the first held-out part, and of the training data
            accuracy.setdefault("recall" if part == "recall" else "accuracy", scores["accuracy"])
        keys = ("train_seconds", "summed_loss", "device", "seed", "parameters")
        summary = {key: metrics[key] for key in keys} | accuracy
        print(json.dumps(summary | {"measured": measured, "out": str(folder)}))
        return
    seconds, loss = metrics["train_seconds"], metrics["summed_loss"]
    print(f"{folder}: {metrics['parameters']:,} parameters, {seconds:.1f} s on {metrics['device']}, loss {loss:.4f}")
    for part, scores in measured.items():
        print(f"  {part}: {scores_in_words(scores)}")


def scores_in_words(measured: dict[str, Any]) -> str:
    """The numbers of a measurement as words: "examples 90, accuracy 0.9667"."""
    numbers = {name.replace("_", " "): value for name, value in measured.items() if isinstance(value, (int, float))}
    return ", ".join(f"{name} {value:{',' if isinstance(value, int) else '.4f'}}" for name, value in numbers.items())


def with_progress(events: Iterable[Any]) -> Iterator[Any]:
    """Pass the events on; on a terminal, draw a bar of the steps meanwhile."""
    from rich.console import Console
    from rich.progress import Progress

    from rnn_demo.training import Step

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        bar = progress.add_task("reading data", total=None)
        for event in events:
            if isinstance(event, Step):
                progress.update(bar, total=event.steps, completed=event.step, description=f"loss {event.loss:.3f}")
            yield event
