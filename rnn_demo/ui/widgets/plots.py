"""A Plotly figure as the page shows it."""

from __future__ import annotations

import json
from typing import Any

from gradio.components.plot import PlotData

from rnn_demo.figures.figure import CONFIG


def plotted(figure: Any) -> PlotData:
    """A figure with its toolbar's settings, which gr.Plot passes on only in this form."""
    return PlotData(type="plotly", plot=json.dumps({**json.loads(figure.to_json()), "config": CONFIG}))
