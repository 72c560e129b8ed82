"""What worked in version 0.1 still works: commands, endpoints, checkpoints, imports. Links: browser/test_old_links.py

The expected answers are those of version 0.1.
"""

from __future__ import annotations

import importlib
import json
import runpy
import shlex
import sys
from pathlib import Path

import pytest
from helpers.samples import SMALL
from helpers.serving import call

import rnn_demo
from rnn_demo import __main__ as command_line
from rnn_demo.analysis.trace import record
from rnn_demo.public_names import DOORS
from rnn_demo.tasks import TASKS
from rnn_demo.zoo import checkpoint

# Checkpoint, text, answer, (layer, direction) of the trace, number of labels.
FORWARD, BOTH = [(0, "forward")], [(n, direction) for n in (0, 1) for direction in ("forward", "backward")]
ANSWERS = [
    ("hello", "hell", "ello", FORWARD, 4),
    ("names", "Ivan", "Russian", FORWARD, 18),
    ("names", "Giovanni", "Italian", FORWARD, 18),
    ("names-deep", "Hiroshi", "Japanese", BOTH, 18),
    ("names-gru", "Hiroshi", "Japanese", FORWARD, 18),
    ("names-rnn", "Hiroshi", "Japanese", FORWARD, 18),
    ("qa", "What is the capital of France?", "Paris", FORWARD, 1106),
    ("qa", "Who painted the Mona Lisa?", "Leonardo da Vinci", FORWARD, 1106),
    ("qa", "What is the capital of Wakanda?", None, FORWARD, 1106),
    ("qa-fast", "What is the capital of France?", "Paris", FORWARD, 324),
    ("qa-notebook", "What is the capital of France?", "Paris", FORWARD, 324),
    ("sentiment", "Not bad at all", "positive", FORWARD, 2),
    ("sentiment", "I hate it.", "negative", FORWARD, 2),
    ("sentiment-notebook", "This is great!", "negative", FORWARD, 2),
    ("sentiment-notebook", "I love this movie", "positive", FORWARD, 2),
]


def answer_of(prediction):
    return next(prediction[key] for key in ("label", "answer", "output") if key in prediction)


def test_every_checkpoint_opens_and_answers_as_before():
    assert {name for name, *_ in ANSWERS} <= set(checkpoint.available())
    models = {name: checkpoint.open_checkpoint(name) for name in {name for name, *_ in ANSWERS}}
    for name, text, answer, layers, labels in ANSWERS:
        model = models[name]
        assert answer_of(TASKS[model.task].predict(model, [text])[0]) == answer, (name, text)
        trace = record(model, text)
        assert [(layer.layer, layer.direction) for layer in trace.layers] == layers, name
        assert len(trace.labels) == labels, name


# --- the command line -------------------------------------------------------------------------------------------

TABLE, NAMES = SMALL / "qa_small.csv", SMALL / "names_small.csv"
# A command of version 0.1 with every option it had, and the keys of the first JSON object that it prints.
COMMANDS = {
    "train hello --device cpu --out {out}/a --resume --threads {threads} --epochs 2 --hidden-size=6 --json": {
        "train_seconds",
        "summed_loss",
        "device",
        "seed",
        "parameters",
        "recall",
        "measured",
        "out",
    },
    "train qa-own --data {table} --out {out}/b --device cpu --epochs 1 --json": {"accuracy", "recall", "out"},
    "evaluate sentiment-notebook --json": {"checkpoint", "on", "accuracy", "examples", "measured"},
    "evaluate names --data {names} --device cpu --json": {"checkpoint", "on", "accuracy", "macro_f1", "measured"},
    "predict names Ivan Hiroshi --json": {"input", "label", "probability", "top"},
    "predict qa --input {texts} --device cpu --json": {
        "input",
        "answer",
        "known",
        "confidence",
        "reason",
        "top",
        "unknown_words",
        "did_you_mean",
        "would_answer",
    },
    "predict sentiment 'Not bad at all' --json": {
        "input",
        "label",
        "probability",
        "unknown_words",
        "note",
        "words",
    },
    "predict hello hell": {"input", "output"},
    "trace names Ivan --json": {"checkpoint", "cell", "tokens", "x", "layers", "labels", "logits"},
    "tune hello --trials 1 --storage sqlite:///{out}/tune.db --json": {"trial", "value", "options"},
    "race --task parity --cells gru --distances 2,3 --seeds 1 --hidden-size 8 --examples 64 --epochs 1 "
    "--learning-rate 0.01 --keep-bias 1 --json": {
        "cell",
        "distance",
        "seed",
        "epochs",
        "accuracy",
        "chance",
        "diverged",
    },
    "bench --only checkpoint_size --json": {"name", "measured", "unit", "promise", "detail"},
}  # keys may be added, and none may go


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Run the command line in this process; return its exit code and what it prints."""
    texts = tmp_path / "texts.txt"
    texts.write_text("What is the capital of France?\n", encoding="utf-8")

    def run(words):
        import torch

        place = {"out": tmp_path, "texts": texts, "table": TABLE, "names": NAMES, "threads": torch.get_num_threads()}
        monkeypatch.setattr(sys, "argv", ["rnn_demo", *shlex.split(words.format(**place))])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        return ended.value.code or 0, capsys.readouterr().out

    return run


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words.split()[:2]))
def test_a_command_takes_its_options_and_prints_its_keys(run, words):
    code, out = run(words)
    assert code == 0
    assert set(json.loads(out.splitlines()[-1])) >= COMMANDS[words]


def test_a_trace_as_csv_has_its_columns(run):
    code, out = run("trace hello hell --csv")
    assert (code, out.splitlines()[0]) == (0, "step,token,layer,direction,quantity,unit,value")


def test_other_options_are_still_listed(run):
    listed = {"compare": ("--data", "--json"), "bench": ("--short", "--only", "--write", "--json")}
    for name, options in listed.items():
        code, out = run(f"{name} --help")
        assert code == 0
        assert all(option in out for option in options), name


def test_slips_runs_under_its_old_name(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["slips", "qa", str(TABLE)])
    monkeypatch.delitem(sys.modules, "rnn_demo.bench.typo_robustness", raising=False)  # as in a program of its own
    runpy.run_module("rnn_demo.slips", run_name="__main__")
    printed = json.loads(capsys.readouterr().out)
    assert {"slips", "slips_right", "slips_right_at_once", "slips_right_as_meant"} <= set(printed)


# --- Python -----------------------------------------------------------------------------------------------------

# What the README, CONTRIBUTING and the scripts that the lab saved imported.
IMPORTS = {
    "rnn_demo.checkpoints": ["open_checkpoint"],
    "rnn_demo.figures": ["VIEWS"],
    "rnn_demo.figures.figure": ["Subject", "frame", "over_time"],
    "rnn_demo.flow": ["flow"],
    "rnn_demo.model": ["Architecture", "SequenceModel"],
    "rnn_demo.race": ["Race", "race"],
    "rnn_demo.recipes": ["RECIPES", "Trained", "fit", "with_options"],
    "rnn_demo.tasks": ["TASKS", "Example"],
    "rnn_demo.tasks.task": ["Example", "Task", "top"],
    "rnn_demo.trace": ["record", "trace"],
    "rnn_demo.training": ["TrainingConfig", "train"],
    "rnn_demo.ui.page": ["TABS", "build_page"],
    "rnn_demo.ui.session": ["QUIET", "Models", "Session"],
    "rnn_demo.vocabulary": ["Vocabulary"],
}


def test_every_documented_import_works():
    missing = [
        (module, name)
        for module, names in IMPORTS.items()
        for name in names
        if not hasattr(importlib.import_module(module), name)
    ]
    assert missing == []


def test_every_old_module_opens():
    for name in DOORS:
        module = importlib.import_module(f"rnn_demo.{name}")
        with pytest.raises(AttributeError, match="no_such_name"):
            module.no_such_name  # noqa: B018


def test_a_script_that_the_lab_saved_still_trains(capsys):
    script = """
import json
from pathlib import Path

import torch

from rnn_demo.recipes import RECIPES, Trained, fit, with_options

data = None
recipe = with_options(RECIPES['hello'], {'epochs': 2, 'device': 'cpu'})
for event in fit(recipe, data):
    if isinstance(event, Trained):
        print(json.dumps(event.metrics["measured"], indent=2))
"""
    exec(compile(script, "script.py", "exec"), {})
    assert "accuracy" in json.loads(capsys.readouterr().out)["recall"]


def test_a_function_that_was_a_module_is_both():
    old = importlib.import_module("rnn_demo.trace")
    assert old.record is record
    assert rnn_demo.flow.__name__.endswith("flow")
    assert callable(importlib.import_module("rnn_demo.flow"))
    assert importlib.import_module("rnn_demo.vanishing").study is rnn_demo.study


# --- the API ----------------------------------------------------------------------------------------------------


def test_the_endpoints_answer_in_two_steps(server: str):
    """As curl calls them; tests/project/test_space.py calls them with Gradio's client."""
    host = server.removeprefix("http://")

    def answer(name: str, *data: str):
        kind, values = call(host, name, list(data))
        assert kind == "complete", name
        return values[0]

    assert answer("ask", "What is the capital of France?")["answer"] == "Paris"
    review = answer("sentiment", "Not bad at all")
    assert (review["label"], [word["word"] for word in review["words"]]) == ("positive", ["not", "bad", "at", "all"])
    assert answer("trace", "names", "Ivan")["tokens"] == ["i", "v", "a", "n"]
    models = {model["name"]: model for model in answer("models")}
    assert set(models) == set(checkpoint.available())
    keys = {"name", "title", "task", "cell", "hidden_size", "parameters", "examples", "measured"}
    assert set(models["names"]) >= keys


def test_a_folder_from_anywhere_is_opened_by_its_path(tmp_path: Path):
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in ("config.json", "model.safetensors"):  # all that is needed to answer
        (folder / name).write_bytes((checkpoint.find("hello") / name).read_bytes())
    model = checkpoint.open_checkpoint(str(folder))
    assert TASKS[model.task].predict(model, ["hell"])[0]["output"] == "ello"
