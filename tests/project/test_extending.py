"""docs/extending.md is followed in a copy of the project: its programs print what it says, and its tests pass."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from pathlib import Path

import pytest
from helpers.warm_python import run_python

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"^## (A .*?)\n(.*?)(?=^## A |\Z)", GUIDE, re.MULTILINE | re.DOTALL))
COPIED = ("rnn_demo", "tests", "tools", "docs", ".images")


def follow(place: str, code: str, folder: Path) -> None:
    """Write a block where its first line says: "PATH", "PATH, above NAME", "PATH, in NAME" or "PATH, at its top"."""
    path, _, where = place.partition(", ")
    file = folder / path
    if not where:
        assert not file.exists(), f"{path} already exists"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, encoding="utf-8")
        return
    text = file.read_text(encoding="utf-8")
    if where == "at its top":
        file.write_text(f"{code}\n{text}", encoding="utf-8")
        return
    side, name = where.split(" ")
    (start,) = (match.start() for match in re.finditer(rf"^{name}\b[^|\n]* = {{", text, re.MULTILINE))
    at = start if side == "above" else text.index("= {", start) + len("= {")
    file.write_text(text[:at] + code + text[at:], encoding="utf-8")


def run(arguments: list[str], folder: Path) -> str:
    """What `python ARGUMENTS` prints in a copy of the project; it must succeed."""
    done = run_python(arguments, folder, environment=os.environ | {"PYTEST_ADDOPTS": "-p no:cacheprovider"})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_there_are_six_recipes() -> None:
    assert list(RECIPES) == ["A cell", "A task", "A recipe", "A figure", "A ready picture", "A tab"]


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_prints_what_it_says_and_its_tests_pass(name: str, tmp_path: Path) -> None:
    for folder in COPIED:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (*ROOT.glob("*.md"), ROOT / "app.py", ROOT / "pyproject.toml"):
        shutil.copy(file, tmp_path)
    os.symlink(ROOT / "checkpoints", tmp_path / "checkpoints")
    programs = []
    for first_line, code in re.findall(r"```(?:python|csv|md)\n# (.*?)\n(.*?)```", RECIPES[name], re.DOTALL):
        if first_line == "try it":
            programs.append(code)
        else:
            follow(first_line, code, tmp_path)
    (program,) = programs
    (promised,) = re.findall(r"^print\(.*\)  # (.*)$", program, re.MULTILINE)
    assert run(["-c", program], tmp_path).splitlines() == [promised]
    (commands,) = re.findall(r"```sh\n(.*?)```", RECIPES[name], re.DOTALL)
    for command in commands.splitlines():
        run(shlex.split(command)[1:], tmp_path)
