"""The menu of models: grouped by what the networks are asked, from easy to hard; a visitor's own ones come first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from rnn_demo.network.cells import CELLS
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS
from rnn_demo.ui.contracts import MenuGroup, ModelMenu
from rnn_demo.ui.models import Models, is_own
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.recipes import RECIPES

FEW = 4  # answers that are all named
LAST = 99  # the lesson of a task that is not known here
START = "start here"
LINK_OF_YOURS = "This is your own model: a link to it works in this session only."


def menu(models: Models, selected: str = "", session: str = "") -> ModelMenu:
    """The models to choose from, in groups. No weights are loaded: metrics.json and config.json say what each is."""
    groups: dict[str, MenuGroup] = {}
    for name, own in models.of_session(session, selected).items():
        title = own.origin[0].upper() + own.origin[1:]
        what = own.details or in_words(vars(own.model.architecture))
        groups.setdefault(title, {"title": title, "models": []})["models"].append(
            {"name": name, "title": f"{own.title}: {what}"}
        )
    shipped: list[MenuGroup] = [
        {"title": title, "models": [{"name": name, "title": described(name, metrics)} for name, metrics in group]}
        for title, group in by_purpose(models).items()
    ]
    return {"groups": [*groups.values(), *shipped], "selected": selected}


def default_model(models: Models) -> str:
    """The model to show when none is asked for: the first of the menu."""
    return next((name for group in by_purpose(models).values() for name, _ in group), "")


def by_purpose(models: Models) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """The checkpoints with their metrics by what they are asked: the first lesson first, small before large."""
    models_and_metrics = [(name, checkpoint.metrics(checkpoint.FOLDER / name)) for name in models.names()]
    groups: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for name, metrics in sorted(models_and_metrics, key=lambda pair: difficulty(pair[1])):
        groups.setdefault(purpose(task_of(metrics)), []).append((name, metrics))
    titles = [heading(title, *group[-1]) for title, group in groups.items()]  # the largest has the most answers
    if titles:
        titles[0] = f"{titles[0]}: {START}"
    return dict(zip(titles, groups.values(), strict=True))


def heading(purpose: str, name: str, metrics: Mapping[str, Any]) -> str:
    """What is asked, and what the answers are: "Which language is this name? (one of 18 languages)"."""
    answers = answers_in_words(task_of(metrics), labels_of(name))
    return f"{purpose} ({answers})" if answers else purpose


def purpose(task: str) -> str:
    """What a network with this task is asked."""
    return (TASKS[task].question or TASKS[task].title) if task in TASKS else "Other networks"


def answers_in_words(task: str, labels: Sequence[str]) -> str:
    """What the answers are: "negative or positive", "one of 18 languages"; "" where they are not known."""
    if not labels:
        return ""
    if len(labels) > FEW:
        return f"one of {len(labels):,} {TASKS[task].answer if task in TASKS else 'answer'}s"
    *some, last = (visible(label) for label in labels)
    if not some:
        return f"the {last}"
    return f"{', '.join(some)} or {last}"


def asked(model: SequenceModel, name: str, piece: str) -> str:
    """Above the stepper: what the network is asked, what it may answer, and when it answers."""
    question = purpose(model.task) if model.task in TASKS else "Which answer?"
    answers = answers_in_words(model.task, model.labels)
    if len(model.labels) > FEW:
        answers += f" ({', '.join(visible(label) for label in model.labels[:3])} …)"
    if model.architecture.per_step:
        when = f"after every {piece} (many-to-many)"
    else:
        when = f"after the last {piece} (many-to-one)"
        if not model.architecture.bidirectional:
            when += "; shown before that is what it would answer if the text ended there"
    caution = f" {TASKS[model.task].caution}" if model.task in TASKS and TASKS[model.task].caution else ""
    return f"{question} It answers {answers}, {when}.{caution}{f' {LINK_OF_YOURS}' if is_own(name) else ''}"


def visible(label: str) -> str:
    """A label as it is drawn: a space has a sign of its own."""
    return label if label.strip() else "␣"


def described(name: str, metrics: Mapping[str, Any]) -> str:
    """A model's name with what it is for, and its cell and size where its metrics give them."""
    purpose = RECIPES[name].purpose if name in RECIPES else ""
    architecture, what = metrics.get("architecture"), [purpose]
    if isinstance(architecture, dict) and architecture.get("cell") in CELLS:
        what.append(in_words(architecture))
    return ": ".join(filter(None, [name, " – ".join(filter(None, what))]))


def in_words(architecture: Mapping[str, Any]) -> str:
    """A cell and its size: "GRU, 2 × 64 units, both directions"; a network without memory is a bag of words."""
    layers = f"{architecture['num_layers']} × " if architecture.get("num_layers", 1) != 1 else ""
    both = ", both directions" if architecture.get("bidirectional") else ""
    kind = "bag of words" if architecture.get("memoryless") else CELLS[architecture["cell"]].title
    return f"{kind}, {layers}{architecture.get('hidden_size', '?')} units{both}"


def difficulty(metrics: Mapping[str, Any]) -> tuple[int, float]:
    """The lesson that a network belongs to, and how many weights it has."""
    task, count = task_of(metrics), metrics.get("parameters")
    return TASKS[task].lesson if task in TASKS else LAST, count if isinstance(count, int) else float("inf")


def task_of(metrics: Mapping[str, Any]) -> str:
    task = metrics.get("task")
    return task if isinstance(task, str) else ""


def labels_of(name: str) -> tuple[str, ...]:
    """The labels of a checkpoint, read again only when its config.json is another one."""
    config = checkpoint.whole(checkpoint.FOLDER / name) / checkpoint.CONFIG
    return _labels(config.parent, config.stat().st_mtime_ns) if config.is_file() else ()


@lru_cache(maxsize=256)
def _labels(folder: Path, _time: int) -> tuple[str, ...]:
    return checkpoint.labels(folder)
