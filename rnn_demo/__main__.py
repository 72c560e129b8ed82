"""The command line: train, evaluate, predict, trace, tune, compare, race and bench.

`--json` prints machine-readable output alone on stdout; progress and warnings go to stderr; bad input ends
with exit code 2 and one line that says what was given, what is allowed and what to do.
"""

from __future__ import annotations

import datetime
import json
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer

from rnn_demo.machine import settle

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Train, run and look into recurrent neural networks.",
)
Checkpoint = Annotated[str, typer.Argument(help="A folder name under checkpoints/, a path, or a Hub repository id.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on stdout.")]
Data = Annotated[Path | None, typer.Option(help="A data file of your own, or the folder with the recipe's files.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")]


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def train(
    ctx: typer.Context,
    recipe: Annotated[str, typer.Argument(help="What to train, for example hello or names.")],
    data: Data = None,
    device: Device = "auto",
    out: Annotated[Path | None, typer.Option(help="Where the checkpoint goes; checkpoints/RECIPE if not said.")] = None,
    threads: Annotated[int, typer.Option(help="Processor threads that compute; 0: as many as torch takes.", min=0)] = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run of this checkpoint that stopped.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Train a recipe and save its checkpoint. Any option of the model or the training can be given: --epochs 3."""
    settle()
    import torch

    from rnn_demo.training import Epoch
    from rnn_demo.zoo import build, recipes
    from rnn_demo.zoo import checkpoint as checkpoints

    if threads:
        torch.set_num_threads(threads)

    if out is not None:
        checkpoints.check_place(out)  # before the work, not after it
    chosen = recipes.with_options(recipes.find_recipe(recipe), {"device": device, **_options(ctx.args)})
    command = "python -m rnn_demo train " + shlex.join([recipe, *_data_option(data), *ctx.args])
    kept = checkpoints.place_of_run(out or checkpoints.FOLDER / recipe, resume)
    for event in _with_progress(build.fit(chosen, data, command, kept)):
        if isinstance(event, build.Trained):
            folder = build.save(recipe, chosen, event, out)
            shutil.rmtree(kept, ignore_errors=True)
            _report_training(event.metrics, folder, as_json)
        elif isinstance(event, Epoch) and sys.stderr.isatty():
            print(_epoch_line(event), file=sys.stderr)


def _data_option(data: Path | None) -> list[str]:
    return [] if data is None else ["--data", data.name if data.is_file() else "DATA_FOLDER"]


def _options(args: list[str]) -> dict[str, Any]:
    """`--hidden-size 64 --bidirectional true` as values of the right type, by the fields of the configurations."""
    from rnn_demo.network.model import Architecture
    from rnn_demo.tasks import Making
    from rnn_demo.training import TrainingConfig

    types = {f.name: f.type for part in (Architecture, TrainingConfig, Making) for f in fields(part)}
    names = {name: str(getattr(type_, "__name__", type_)) for name, type_ in types.items()}
    convert: dict[str, Callable[[str], Any]] = {"int": int, "float": float, "str": str, "bool": _boolean}
    options: dict[str, Any] = {}
    words = [word for arg in args for word in (arg.split("=", 1) if arg.startswith("--") else [arg])]
    for name, value in zip(words[::2], [*words[1::2], ""], strict=False):
        key = name.removeprefix("--").replace("-", "_")
        if not name.startswith("--") or key not in types:
            raise ValueError(
                f"unknown option {name}; choose from {', '.join('--' + t.replace('_', '-') for t in types)}"
            )
        try:
            options[key] = convert[names[key]](value)
        except ValueError:
            raise ValueError(f"{name} wants a value of type {names[key]}, got {value!r}") from None
    return options


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError
    return text.lower() == "true"


def _with_progress(events: Iterable[Any]) -> Iterator[Any]:
    """Pass the events on; on a terminal draw a bar of the steps meanwhile."""
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


def _epoch_line(epoch: Any) -> str:
    held_out = "" if epoch.validation_loss is None else (
        f", validation loss {epoch.validation_loss:.4f}, accuracy {epoch.validation_accuracy:.4f}"
    )  # fmt: skip
    return (
        f"epoch {epoch.epoch}/{epoch.epochs}: loss {epoch.loss:.4f}, accuracy {epoch.accuracy:.4f}{held_out}, "
        f"gradient norm {epoch.gradient_norm:.3f}, {epoch.tokens_per_second:,.0f} tokens/s"
    )


def _report_training(metrics: dict[str, Any], folder: Path, as_json: bool) -> None:
    if as_json:
        score: dict[str, float] = {}
        for part, scores in metrics["measured"].items():  # the first part that was held out, and what was learnt
            score.setdefault("recall" if part == "recall" else "accuracy", scores["accuracy"])
        keys = ("train_seconds", "summed_loss", "device", "seed", "parameters")
        print(
            json.dumps(
                {key: metrics[key] for key in keys} | score | {"measured": metrics["measured"], "out": str(folder)}
            )
        )
        return
    print(f"{folder}: {metrics['parameters']:,} parameters, {metrics['train_seconds']:.1f} s on {metrics['device']}, "
          f"summed loss {metrics['summed_loss']:.4f}")  # fmt: skip
    for part, scores in metrics["measured"].items():
        print(f"  {part}: " + _scores(scores))


def _scores(measured: dict[str, Any]) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {value:,}" if isinstance(value, int) else f"{name.replace('_', ' ')} {value:.4f}"
        for name, value in measured.items() if isinstance(value, (int, float))
    )  # fmt: skip


@app.command()
def evaluate(checkpoint: Checkpoint, data: Data = None, device: Device = "auto", as_json: Json = False) -> None:
    """Measure a checkpoint on a data file, or on what its recipe held out."""
    from rnn_demo.training import choose_device
    from rnn_demo.zoo.build import evaluate_checkpoint
    from rnn_demo.zoo.checkpoint import load, locate

    folder = locate(checkpoint, hub=True)
    measured = evaluate_checkpoint(folder, load(folder).to(choose_device(device)), data)
    if as_json:
        part, scores = next(iter(measured.items()))
        print(json.dumps({"checkpoint": checkpoint, "on": part, **scores, "measured": measured}, ensure_ascii=False))
        return
    for part, scores in measured.items():
        print(f"{checkpoint} on {part}: {_scores(scores)}")


@app.command()
def predict(
    checkpoint: Checkpoint,
    texts: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT]...", help="Texts; lines of stdin if none.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--input", help="A file with a text on each line.")] = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Answer texts: a line in, a JSON object out, in order."""
    from rnn_demo.data.csv_files import decode, read_text
    from rnn_demo.limits import check_text
    from rnn_demo.tasks import TASKS
    from rnn_demo.training import choose_device
    from rnn_demo.zoo.checkpoint import open_checkpoint

    if texts and file is None:
        lines = list(texts)
    else:
        content = decode(sys.stdin.buffer.read(), "the input") if file is None else read_text(file)
        lines = content.replace("\r\n", "\n").removesuffix("\n").split("\n")
    for number, line in enumerate(lines, 1):
        try:
            check_text(line)
        except ValueError as error:
            raise ValueError(f"text {number}: {error}") from None
    model = open_checkpoint(checkpoint, hub=True).to(choose_device(device))
    if model.task not in TASKS:
        raise ValueError(f"{checkpoint} was made for the task {model.task!r}; known are {', '.join(TASKS)}")
    for answer in TASKS[model.task].predict(model, lines):
        print(json.dumps(answer, ensure_ascii=False))


@app.command()
def trace(
    checkpoint: Checkpoint,
    text: Annotated[str, typer.Argument(help="What the network reads.")],
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a row for each number.")] = False,
) -> None:
    """Read a text step by step and print every number that the network computes."""
    from rnn_demo.analysis.trace import record
    from rnn_demo.zoo.checkpoint import open_checkpoint

    if as_json and as_csv:
        raise ValueError("--json and --csv exclude each other; choose one")
    recorded = record(open_checkpoint(checkpoint, hub=True), text)
    if recorded.cut:
        print(f"the text is longer than a trace: its last {recorded.cut:,} tokens were left out", file=sys.stderr)
    if as_csv:
        print(recorded.to_csv(), end="")
    elif as_json:
        print(recorded.to_json(checkpoint))
    else:
        for t, token in enumerate(recorded.tokens):
            best = int(recorded.probabilities[t].argmax())
            shown = token if token.isprintable() else repr(token)
            print(f"{t + 1:4d}  {shown:20s} {recorded.labels[best]} ({recorded.probabilities[t, best]:.3f})")


@app.command()
def tune(
    recipe: Annotated[str, typer.Argument(help="The recipe whose options are searched.")],
    trials: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    storage: Annotated[
        str | None, typer.Option(help="A database to keep the study in, for example sqlite:///tune.db")
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Search learning rate, hidden size, dropout and cell with Optuna; print the best options."""
    from rnn_demo.experiments.tuning import search
    from rnn_demo.zoo.recipes import find_recipe

    best: dict[str, Any] = {}
    for trial in search(recipe, find_recipe(recipe), data, trials, storage):
        print(json.dumps(trial) if as_json else f"trial {trial['trial']}: {trial['value']:.4f} {trial['options']}")
        best = max(best or trial, trial, key=lambda trial: trial["value"])
    if best and not as_json:
        options = " ".join(f"--{name.replace('_', '-')} {value}" for name, value in best["options"].items())
        print(f"best: {best['value']:.4f} with python -m rnn_demo train {recipe} {options}")


@app.command()
def compare(
    recipe: Annotated[str, typer.Argument(help="The recipe whose model is compared: sentiment or qa.")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Train the recipe with one thing changed at a time, and measure what that is worth."""
    settle()
    from rnn_demo.experiments import ablation, qa_ablation
    from rnn_demo.zoo import checkpoint as checkpoints
    from rnn_demo.zoo.recipes import find_recipe

    comparisons = {"sentiment": ablation.compare, "qa": qa_ablation.compare}
    chosen = find_recipe(recipe)
    if recipe not in comparisons:
        raise ValueError(f"nothing is compared with {recipe}; choose one of {', '.join(comparisons)}")
    file = checkpoints.find(recipe) / checkpoints.COMPARISON
    for row in comparisons[recipe](recipe, chosen, data, file):
        print(json.dumps(row) if as_json else f"{row['model']}: {_scores(row)}", flush=True)


@app.command()
def race(
    task: Annotated[str, typer.Option(help="What must be remembered, for example recall.")] = "recall",
    cells: Annotated[str, typer.Option(help="Who runs.")] = "rnn_tanh,rnn_relu,gru,lstm",
    distances: Annotated[str, typer.Option(help="Over how many steps.")] = "5,10,20,40",
    seeds: Annotated[int, typer.Option(help="How often each cell runs each distance.")] = 3,
    hidden_size: int = 32,
    examples: Annotated[int, typer.Option(help="How many are learnt.")] = 1024,
    epochs: Annotated[int, typer.Option(help="How often, at most.")] = 15,
    learning_rate: float = 0.01,
    keep_bias: Annotated[float, typer.Option(help="How far open the gates that keep the old state start.")] = 5.0,
    as_json: Json = False,
) -> None:
    """Let cells learn the same at the same time, over longer and longer distances: who forgets?"""
    settle()
    from rnn_demo.experiments.cell_race import Finish, Race, scores
    from rnn_demo.experiments.cell_race import race as events_of

    setting = Race(task, tuple(_listed(cells)), tuple(_whole_numbers("--distances", distances)), seeds, hidden_size,
                   examples, epochs, learning_rate, keep_bias)  # fmt: skip
    finishes = []
    for event in events_of(setting):
        if isinstance(event, Finish):
            finishes.append(event)
            if as_json:
                print(json.dumps(vars(event)), flush=True)
    for score in [] if as_json else scores(finishes):
        print(f"{score.cell:9s} over {score.distance:3d} steps: accuracy {score.mean:.3f}, "
              f"{score.low:.3f} to {score.high:.3f} of {score.seeds} seeds (chance {score.chance:.3f})")  # fmt: skip


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _whole_numbers(option: str, text: str) -> list[int]:
    try:
        return [int(part) for part in _listed(text)]
    except ValueError:
        raise ValueError(f"{option} wants whole numbers with commas between, as 5,10,20, got {text!r}") from None


@app.command()
def bench(
    as_json: Json = False,
    only: Annotated[list[str] | None, typer.Option(help="Measure only these ratios.")] = None,
    short: Annotated[bool, typer.Option("--short", help="Measure a few of them, in half a minute.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Write what was found into BENCHMARKS.md.")] = False,
) -> None:
    """Measure every speed the project promises, each as a ratio within one run."""
    from rnn_demo.bench import report
    from rnn_demo.bench.ratios import BENCHES, SHORT, run

    unknown = [name for name in only or () if name not in BENCHES]
    if unknown:
        raise ValueError(f"unknown bench {unknown[0]!r}; choose from {', '.join(BENCHES)}")
    rows = []
    for row in run(only or (SHORT if short else list(BENCHES))):
        rows.append(row)
        print(json.dumps(row) if as_json else report.line(row), flush=True)
    if write:
        file = Path(report.FILE)
        file.parent.mkdir(exist_ok=True)
        file.write_text(report.document(rows, datetime.date.today()), encoding="utf-8")


def main() -> None:
    """Run the command line; an error that a reader can mend is one line on stderr and exit code 2."""
    try:
        sys.exit(app(standalone_mode=False))
    except (ValueError, OSError, ArithmeticError) as error:
        message = str(error)
    except Exception as error:  # the command parser's own errors, which are not of one importable family
        if not hasattr(error, "format_message"):
            raise
        message = error.format_message()
    print("error: " + " ".join(message.split()), file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    main()
