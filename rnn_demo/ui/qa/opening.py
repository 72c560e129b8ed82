"""The conversation with which the chat opens: real answers of the shipped network, recorded so that nobody waits.

`python -m tools.record_first_page` asks for them. The visitor's own first question takes their place.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict

from rnn_demo.tasks.qa import DEFAULT_THRESHOLD
from rnn_demo.ui.models import Models
from rnn_demo.ui.qa.conversation import Turn, explanation, neighbour, turn_of
from rnn_demo.zoo import checkpoint

MODEL = "qa"
QUESTIONS = (
    "What is the capital of Spain?",
    "What kind of government does Spain have?",
    "who wrote romeo and juliet",
)  # two that it was taught and one that it must refuse; the last one is explained
FILE = Path(__file__).with_name("opening.json")


class Opening(TypedDict):
    """The turns, the payload that explains the last of them, and that of the training question most similar to it."""

    turns: list[Turn]
    explanation: dict[str, Any]
    neighbour: dict[str, Any]


def record_opening() -> Opening:
    """What the shipped network answers to QUESTIONS."""
    models = Models()
    threshold = checkpoint.settings(checkpoint.find(MODEL)).get("threshold", DEFAULT_THRESHOLD)
    turns = [turn_of(models, MODEL, question, threshold) | {"opening": True} for question in QUESTIONS]
    return {
        "turns": turns,
        "explanation": json.loads(explanation(models, turns[-1])),
        "neighbour": json.loads(neighbour(models, turns[-1])),
    }


def shipped_opening() -> Opening:
    """The conversation as it was recorded."""
    opening: Opening = json.loads(FILE.read_text(encoding="utf-8"))
    return opening


def asked_by_visitor(turns: Sequence[Turn]) -> list[Turn]:
    """The turns without those that the page came with."""
    return [turn for turn in turns if not turn.get("opening")]
