"""The reading of the landing: what the shipped network makes of a sentence, word by word.

`python -m tools.record_first_page` computes it; the page only shows it, so nothing is loaded and nobody waits.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict

import numpy as np

from rnn_demo.analysis.trace import record
from rnn_demo.tasks.sentiment import Sentiment
from rnn_demo.zoo import checkpoint

MODEL = "sentiment"
TEXT = "It has good songs but is not a good film."
SHOWN = 16  # units of the state that are drawn
FILE = Path(__file__).with_name("reading.json")


class FirstReading(TypedDict):
    """A text of T words, the probability of positive after each (T,), and some `units` of the state h (T, SHOWN)."""

    text: str
    cell: str
    hidden_size: int
    words: list[str]
    positive: list[float]
    units: list[int]
    state: list[list[float]]


def record_reading() -> FirstReading:
    """What the shipped network makes of TEXT; of its units the SHOWN that change most, by their last value."""
    model = checkpoint.open_checkpoint(MODEL)
    (answer,) = Sentiment().predict(model, [TEXT])
    h = record(model, TEXT).layers[-1].quantities["h"]  # (T, H)
    most = np.argsort(-np.ptp(h, axis=0), kind="stable")[:SHOWN]
    units = most[np.argsort(-h[-1, most], kind="stable")]
    return {
        "text": TEXT,
        "cell": model.architecture.cell,
        "hidden_size": model.architecture.hidden_size,
        "words": [word["word"] for word in answer["words"]],
        "positive": [round(word["running"], 4) for word in answer["words"]],
        "units": units.tolist(),
        "state": h[:, units].astype(float).round(3).tolist(),
    }


def shipped_reading() -> FirstReading:
    """The reading as it was recorded."""
    reading: FirstReading = json.loads(FILE.read_text(encoding="utf-8"))
    return reading
