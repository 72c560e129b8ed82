"""A Plotly figure as the page shows it."""

from __future__ import annotations

import json
from typing import Any

from rnn_demo.figures.figure import CONFIG
from rnn_demo.ui.gradio_compat import plot_data


def plotted(figure: Any) -> Any:
    """The value of a `gr.Plot`: the figure with the settings of its toolbar."""
    return plot_data({**json.loads(figure.to_json()), "config": CONFIG})
