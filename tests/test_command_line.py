"""The command line keeps its contracts: JSON alone on stdout, and for bad input exit code 2 and one line on stderr."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers.samples import SENTENCES, SMALL, few_questions, sample_file, small_model
from helpers.warm_python import run_python

from rnn_demo import __main__ as command_line
from rnn_demo.bench import ratios
from rnn_demo.limits import MAX_CHARACTERS
from rnn_demo.tasks import TASKS
from rnn_demo.tasks.answers import LabelAnswer, NameAnswer, QAAnswer, SentimentAnswer, StepAnswer
from rnn_demo.tasks.series import NextValue
from rnn_demo.training import run_state
from rnn_demo.zoo import build, checkpoint, recipes
from rnn_demo.zoo.recipes import RECIPES

ROOT = Path(__file__).parents[1]
RECIPE_OF = {recipe.task: name for name, recipe in reversed(RECIPES.items())}  # of each task its first recipe


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with a checkpoint of each task, named after it, of models that were trained for a moment."""
    folder = tmp_path_factory.mktemp("checkpoints")
    with few_questions(tmp_path_factory.mktemp("files")):
        for task, name in RECIPE_OF.items():
            few = {"count": 100} if RECIPES[name].making else {}
            recipe = recipes.with_options(RECIPES[name], {"epochs": 1, "device": "cpu", "hidden_size": 8, **few})
            *_, result = build.fit(recipe, sample_file(task))
            build.save(task, recipe, result, folder / task)
        yield folder


@pytest.fixture
def command(trained, monkeypatch, capsys):
    """Run the command line in this process, as `python -m rnn_demo ...` does; return exit code, stdout, stderr."""
    monkeypatch.setattr(checkpoint, "FOLDER", trained)

    def run(*words, stdin=""):
        monkeypatch.setattr(sys, "argv", ["rnn_demo", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


def program(*words, stdin="", **environment):
    """The same as a program of its own, with pipes for its input and output, which are UTF-8."""
    return subprocess.run(
        [sys.executable, "-m", "rnn_demo", *map(str, words)],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        env=os.environ | environment,
    )


def forked(*words, stdin=""):
    """The same as a program that need not import torch first."""
    return run_python(["-m", "rnn_demo", *map(str, words)], ROOT, stdin)


# --- bad input --------------------------------------------------------------------------------------------------


def table(folder, content):
    path = folder / "table.csv"
    path.write_bytes(content)
    return path


BAD = {
    "no command": ("dance",),
    "unknown recipe": ("train", "helo"),
    "unknown device": ("train", "hello", "--device", "tpu"),
    "missing device": ("train", "hello", "--device", "mps"),
    "unknown option": ("train", "hello", "--colour", "red"),
    "no number": ("train", "hello", "--epochs", "many"),
    "no value": ("train", "hello", "--epochs"),
    "stray word": ("train", "hello", "world"),
    "nonsense": ("train", "hello", "--hidden-size", "0"),
    "too far": ("train", "recall", "--distance", "201"),
    "an option of other recipes": ("train", "hello", "--distance", "20"),
    "too large": ("train", "hello", "--hidden-size", "4096", "--num-layers", "8"),
    "missing data": ("train", "qa", "--data", "no-such-file.csv"),
    "unknown checkpoint": ("predict", "none-of-these", "hello"),
    "checkpoint out of the folder": ("predict", "../../etc", "hello"),
    "empty text": ("predict", "qa", ""),
    "blank text": ("predict", "sentiment", " \n "),
    "too long text": ("predict", "qa", "a" * (MAX_CHARACTERS + 1)),
    "one bad text among good ones": ("predict", "qa", "fine", ""),
    "missing input": ("predict", "qa", "--input", "no-such-file.txt"),
    "predict on an unknown device": ("predict", "qa", "hello", "--device", "gpu"),
    "empty trace": ("trace", "qa", ""),
    "two formats": ("trace", "qa", "hello", "--json", "--csv"),
    "trace of nothing": ("trace", "none-of-these", "hello"),
    "evaluate what no recipe made": ("evaluate", "characters"),
    "evaluate nothing": ("evaluate", "none-of-these"),
    "evaluate on nothing": ("evaluate", "qa", "--data", "no-such-file.csv"),
    "a race of strangers": ("race", "--cells", "lstm,mlp"),
    "a race without numbers": ("race", "--distances", "near,far"),
    "a race too far": ("race", "--distances", "5,201"),
    "unknown bench": ("bench", "--only", "sleep"),
    "stress what has no opinions": ("stress", "qa"),
    "stress an unknown part": ("stress", "sentiment", "--part", "exam"),
    "stress without cases": ("stress", "sentiment", "--cases", "0"),
    "a word in a series": ("predict", "series", "112 many"),
    "a scaling that there is not": ("train", "series", "--scaling", "test"),
    "tune nothing": ("tune", "helo", "--trials", "1"),
    "tune without trials": ("tune", "hello", "--trials", "0"),
    "tune in no database": ("tune", "hello", "--trials", "1", "--storage", "nowhere"),
}
BAD_TABLES = {
    "without the columns": b"frage,antwort\na,b\n",
    "with an empty cell": b"question,answer\na,\n",
    "in another encoding": "question,answer\nZoë,b\n".encode("utf-16"),
    "in Latin-1": "question,answer\nZoë,b\n".encode("latin-1"),
    "with one row": b"question,answer\na,b\n",
    "without a row": b"question,answer\n",
    "without anything": b"",
    "with NUL": b"question,answer\na,\0\n",
}


def refused(code, out, err):
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("error: ")
    assert "Traceback" not in err


@pytest.mark.parametrize("words", BAD.values(), ids=BAD)
def test_bad_input_ends_with_code_2_and_one_line(command, words):
    refused(*command(*words))


@pytest.mark.parametrize("content", BAD_TABLES.values(), ids=BAD_TABLES)
def test_a_bad_table_ends_with_code_2_and_one_line(command, tmp_path, content):
    refused(*command("train", "qa", "--data", table(tmp_path, content), "--out", tmp_path / "out"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("data", ["names_small.csv", "qa_small.csv"])
def test_data_of_another_task_end_with_code_2_and_one_line(command, data):
    refused(*command("evaluate", "sentiment", "--data", SMALL / data))


def test_labels_that_a_model_does_not_know_end_with_code_2_and_one_line(command, tmp_path):
    refused(*command("evaluate", "qa", "--data", table(tmp_path, b"question,answer\na,b\nc,d\n")))
    refused(*command("train", "qa-notebook", "--data", table(tmp_path, b"question,answer\na,two words\nc,d\n")))
    refused(*command("evaluate", "characters", "--data", table(tmp_path, b"xyz")))


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
@pytest.mark.parametrize("content", [None, b"", b"{", b"\xff" * 100])
def test_a_damaged_checkpoint_ends_with_code_2_and_one_line(command, tmp_path, name, content):
    folder = checkpoint.save(small_model(), tmp_path / "damaged", {}, "")
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    for words in (("predict", folder, "bad"), ("trace", folder, "bad"), ("evaluate", folder)):
        refused(*command(*words))


@pytest.mark.parametrize("name", ["unknown recipe", "unknown checkpoint", "no number"])
def test_a_subprocess_reports_errors_like_the_command(name):
    ended = forked(*BAD[name])
    refused(ended.returncode, ended.stdout, ended.stderr)


def test_a_text_that_looks_like_an_option_is_refused_with_a_hint(command):
    text = "-10/10 would not watch again"
    code, out, err = command("predict", "sentiment", text)
    refused(code, out, err)
    assert " -- " in err
    assert json.loads(command("predict", "sentiment", "--", text)[1])["input"] == text


# --- what it prints ---------------------------------------------------------------------------------------------

STRANGE = [
    "a",
    "🙂",
    "Привет 日本",
    "<img onerror=alert(1)>",
    "${x} {{y}} {% z %}",
    "good " * 2000,
    '"quoted", \\ back',
]
ANSWERS = {
    "qa": QAAnswer,
    "qa-own": QAAnswer,
    "qa-notebook": QAAnswer,
    "sentiment": SentimentAnswer,
    "names": NameAnswer,
    "series": NextValue,
}
NUMBERS = ["1", "112 118 132 129", "-3.5 1e3", "0 0 0"]


def keys(task):
    """The keys of a task's answers: a label, or a character after each step, unless `ANSWERS` names another form."""
    return set(ANSWERS.get(task, StepAnswer if TASKS[task].per_step else LabelAnswer).__annotations__)


@pytest.mark.parametrize("task", RECIPE_OF)
def test_predict_prints_an_object_for_each_text_in_order(command, task, tmp_path):
    code, out, err = command("predict", task, "--json", "--", *(texts := NUMBERS if task == "series" else STRANGE))
    answers = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [answer["input"] for answer in answers] == texts
    assert all(set(answer) == keys(task) for answer in answers)
    file = tmp_path / "texts.txt"
    file.write_text("\r\n".join(texts) + "\r\n", encoding="utf-8", newline="")
    assert command("predict", task, "--json", "--input", file)[1] == out
    assert command("predict", task, "--json", stdin="\n".join(texts))[1] == out


def test_predict_keeps_the_promises_of_each_kind(command):
    def answer(task, text):
        return json.loads(command("predict", task, "--json", text)[1])

    qa = answer("qa", "What is the zorgle of France?")
    assert qa["unknown_words"] == ["zorgle"]
    assert set(qa["top"][0]) == {"answer", "probability"}
    assert qa["answer"] == (qa["top"][0]["answer"] if qa["known"] else None)
    sentiment = answer("sentiment", "a lovely surprise")
    assert sentiment["label"] in ("positive", "negative")
    assert {"word", "running", "contribution"} <= set(sentiment["words"][0])
    assert answer("names", "Ivan")["top"][0].keys() == {"label", "probability"}
    assert len(answer("characters", "hell")["output"]) == 4


@pytest.mark.parametrize("task", RECIPE_OF)
def test_trace_prints_arrays_of_the_documented_shapes(command, task):
    text = NUMBERS[1] if task == "series" else "hell of a day"
    code, out, err = command("trace", task, text, "--json")
    printed = json.loads(out)
    model = checkpoint.open_checkpoint(task)
    T, H = len(printed["tokens"]), model.architecture.hidden_size
    assert (code, err) == (0, "")
    assert {"checkpoint", "cell", "tokens", "x", "layers", "labels", "logits"} <= set(printed)
    assert np.shape(printed["logits"]) == (T, len(printed["labels"]))
    assert len(printed["x"]) == T
    for layer in printed["layers"]:
        assert set(layer) == {"layer", "direction", "a_ih", "a_hh", "quantities", "initial"}
        assert np.shape(layer["a_ih"]) == np.shape(layer["a_hh"]) == (T, len(model.cell.gates), H)
        assert {np.shape(values) for values in layer["quantities"].values()} == {(T, H)}
    code, out, err = command("trace", task, text, "--csv")
    units = sum(len(layer["quantities"]) * T * H for layer in printed["layers"])
    assert (code, err, len(list(csv.DictReader(io.StringIO(out))))) == (0, "", units)


def test_a_trace_of_a_long_text_says_on_stderr_what_was_cut(command):
    code, out, err = command("trace", "sentiment", "good " * 300, "--json")
    assert (code, len(json.loads(out)["tokens"])) == (0, 256)
    assert "its last 44 tokens were left out" in err


@pytest.mark.parametrize("task", filter(sample_file, RECIPE_OF))
def test_evaluate_prints_a_json_object(command, task):
    code, out, err = command("evaluate", task, "--data", sample_file(task), "--json")
    printed = json.loads(out)
    assert (code, err) == (0, "")
    assert printed["checkpoint"] == task
    assert 0 <= printed["accuracy"] <= 1


def test_stress_prints_a_report_and_saves_it(command, trained):
    code, out, err = command("stress", "sentiment", "--cases", "5", "--json", "--save")
    report = json.loads(out)
    assert (code, err, report.pop("checkpoint")) == (0, "", "sentiment")
    assert checkpoint.metrics(trained / "sentiment")["stress"] == report
    assert checkpoint.metrics(trained / "sentiment")["measured"]
    lines = command("stress", "sentiment", "--cases", "5", "--part", "validation")[1].splitlines()
    assert len(lines) == len(report["capabilities"])


def test_evaluate_without_data_measures_as_the_recipe_did(command, trained):
    code, out, err = command("evaluate", "qa", "--json")
    printed = json.loads(out)
    part, measured = next(iter(checkpoint.metrics(trained / "qa")["measured"].items()))
    assert (code, err, printed["on"]) == (0, "", part)
    assert printed["accuracy"] == measured["accuracy"]


@pytest.mark.parametrize(("recipe", "score"), [("hello", "recall"), ("names", "accuracy")])
def test_train_ends_with_a_line_of_json_and_is_silent_otherwise(command, tmp_path, recipe, score):
    data = ("--data", SMALL / "names_small.csv") if recipe == "names" else ()
    out_folder = tmp_path / "out"
    short = ("--epochs=2", "--hidden-size=6", "--device=cpu")
    words = ("train", recipe, *data, *short, "--out", out_folder, "--json")
    code, out, err = command(*words)
    printed = json.loads(out.splitlines()[-1])
    assert (code, err) == (0, "")
    assert {"train_seconds", "summed_loss", score, "device", "seed"} <= set(printed)
    assert checkpoint.load(out_folder).architecture.hidden_size == 6
    assert checkpoint.metrics(out_folder)["training"]["epochs"] == 2


def test_an_interrupted_run_is_continued_only_with_resume(command, tmp_path, monkeypatch):
    monkeypatch.setattr(run_state, "SECONDS", -1.0)
    words = ("train", "hello", "--epochs", "5", "--device", "cpu", "--out")
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    command(*words, whole)
    snapshots = checkpoint.place_of_run(parts, resume=True)
    events = build.fit(recipes.with_options(RECIPES["hello"], {"epochs": 5, "device": "cpu"}), snapshots=snapshots)
    for _ in range(6):  # a step and an epoch, three times
        next(events)
    events.close()
    code, out, err = command(*words, parts)
    assert (code, out) == (2, "")
    assert "--resume" in err
    assert command(*words, parts, "--resume")[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["parts", "whole"]
    assert (parts / "model.safetensors").read_bytes() == (whole / "model.safetensors").read_bytes()
    assert len(checkpoint.metrics(parts)["epochs"]) == 5


def test_tune_prints_a_json_object_for_each_trial(command):
    code, out, err = command("tune", "names", "--trials", "2", "--data", SMALL / "names_small.csv", "--json")
    printed = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [set(trial) for trial in printed] == [{"trial", "value", "options"}] * 2


def test_race_prints_an_object_for_each_run_or_a_line_for_each_score(command):
    words = ("race", "--cells", "gru,lstm", "--distances", "2,3", "--seeds", "2", "--epochs", "1", "--examples", "64")
    code, out, err = command(*words, "--json")
    printed = [json.loads(line) for line in out.splitlines()]
    assert (code, err, len(printed)) == (0, "", 8)
    assert set(printed[0]) == {"cell", "distance", "seed", "epochs", "accuracy", "chance", "diverged"}
    code, out, err = command(*words)
    assert (code, err, len(out.splitlines())) == (0, "", 4)


def test_bench_prints_a_row_for_each_ratio(command, monkeypatch):
    row = {"measured": 2.0, "unit": "times", "promise": "at least 1", "detail": "of nothing"}
    monkeypatch.setattr(ratios, "BENCHES", {"one": lambda: dict(row), "two": lambda: dict(row)})
    code, out, _ = command("bench", "--json", "--only", "two")
    assert (code, json.loads(out)) == (0, {"name": "two", **row})
    assert [line.split()[0] for line in command("bench")[1].splitlines()] == ["one", "two"]


def test_piped_output_is_silent_on_stderr(trained):
    ended = forked("predict", trained / "sentiment", "--json", stdin="\n".join(SENTENCES))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert [json.loads(line)["input"] for line in ended.stdout.splitlines()] == list(SENTENCES)


def test_a_program_that_trains_is_silent_on_stderr_when_it_is_piped(tmp_path):
    ended = program("train", "hello", "--epochs", "3", "--out", tmp_path / "hello", "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["out"] == str(tmp_path / "hello")


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONIOENCODING": "cp1252"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}],
    ids=["a pipe on Windows", "a plain C locale"],
)
def test_input_and_output_are_utf_8_whatever_the_system_says(trained, environment):
    ended = program("predict", trained / "names", "Мария", **environment)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["input"] == "Мария"


def test_torch_is_not_imported_before_the_process_is_set_up():
    script = "import sys, rnn_demo.__main__; print('torch' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert ended.stdout == "False\n"


def test_help_for_train_lists_every_option_of_the_model_and_its_training(command):
    words = command("train", "--help")[1].replace("\n", "")
    assert {"--hidden-size", "--epochs", "--distance"} <= {word.strip(",") for word in words.split()}
