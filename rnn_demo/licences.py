"""What the program needs to run, with versions and licences as the packages state them: python -m rnn_demo.licences"""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

REQUIREMENTS = Path(__file__).parent.parent / "requirements.txt"
_NAME = re.compile(r"[\w.-]+")


def main() -> None:
    """Print a line for each package: the direct ones first, then what those bring."""
    for package in needed(direct()):
        print(f"{package.name:28s} {package.version:16s} {licence(package)}")


def direct() -> list[str]:
    """The names in requirements.txt."""
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    return [found[0] for line in lines if (found := _NAME.match(line))]


def needed(names: list[str]) -> list[Distribution]:
    """These packages and all that they need, as installed, each once. What is only for extras is left out."""
    found: dict[str, Distribution] = {}
    waiting = list(names)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop(0)).lower()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:  # for another system, or another Python
            continue
        for wanted in found[name].requires or ():
            match = _NAME.match(wanted)
            if match and "extra ==" not in wanted:
                waiting.append(match[0])
    return list(found.values())


def licence(package: Distribution) -> str:
    """The licence as the package states it: the expression, the classifiers, or the first line of the text."""
    told = package.metadata
    of_the_list = (
        line.rpartition("::")[2].strip() for line in told.get_all("Classifier") or () if "License ::" in line
    )
    stated = [*(told.get_all("License-Expression") or ()), ", ".join(of_the_list), *(told.get_all("License") or ())]
    return next((words.strip().partition("\n")[0][:80] for words in stated if words.strip()), "not stated")


if __name__ == "__main__":
    main()
