"""The commands and the page's jobs use a GPU where there is one, each in its own process."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.samples import SENTENCES

from rnn_demo.experiments.workers import Pool

ROOT = Path(__file__).parents[2]


def run(*words, stdin=""):
    """What a command prints, as JSON."""
    command = [sys.executable, "-m", "rnn_demo", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("device", ["cuda", "auto"])
def test_train_evaluate_and_predict(tmp_path, device):
    out = tmp_path / "hello"
    (trained,) = run("train", "hello", "--device", device, "--out", out, "--json")
    assert trained["device"] == ("cuda:0" if device == "cuda" else "cpu")  # eight units are faster on the CPU
    (measured,) = run("evaluate", out, "--device", "cuda", "--json")
    assert measured["accuracy"] == 1
    assert [answer["output"] for answer in run("predict", out, "hell", "--device", "cuda", "--json")] == ["ello"]


def test_a_large_network_trains_on_the_gpu_by_itself(tmp_path):
    (trained,) = run("train", "names", "--max-steps", 20, "--data", names(tmp_path), "--out", tmp_path / "a", "--json")
    assert trained["device"] == "cuda:0"


def names(folder):
    """A file of made-up names, of which a batch is large."""
    rows = [(a + b + c, ("Ab", "Cd")[c in "aeiou"]) for a in "BDKLM" for b in ("ana", "ero", "ilo") for c in "aeioustr"]
    with (folder / "names.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("name", "language"), *rows])
    return folder / "names.csv"


def test_a_race_gives_on_the_gpu_what_it_gives_on_the_cpu():
    options = (
        "--cells",
        "rnn_tanh,gru",
        "--distances",
        "3",
        "--seeds",
        "1",
        "--examples",
        "128",
        "--epochs",
        "2",
        "--json",
    )
    here, there = (run("race", *options, "--device", device, "--json") for device in ("cpu", "cuda"))
    for one, other in zip(sorted(here, key=str), sorted(there, key=str), strict=True):
        assert one["accuracy"] == pytest.approx(other["accuracy"], abs=0.1)


def test_a_job_of_the_page_reads_a_file_on_the_gpu(tmp_path, monkeypatch):
    text_file_job = pytest.importorskip("rnn_demo.ui.sentiment.text_file_job")
    path = tmp_path / "reviews.csv"
    path.write_text("text\n" + "\n".join(f"{SENTENCES[n % 4]} {n}" for n in range(3_000)), encoding="utf-8")
    run, events = Pool().start(count_on_gpu, str(path)), []
    while not run.over:
        events += run.events(60.0)
    device, verdicts = events[-1]
    assert device == "cuda"
    assert verdicts == 3_000
    assert text_file_job


def count_on_gpu(path):
    """The job: judge a file on the GPU, however small it is; yields where, and how many verdicts there are."""
    from rnn_demo.training import device
    from rnn_demo.ui.sentiment import text_file_job

    device.ANSWERS_SOONER = 0
    *_, last = text_file_job.judge("sentiment", path)
    import torch

    yield ("cuda" if torch.cuda.memory_allocated() else "cpu"), last.csv.count(b"\n") - 1
