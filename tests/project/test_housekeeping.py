"""The house is in order: nothing dangerous, nothing private, nothing too large."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from rnn_demo.zoo import checkpoint as checkpoints

ROOT = Path(__file__).parents[2]
FOLDERS = ("rnn_demo", "tests", "checkpoints", "docs", ".ci")
OURS = sorted(
    path
    for path in [*ROOT.glob("*"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))]
    if path.is_file() and "__pycache__" not in path.parts
)
TEXTS = [
    path for path in OURS if path.suffix in {".py", ".js", ".css", ".html", ".md", ".toml", ".json", ".csv", ".txt", ""}
]
CODE = [path for path in OURS if path.suffix in {".py", ".js", ".css"}]
PROGRAM = [path for path in CODE if path.suffix == ".py" and "tests" not in path.parts]
WEIGHTS_THAT_RUN_CODE = re.compile(
    r"^\s*(?:import|from)\s+(?:pickle|dill|joblib|shelve|marshal)\b|torch\.(?:load|save)\(|allow_pickle\s*=\s*True|"
    r"read_pickle|to_pickle",
    re.MULTILINE,
)
OWN_MACHINE = re.compile(r"(?<![\w.:/~-])(?:/(?:home|root|Users|work|mnt|tmp)/\w|[A-Z]:\\\\?Users)")


def name(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PROGRAM, ids=name)
def test_nothing_is_pickled(path):
    assert not WEIGHTS_THAT_RUN_CODE.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_no_file_names_a_place_on_somebodys_machine(path):
    found = OWN_MACHINE.search(path.read_text(encoding="utf-8"))
    assert found is None, found


@pytest.mark.parametrize("path", CODE, ids=name)
def test_no_file_is_longer_than_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("checkpoint", checkpoints.available())
def test_every_file_of_a_checkpoint_is_under_10_mib(checkpoint):
    files = list(checkpoints.find(checkpoint).iterdir())
    needed = {"README.md", "config.json", "metrics.json", "model.safetensors"}
    assert needed <= {path.name for path in files} <= checkpoints.FILES
    assert all(path.stat().st_size < 10 * 2**20 for path in files)


@pytest.mark.parametrize("checkpoint", checkpoints.available())
def test_metrics_are_strict_json(checkpoint):
    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    json.loads((checkpoints.find(checkpoint) / "metrics.json").read_text(encoding="utf-8"), parse_constant=refuse)


def test_the_requirements_are_those_of_the_package():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == wanted
