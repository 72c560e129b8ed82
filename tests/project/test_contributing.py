"""The recipes in CONTRIBUTING.md are followed in a copy of the project, and print what they promise."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECIPES = dict(
    re.findall(r"^## (A .*?)\n(.*?)(?=^## |\Z)", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.M | re.S)
)


def follow(place: str, code: str, folder: Path) -> None:
    """Write a block where its first line says: "PATH", "PATH, above NAME" or "PATH, in NAME"."""
    path, _, where = place.partition(", ")
    file = folder / path
    if not where:
        assert not file.exists(), f"{path} already exists"
        file.parent.mkdir(exist_ok=True)
        file.write_text(code, encoding="utf-8")
        return
    side, name = where.split(" ")
    text = file.read_text(encoding="utf-8")
    (start,) = (match.start() for match in re.finditer(rf"^{name}\b.*= {{", text, re.MULTILINE))
    at = start if side == "above" else text.index("= {", start) + len("= {")
    file.write_text(text[:at] + code + text[at:], encoding="utf-8")


def test_there_are_four_recipes() -> None:
    assert list(RECIPES) == ["A cell", "A task", "A figure", "A tab"]


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_does_what_it_promises(name: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "rnn_demo", tmp_path / "rnn_demo", ignore=shutil.ignore_patterns("__pycache__"))
    os.symlink(ROOT / "checkpoints", tmp_path / "checkpoints")
    *blocks, (trial, program) = re.findall(r"```python\n# (.*?)\n(.*?)```", RECIPES[name], re.DOTALL)
    for place, code in blocks:
        follow(place, code, tmp_path)
    assert trial == "try it"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)
    (promised,) = re.findall(r"^print\(.*\)  # (.*)$", program, re.MULTILINE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [promised]
