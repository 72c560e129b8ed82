"""`pip install .` brings the whole library and the command `rnn-demo`, which says where it looks for checkpoints.

The wheel is built here, without a network, and run from a folder of its own.
"""

from __future__ import annotations

import os
import shutil
import tomllib
import zipfile
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest
from helpers.warm_python import run_python

ROOT = Path(__file__).parents[2]
BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"
COMMAND = "import sys; from rnn_demo.__main__ import main; sys.argv[0] = 'rnn-demo'; main()"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel holds, as site-packages would."""
    source, wheels, place = (tmp_path_factory.mktemp(name) for name in ("source", "wheels", "site"))
    shutil.copytree(ROOT / "rnn_demo", source / "rnn_demo", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    built = run_python(["-c", BUILD, wheels], source)
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(wheels.glob("*.whl"))) as wheel:
        wheel.extractall(place)
    return place


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: Path) -> Path:
    """An empty working folder of somebody who has installed the package."""
    monkeypatch.delenv("RNN_DEMO_CHECKPOINTS", raising=False)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(installed), os.environ.get("PYTHONPATH")))))
    return tmp_path


def command(folder: Path, *words: str) -> tuple[int, str, str]:
    """What `rnn-demo WORDS` does there: its exit code, what it prints, what it warns of."""
    ended = run_python(["-c", COMMAND, *words], folder)
    return ended.returncode, ended.stdout, ended.stderr


def files_under(folder: Path) -> set[str]:
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in files if "__pycache__" not in path.parts}


def test_every_file_of_the_package_is_in_the_wheel(installed: Path) -> None:
    assert files_under(installed / "rnn_demo") == files_under(ROOT / "rnn_demo")
    assert {path.name.partition("-")[0] for path in installed.iterdir()} == {"rnn_demo"}  # and nothing beside it


def test_the_wheel_tells_what_it_needs_and_brings_its_command(installed: Path) -> None:
    (info,) = installed.glob("*.dist-info")
    distribution = PathDistribution(info)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (script,) = distribution.entry_points.select(group="console_scripts")
    assert (script.name, script.value) == ("rnn-demo", "rnn_demo.__main__:main")
    assert set(distribution.metadata["Requires-Python"].split(",")) == set(project["requires-python"].split(","))
    assert len(distribution.requires or ()) == sum(map(len, [project["dependencies"], *extras(project)]))


def extras(project: dict) -> list[list[str]]:
    return list(project["optional-dependencies"].values())


def test_without_checkpoints_the_command_says_where_it_looks(elsewhere: Path) -> None:
    code, out, err = command(elsewhere, "predict", "hello", "hell")
    assert (code, out) == (2, "")
    assert "no checkpoint 'hello' in checkpoints; train one with" in err
    assert all(way in err for way in ("RNN_DEMO_CHECKPOINTS", "path", "OWNER/NAME"))


def test_checkpoints_are_found_in_the_working_folder_and_where_the_variable_says(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, err = command(elsewhere, "train", "hello", "--epochs", "2")
    assert (code, (elsewhere / "checkpoints" / "hello" / "config.json").is_file()) == (0, True), err
    assert command(elsewhere, "predict", "hello", "hell")[0] == 0
    monkeypatch.setenv("RNN_DEMO_CHECKPOINTS", str(ROOT / "checkpoints"))
    assert '"label": "Russian"' in command(elsewhere, "predict", "names", "Ivan")[1]


def test_the_library_opens_its_figures_its_notebook_view_and_its_page(elsewhere: Path) -> None:
    program = (
        "import rnn_demo, torch; from pathlib import Path\n"
        "trace = rnn_demo.trace(torch.nn.LSTM(3, 8), torch.randn(5, 3))\n"
        "assert 'svg' in trace._repr_html_()\n"
        "from rnn_demo.ui.page import build_page\n"
        "assert len(build_page().config['components']) > 50\n"
        "print(Path(rnn_demo.__file__).parents[1])"
    )
    ended = run_python(["-c", program], elsewhere)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1] == os.environ["PYTHONPATH"].split(os.pathsep)[0]
