"""Every answer that a lesson may name."""

from __future__ import annotations

from collections.abc import Callable

from rnn_demo.ui.learn.answers import depth, gates, gradients, outputs, states, today, training, words
from rnn_demo.ui.learn.answers.answer import Answer

ANSWERS: dict[str, Callable[..., Answer]] = {
    **words.ANSWERS,
    **states.ANSWERS,
    **outputs.ANSWERS,
    **gradients.ANSWERS,
    **gates.ANSWERS,
    **depth.ANSWERS,
    **training.ANSWERS,
    **today.ANSWERS,
}
