"""Every view that a lesson may name."""

from __future__ import annotations

from collections.abc import Callable

from rnn_demo.ui.learn.views import depth, gradients, states, training, words
from rnn_demo.ui.learn.views.view import Picture

VIEWS: dict[str, Callable[..., Picture]] = {
    **words.VIEWS,
    **states.VIEWS,
    **gradients.VIEWS,
    **depth.VIEWS,
    **training.VIEWS,
}
