"""What can be put beside the network that Hidden states shows: others of its task, and twins of its text."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from rnn_demo.data.wording import sentence
from rnn_demo.network.cells import CELLS
from rnn_demo.ui.models import Models
from rnn_demo.ui.states.contracts import OtherNetwork, Others, Score, Twins
from rnn_demo.ui.states.menu import difficulty, in_words
from rnn_demo.ui.viewer.static_files import words

MOST_NAMES = 200  # that are asked about at once
# By which test a network is judged, the first that was measured, and what it is called.
TESTS = {
    "imdb_test": "test reviews of IMDb",
    "test": "not learnt",
    "validation": "not learnt",
}


def others_of(models: Models, asked_for: Mapping[str, Any]) -> Others:
    """The networks of the same task as `checkpoint`, itself among them, and the ready twins of that task.

    `asked_for` names it, and in `names` those of the visitor's menu, which has visitors' own ones, too.
    """
    names = asked_for.get("names")
    try:
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names) or len(names) > MOST_NAMES:
            raise ValueError(f"the names of networks must be a list of at most {MOST_NAMES} texts")
        name = str(asked_for.get("checkpoint"))
        model = models.get(name)
    except ValueError as error:
        return {"error": sentence(error)}
    known = [other for other in dict.fromkeys([*names, *models.names(), name]) if models.has(other)]
    measured = {other: models.metrics(other) for other in known}
    same = [other for other in known if other == name or measured[other].get("task") == model.task]
    networks: list[OtherNetwork] = []
    for other in sorted(same, key=lambda n: difficulty(measured[n])):
        with contextlib.suppress(ValueError):  # a damaged checkpoint is not offered
            networks.append(described(models, other, measured[other]))
    return {
        "networks": networks,
        "twins": twins(model.task),
        "opposites": pairs("Opposites"),
        "people": pairs("Names"),
    }


def described(models: Models, name: str, metrics: Mapping[str, Any]) -> OtherNetwork:
    """A network as its metrics describe it; where they do not say what it is, its weights do.

    ValueError, in a sentence, where these cannot be read.
    """
    architecture = metrics.get("architecture")
    if not isinstance(architecture, dict) or architecture.get("cell") not in CELLS:
        architecture = vars(models.get(name).architecture)
    return {
        "name": name,
        "title": models.title(name),
        "about": in_words(architecture),
        "score": score(metrics.get("measured") or {}),
    }


def score(measured: Mapping[str, Any]) -> Score | None:
    """The first of `TESTS` that was measured; None where none was."""
    for test, called in TESTS.items():
        values = measured.get(test)
        if isinstance(values, dict) and {"accuracy", "examples"} <= set(values):
            return {"accuracy": values["accuracy"], "examples": values["examples"], "test": called}
    return None


def twins(task: str) -> list[Twins]:
    """The ready twins of a task, from texts/states/twins.md."""
    ready: list[Twins] = []
    for line in section(f"Twins of {task}"):
        text, twin, shows, *more = (part.strip() for part in line.split("|"))
        ready.append({"text": text, "twin": twin, "shows": shows, "same": more == ["same"]})
    return ready


def pairs(title: str) -> list[list[str]]:
    """Words that may stand for each other, a list for each line of a section of the same file."""
    return [[word.strip() for word in line.split("/")] for line in section(title)]


def section(title: str) -> Sequence[str]:
    """The lines of the list under a heading, none where there is no such heading."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", words("states/twins"), re.MULTILINE | re.DOTALL)
    return re.findall(r"^\* (.+)$", found[1], re.MULTILINE) if found else []
