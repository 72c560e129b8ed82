"""What the program needs is pinned below a version that nobody has seen, installed as pinned, and free to use."""

from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
FILES = ("requirements.txt", "requirements-dev.txt")
LINES = [
    line
    for name in FILES
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
    if not line.startswith("-r")
]


@pytest.mark.parametrize("line", LINES)
def test_it_is_pinned_from_above_and_installed_within_its_pins(line):
    wanted = Requirement(line)
    assert any(pin.operator in ("==", "<", "~=") for pin in wanted.specifier), f"{line} has no upper bound"
    assert wanted.specifier.contains(version(wanted.name), prereleases=True)
