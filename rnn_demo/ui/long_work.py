"""What the page has computed in separate processes, because it takes long. Nothing of Gradio is imported here.

The page's own process has one interpreter for all visitors, and a computation in it holds up all answers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import orjson

from rnn_demo.analysis.review import EXPLANATIONS, Explanation
from rnn_demo.analysis.stress import positive_probabilities
from rnn_demo.analysis.trace import record
from rnn_demo.experiments.workers import Pool
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS
from rnn_demo.zoo import checkpoint

Result = TypeVar("Result")

LONG_TEXT = 300  # characters; of a longer text, what is worked out for each word is not worked out in the page
LONG_REVIEW = 5_000  # characters; a longer text is not read in the page


def worked_out(
    function: Callable[..., Result], pool: Pool, name: str, model: SequenceModel, *texts: str, longest: int
) -> Result:
    """What a function of models and texts gives for a checkpoint: in the page, or beside it for long texts."""
    if sum(map(len, texts)) <= longest:
        return function(model, *texts)
    return pool.call(of_checkpoint, function, name, texts)


def of_checkpoint(function: Callable[..., Result], name: str, texts: tuple[str, ...]) -> Result:
    """The same in its own process, which opens the checkpoint itself."""
    return function(checkpoint.open_checkpoint(name), *texts)


def predictions(model: SequenceModel, *texts: str) -> list[Any]:
    """What the model's task predicts for each text."""
    return list(TASKS[model.task].predict(model, texts))


def positive_shares(model: SequenceModel, *texts: str) -> list[float]:
    """The probability of positive of each text, of a sentiment model."""
    return [float(p) for p in positive_probabilities(model, texts)]


def prediction_json(model: SequenceModel, text: str) -> bytes:
    """The same for one text, as JSON."""
    return orjson.dumps(predictions(model, text)[0])


def trace_json(model: SequenceModel, text: str, name: str) -> bytes:
    """`Trace.to_dict` of a checkpoint on a text, as JSON; tens of megabytes for hundreds of words."""
    return orjson.dumps(record(model, text).to_dict(name))


def explanation(model: SequenceModel, text: str, how: str) -> Explanation:
    """What `EXPLANATIONS[how]` says of a text."""
    return EXPLANATIONS[how](model, text)
