"""The command line, a function for each command.

`--json` prints machine-readable output alone on stdout; progress and warnings go to stderr. Bad input ends with exit
code 2 and one line that says what was given, what is allowed and what to do.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from rnn_demo.machine import prepare_process
from rnn_demo.zoo.options import flag, parse_options, split_commas, whole_numbers
from rnn_demo.zoo.progress import epoch_line, report_training, scores_in_words, with_progress

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Train recurrent neural networks, run them and look inside them.",
)
Checkpoint = Annotated[str, typer.Argument(help="A folder name under checkpoints/, a path, or a Hub repository id.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout, and nothing else.")]
Data = Annotated[Path | None, typer.Option(help="A data file of your own, or the folder with the recipe's files.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps; auto leaves small networks on the CPU.")]


class TrainCommand(TyperCommand):
    """Lists the options of the model and its training at the end of `train --help`; torch is imported only then."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        from rnn_demo.zoo.recipe import OPTIONS

        formatter.write_paragraph()
        formatter.write_text("Options of the model and its training: " + ", ".join(map(flag, OPTIONS)))


@app.command(cls=TrainCommand, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def train(
    ctx: typer.Context,
    recipe: Annotated[str, typer.Argument(help="What to train, for example hello or names.")],
    data: Data = None,
    device: Device = "auto",
    out: Annotated[
        Path | None, typer.Option(help="The checkpoint's folder; by default RECIPE where checkpoints are looked up.")
    ] = None,
    threads: Annotated[int, typer.Option(help="Processor threads; 0 leaves the number to torch.", min=0)] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Continue this checkpoint's interrupted run.")] = False,
    as_json: Json = False,
) -> None:
    """Train a recipe and save its checkpoint. Any option of the model or its training can be given: --epochs 3."""
    import torch

    from rnn_demo.training import Epoch
    from rnn_demo.zoo import build, recipes
    from rnn_demo.zoo import checkpoint as checkpoints

    if threads:
        torch.set_num_threads(threads)
    variant = recipes.with_options(recipes.find_recipe(recipe), {"device": device, **parse_options(ctx.args)})
    checkpoints.check_place(out or checkpoints.FOLDER / recipe)  # before the work, not after it
    data_words = [] if data is None else ["--data", "DATA_FOLDER" if data.is_dir() else data.name]
    command = "python -m rnn_demo train " + shlex.join([recipe, *data_words, *ctx.args])
    snapshots = checkpoints.place_of_run(out or checkpoints.FOLDER / recipe, resume)
    for event in with_progress(build.fit(variant, data, command, snapshots)):
        if isinstance(event, build.Trained):
            folder = build.save(recipe, variant, event, out)
            shutil.rmtree(snapshots, ignore_errors=True)
            report_training(event.metrics, folder, as_json)
        elif isinstance(event, Epoch) and sys.stderr.isatty():
            print(epoch_line(event), file=sys.stderr)


@app.command()
def evaluate(checkpoint: Checkpoint, data: Data = None, device: Device = "auto", as_json: Json = False) -> None:
    """Measure a checkpoint on a data file, or on what its recipe held out."""
    from rnn_demo.zoo.build import evaluate_checkpoint
    from rnn_demo.zoo.checkpoint import load, locate

    folder = locate(checkpoint, hub=True)
    measured = evaluate_checkpoint(folder, load(folder), data, device)
    if as_json:
        part, scores = next(iter(measured.items()))
        print(json.dumps({"checkpoint": checkpoint, "on": part, **scores, "measured": measured}, ensure_ascii=False))
        return
    for part, scores in measured.items():
        print(f"{checkpoint} on {part}: {scores_in_words(scores)}")


@app.command()
def stress(
    checkpoint: Checkpoint,
    part: Annotated[str, typer.Option(help="Which templates and words: test, or validation to choose by.")] = "test",
    cases: Annotated[int, typer.Option(help="Cases of each capability.", min=1, max=1000)] = 100,
    save: Annotated[bool, typer.Option("--save", help="Write the report into the checkpoint's metrics.json.")] = False,
    as_json: Json = False,
) -> None:
    """Count what a sentiment network gets wrong, capability by capability, with an example of each."""
    from rnn_demo.analysis import stress as suite
    from rnn_demo.zoo import checkpoint as checkpoints

    folder = checkpoints.locate(checkpoint, hub=True)
    report = suite.stress(checkpoints.load(folder), part, cases)
    if save:
        checkpoints.save_metrics(folder, checkpoints.metrics(folder) | {"stress": report})
    if as_json:
        print(json.dumps({"checkpoint": checkpoint, **report}, ensure_ascii=False))
        return
    print("\n".join(map(suite.line, report["capabilities"])))


@app.command()
def units(
    checkpoint: Checkpoint,
    corpus: Annotated[Path | None, typer.Option(help="A CSV or a text file; else one of ours.")] = None,
    most: Annotated[int, typer.Option(help="How many units to print.", min=1)] = 20,
    as_json: Json = False,
) -> None:
    """Say of every unit which feature of a text it follows, with the evidence, and what is lost without it."""
    from rnn_demo.analysis.units import detect, sentences
    from rnn_demo.zoo import corpora
    from rnn_demo.zoo.checkpoint import open_checkpoint

    model = open_checkpoint(checkpoint, hub=True)
    name, texts = corpora.corpus(model, corpus)
    print(sentences.report_as_text(detect(model, texts), checkpoint, name, most, as_json))


@app.command()
def predict(
    checkpoint: Checkpoint,
    texts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TEXT]...", help="Texts, after -- if one begins with a minus sign; or lines of stdin."),
    ] = None,
    file: Annotated[Path | None, typer.Option("--input", help="A file with one text on each line.")] = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Answer texts: one JSON object for each, in order, with or without --json.

    The "probability" of sentiment is that of positive, even beside "label": "negative".
    """
    from rnn_demo.data.csv_files import decode, read_text
    from rnn_demo.limits import check_text
    from rnn_demo.tasks import TASKS
    from rnn_demo.training.device import device_of_reading
    from rnn_demo.zoo.checkpoint import open_checkpoint

    if texts and file is not None:
        raise ValueError("texts and --input cannot be combined; give one of them")
    if texts:
        lines = [_as_utf8(text) for text in texts]
    else:
        content = decode(sys.stdin.buffer.read(), "the input") if file is None else read_text(file)
        lines = content.replace("\r\n", "\n").removesuffix("\n").split("\n")
    for number, line in enumerate(lines, 1):
        try:
            check_text(line)
        except ValueError as error:
            raise ValueError(f"text {number}: {error}") from None
    model = open_checkpoint(checkpoint, hub=True)
    model.to(device_of_reading(device, model, lines))
    if model.task not in TASKS:
        raise ValueError(f"{checkpoint} was made for the task {model.task!r}; known are {', '.join(TASKS)}")
    for answer in TASKS[model.task].predict(model, lines):
        print(json.dumps(answer, ensure_ascii=False))


def _as_utf8(argument: str) -> str:
    """The text of an argument whose bytes are UTF-8, whatever the locale says (LC_ALL=C says ASCII)."""
    try:
        return os.fsencode(argument).decode("utf-8")
    except UnicodeError:
        return argument


@app.command()
def trace(
    checkpoint: Checkpoint,
    text: Annotated[str, typer.Argument(help="What the network reads; after -- if it begins with a minus sign.")],
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a row for each number.")] = False,
) -> None:
    """Read a text step by step and print every number that the network computes."""
    from rnn_demo.analysis.trace import record
    from rnn_demo.zoo.checkpoint import open_checkpoint

    if as_json and as_csv:
        raise ValueError("--json and --csv cannot be combined; choose one")
    recording = record(open_checkpoint(checkpoint, hub=True), _as_utf8(text))
    if recording.cut:
        print(f"the text is too long for a trace: its last {recording.cut:,} tokens were left out", file=sys.stderr)
    if as_csv:
        print(recording.to_csv(), end="")
    elif as_json:
        print(recording.to_json(checkpoint))
    else:
        for t, token in enumerate(recording.tokens):
            visible = token if token.isprintable() else repr(token)
            print(f"{t + 1:4d}  {visible:20s} {recording.answer_in_words(t)}")


@app.command()
def tune(
    recipe: Annotated[str, typer.Argument(help="The recipe whose options are searched.")],
    trials: Annotated[int, typer.Option(help="How many sets of options to try.", min=1, max=10_000)] = 20,
    storage: Annotated[
        str | None, typer.Option(help="Where the study is kept: a database, sqlite:///tune.db, or a journal, tune.log.")
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Search learning rate, hidden size, dropout and cell with Optuna; print the best options."""
    from rnn_demo.experiments.tuning import best_trial, search
    from rnn_demo.zoo.recipes import find_recipe

    best: dict[str, Any] | None = None
    for trial in search(recipe, find_recipe(recipe), data, trials, storage):
        line = f"trial {trial['trial']}: {trial['value']:.4f} {trial['options']}"
        print(json.dumps(trial) if as_json else line, flush=True)
        best = max(best or trial, trial, key=lambda trial: trial["value"])
    if storage:  # other processes may have found a better one
        best = best_trial(recipe, storage)
    if best and not as_json:
        options = " ".join(f"{flag(name)} {value}" for name, value in best["options"].items())
        print(f"best: {best['value']:.4f} with python -m rnn_demo train {recipe} {options}")


@app.command()
def compare(
    recipe: Annotated[str, typer.Argument(help="The recipe to vary: sentiment or qa.")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Train a recipe with one thing changed at a time, and measure the difference."""
    from rnn_demo.experiments.compare_models import COMPARISONS
    from rnn_demo.zoo import checkpoint as checkpoints
    from rnn_demo.zoo.recipes import find_recipe

    original = find_recipe(recipe)
    if recipe not in COMPARISONS:
        raise ValueError(f"there is no comparison for {recipe}; choose one of {', '.join(COMPARISONS)}")
    file = checkpoints.find(recipe) / checkpoints.COMPARISON
    for row in COMPARISONS[recipe](recipe, original, data, file):
        print(json.dumps(row) if as_json else f"{row['model']}: {scores_in_words(row)}", flush=True)


@app.command()
def stability(
    recipe: Annotated[str, typer.Argument(help="The recipe to train several times, for example names.")],
    seeds: Annotated[int, typer.Option(help="How many seeds: the recipe's own and those after it.", min=2)] = 5,
    data: Data = None,
    test: Annotated[Path | None, typer.Option(help="A file to measure each network on as well.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Write the results beside the recipe's checkpoint.")] = False,
    as_json: Json = False,
) -> None:
    """Train a recipe from several seeds: how much of its figures and of its answers is chance?"""
    from rnn_demo.zoo import checkpoint as checkpoints
    from rnn_demo.zoo import stability as study
    from rnn_demo.zoo.recipes import find_recipe

    original, rows = find_recipe(recipe), []
    for row in study.stability(recipe, seeds, data, test):
        rows.append(row)
        mistakes = ", ".join(f"{text}: {row['answers'][text]}" for text in study.wrong(original, row)) or "none"
        lines = [f"  {part}: {scores_in_words(scores)}" for part, scores in row["measured"].items()]
        words = [f"seed {row['seed']}, {row['train_seconds']:.0f} s, wrong examples: {mistakes}", *lines]
        print(json.dumps(row, ensure_ascii=False) if as_json else "\n".join(words), flush=True)
    if write:
        study.save(checkpoints.find(recipe) / checkpoints.STABILITY, rows)


@app.command()
def race(
    task: Annotated[str, typer.Option(help="recall, adding, parity, brackets or copy.")] = "recall",
    cells: Annotated[str, typer.Option(help="The cells that take part.")] = "rnn_tanh,rnn_relu,gru,lstm,mingru,minlstm",
    distances: Annotated[str, typer.Option(help="How many steps they must remember.")] = "5,10,20,40",
    seeds: Annotated[int, typer.Option(help="Runs of each cell over each distance.")] = 3,
    hidden_size: Annotated[int, typer.Option(help="Hidden units of each network.")] = 32,
    examples: Annotated[int, typer.Option(help="Training examples for each distance.")] = 1024,
    epochs: Annotated[int, typer.Option(help="Epochs, at most.")] = 15,
    learning_rate: Annotated[float, typer.Option(help="Learning rate.")] = 0.01,
    keep_bias: Annotated[
        float, typer.Option(help="Initial bias of the gate that keeps the old state; above 0 it starts open.")
    ] = 5.0,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Train several cells on a memory task at once, over longer and longer distances: which one forgets?"""
    from rnn_demo.experiments.cell_race import Finish, Race, scores
    from rnn_demo.experiments.cell_race import race as events_of

    numbers, names = tuple(whole_numbers("--distances", distances)), tuple(split_commas(cells))
    setting = Race(task, names, numbers, seeds, hidden_size, examples, epochs, learning_rate, keep_bias, device)
    finishes = []
    for event in events_of(setting):
        if isinstance(event, Finish):
            finishes.append(event)
            if as_json:
                print(json.dumps(vars(event)), flush=True)
    for score in [] if as_json else scores(finishes):
        spread = f"{score.low:.3f} to {score.high:.3f} over {score.seeds} seeds (chance {score.chance:.3f})"
        print(f"{score.cell:9s} over {score.distance:3d} steps: accuracy {score.mean:.3f}, {spread}")


@app.command()
def studies(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="race, gradient, clipping, explosion, durations, curves."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The folder to write to, made if need be; that of the package by default.")
    ] = None,
) -> None:
    """Run the studies whose results the page shows before anybody has trained anything, and write them down."""
    from rnn_demo.experiments import shipped

    for line in shipped.run(names or list(shipped.STUDIES), out or shipped.FOLDER):
        print(line, flush=True)


@app.command()
def figure(
    view: Annotated[
        str, typer.Argument(help="heat map, answers, unrolled, cell, verdict, race, ...; a wrong name lists them all.")
    ],
    checkpoint: Annotated[
        str | None, typer.Argument(help="As for the other commands; by default the picture's own.")
    ] = None,
    text: Annotated[str | None, typer.Argument(help="What the network reads; by default the picture's own.")] = None,
    out: Annotated[Path | None, typer.Option(help="The file; its ending (.svg, .png, .html) sets the format.")] = None,
) -> None:
    """Draw a picture for a slide (1920 x 1080) into a file. SVG and HTML need no browser; PNG needs the extra "png"."""
    from rnn_demo.figures.drawing import files

    if out is None:
        raise ValueError(f"say where the picture goes: --out {view.replace(' ', '-')}.svg (or .png, or .html)")
    print(files.save(view, checkpoint, text if text is None else _as_utf8(text), out))


@app.command()
def handout(
    checkpoint: Checkpoint,
    text: Annotated[str | None, typer.Option(help="What the network reads first.")] = None,
    out: Annotated[Path | None, typer.Option(help="The file, which ends in .html.")] = None,
) -> None:
    """Write one HTML file in which a network reads whatever is typed, step by step, without a server."""
    from rnn_demo.ui.viewer.handout import save_handout

    print(f"{out} ({save_handout(checkpoint, text and _as_utf8(text), out) / 1e6:.2f} MB)")


@app.command()
def bench(
    as_json: Json = False,
    only: Annotated[list[str] | None, typer.Option(help="Measure only this; may be given several times.")] = None,
    short: Annotated[bool, typer.Option("--short", help="Measure only a few, in half a minute.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Write the results into docs/BENCHMARKS.md.")] = False,
) -> None:
    """Measure every speed that the project promises, most of them as a ratio within one run."""
    from rnn_demo.bench.report import run_and_print

    run_and_print(only, short, write, as_json)


def main() -> None:
    """Run the command line; an error that the user can correct is one line on stderr and exit code 2."""
    prepare_process()  # before torch is imported
    for stream in (sys.stdout, sys.stderr):  # JSON is UTF-8, also in a pipe on Windows
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors=stream.errors)
    try:
        sys.exit(app(standalone_mode=False))
    except (ValueError, OSError, ArithmeticError) as error:
        message = str(error)
    except Exception as error:  # the command parser's own errors, which are not of one importable family
        if not hasattr(error, "format_message"):
            raise
        message = error.format_message()
        if message.startswith("No such option"):
            message += "; put -- before a text that begins with a minus sign, and see --help for the options"
    print("error: " + " ".join(message.split()), file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    main()
