"""The backward pass of the text that Hidden states shows, worked out when the stepper asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rnn_demo.analysis.backward_pass import backward_pass
from rnn_demo.data.wording import sentence
from rnn_demo.network.fresh_weights import with_fresh_weights
from rnn_demo.tasks import TASKS
from rnn_demo.ui.contracts import BackwardPayload
from rnn_demo.ui.states.traces import Traces
from rnn_demo.ui.viewer.backward import answer_of, backward_payload

WEIGHTS = ("trained", "fresh")


def gradients_of(traces: Traces, place: Mapping[str, Any]) -> BackwardPayload:
    """The gradients of the loss of an answer; `place` names the checkpoint, the text, the weights and the answer.

    Without an answer it is that of the trained network, for fresh weights too. A head that answers at every step has a
    loss at each, where the text says what is right. As many tokens are read as in a trace.
    """
    name, text, weights = (str(place.get(key, "")) for key in ("checkpoint", "text", "weights"))
    label = str(place.get("answer") or "")
    try:
        if weights not in WEIGHTS:
            raise ValueError(f"unknown weights {weights[:20]!r}; choose one of {', '.join(WEIGHTS)}")
        model, trace = traces.models.get(name), traces.of(name, text)
        if trace.forecasts:
            raise ValueError("this network forecasts a number; the backward pass is drawn for one that chooses a label")
        read = with_fresh_weights(model) if weights == "fresh" else model
        answers_every_step = model.architecture.per_step and model.task in TASKS
        right = TASKS[model.task].right_answers(trace.tokens) if answers_every_step else []
        earlier = [answer if answer in model.labels else None for answer in right]
        gradients = backward_pass(read, trace.tokens, label or answer_of(trace), earlier)
    except ValueError as error:
        return {"error": sentence(error)}
    return backward_payload(gradients, trace, model, weights == "fresh")
