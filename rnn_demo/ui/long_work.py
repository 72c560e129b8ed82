"""What the page has computed in processes of their own, because it takes long. Nothing of Gradio is imported here.

The page's own process has one interpreter for all visitors, and whoever computes in it holds up all answers.
"""

from __future__ import annotations

import orjson

from rnn_demo.analysis.review import EXPLANATIONS, Explanation
from rnn_demo.analysis.trace import record
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS
from rnn_demo.zoo import checkpoint

LONG_TEXT = 300  # characters; of a longer text, what is worked out for each word is not worked out in the page
LONG_REVIEW = 5_000  # characters; a longer text is not read in the page


def trace_json(name: str, text: str, model: SequenceModel | None = None) -> bytes:
    """`Trace.to_dict` of a checkpoint on a text, as JSON; tens of megabytes for hundreds of words."""
    return orjson.dumps(record(model or checkpoint.open_checkpoint(name), text).to_dict(name))


def prediction_json(name: str, text: str, model: SequenceModel | None = None) -> bytes:
    """What a checkpoint's task predicts for a text, as JSON."""
    model = model or checkpoint.open_checkpoint(name)
    return orjson.dumps(TASKS[model.task].predict(model, [text])[0])


def explained(how: str, name: str, text: str, model: SequenceModel | None = None) -> Explanation:
    """What `EXPLANATIONS[how]` says of a checkpoint and a text."""
    return EXPLANATIONS[how](model or checkpoint.open_checkpoint(name), text)
