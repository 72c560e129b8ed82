"""The script and the command of a run give the same figures as the run."""

import json
import os
import runpy
import shlex
import sys
from pathlib import Path

import pytest
import torch
from helpers.warm_python import run_python

from rnn_demo import __main__ as command_line
from rnn_demo.experiments.live_run import LiveRun
from rnn_demo.experiments.run_config import FILE, configure
from rnn_demo.experiments.script import command, script

ROOT = Path(__file__).parents[2]
OWN = "a rose is a rose is a rose, said she; and so it is, said he.\n" * 20
RUNS = {
    "own text, stopped": ("characters", {"epochs": 3, "cell": "lstm", "hidden_size": 10}, OWN, 4),
    "held-out names": (
        "surnames",
        {"epochs": 2, "bidirectional": True, "pooling": "attention", "clip_norm": 0.5},
        "",
        0,
    ),
    "made examples": ("recall", {"epochs": 2, "count": 60, "distance": 4}, "", 0),
}


@pytest.fixture(params=RUNS, ids=RUNS)
def run(request, tmp_path):
    """A run that is over, and a folder with what it is made again from."""
    name, options, text, stop_at = RUNS[request.param]
    live = LiveRun(configure(name, options, text))
    while not live.over:
        live.advance(0.0)
        if live.step and live.step.step == stop_at:
            live.stop()
    (tmp_path / "train.py").write_text(script(live.config), encoding="utf-8")
    if text:
        (tmp_path / FILE).write_text(live.config.text, encoding="utf-8", newline="")
    return live, tmp_path


@pytest.fixture
def ran(run, monkeypatch, capsys):
    """Run Python with these words in the run's folder, and return the JSON that it prints; some in this process."""
    _, folder = run

    def python(*words):
        if (folder / FILE).exists():
            path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
            done = run_python(
                words if words[0] == "-m" else ["-c", Path(folder, words[0]).read_text()],
                folder,
                environment=os.environ | {"PYTHONPATH": path},
            )
            assert done.returncode == 0, done.stderr
            return json.loads(done.stdout)
        monkeypatch.chdir(folder)
        if words[:2] == ("-m", "rnn_demo"):
            monkeypatch.setattr(sys, "argv", ["rnn_demo", *words[2:]])
            with pytest.raises(SystemExit) as ended:
                command_line.main()
            assert not ended.value.code
        else:
            runpy.run_path(*words, run_name="__main__")
        return json.loads(capsys.readouterr().out)

    threads = torch.get_num_threads()
    yield python
    torch.set_num_threads(threads)


def test_the_script_gives_the_figures_of_the_run(run, ran):
    live, _ = run
    assert ran("train.py") == live.trained.metrics["measured"]
    assert len(script(live.config).splitlines()) < 25


def test_the_command_gives_the_figures_of_the_run(run, ran):
    live, _ = run
    words = shlex.split(command(live.config))
    assert words[0] == "python"
    summary = ran(*words[1:], "--out", "made", "--json")
    assert summary["measured"] == live.trained.metrics["measured"]
    assert summary["parameters"] == live.trained.metrics["parameters"]


def test_every_setting_that_differs_stands_in_the_command():
    options = {"cell": "gru", "free_running": 1.0, "optimizer": "sgd", "max_tokens": 9, "learning_rate": 1e-05}
    words = shlex.split(command(configure("hello", options, "abc")))
    assert words[:4] == ["python", "-m", "rnn_demo", "train"]
    assert words[5:7] == ["--data", FILE]
    values = dict(zip(words[5::2], words[6::2], strict=True))
    for name, value in options.items():
        assert values[f"--{name.replace('_', '-')}"] == str(value)
    assert (values["--device"], values["--threads"]) == ("cpu", "1")
