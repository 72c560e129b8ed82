"""What the program needs is pinned below a version that nobody has seen, installed as pinned, and free to use."""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from rnn_demo import licences

ROOT = Path(__file__).parents[1]
FILES = ("requirements.txt", "requirements-dev.txt")
LINES = [
    line
    for name in FILES
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
    if not line.startswith("-r")
]
FREE = re.compile(r"MIT|BSD|Apache|ISC|PSF|Python|MPL|Mozilla|Zlib|Unlicense|HPND|0BSD|CC0|CNRI", re.IGNORECASE)


@pytest.mark.parametrize("line", LINES)
def test_it_is_pinned_from_above_and_installed_within_its_pins(line):
    wanted = Requirement(line)
    assert any(pin.operator in ("==", "<", "~=") for pin in wanted.specifier), f"{line} has no upper bound"
    assert wanted.specifier.contains(version(wanted.name), prereleases=True)


def test_the_licences_of_all_that_it_needs_are_listed_and_free():
    told = subprocess.run(
        [sys.executable, "-m", "rnn_demo.licences"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    names = {line.split()[0].lower() for line in told}
    assert {"torch", "gradio", "numpy", "typer"} <= names
    assert len(told) == len(licences.needed(licences.direct()))
    assert [line for line in told if not FREE.search(line[45:])] == []
