"""The first picture of a part of the lab: the results of a real run that come with the package."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rnn_demo.experiments.shipped import ShippedStudy
from rnn_demo.ui.gradio_compat import plot_value

YOURSELF = "#### Train it yourself"


def first_picture(name: str, introduction: str, figure: Any, study: ShippedStudy, sentence: str) -> None:
    """The words of a part, its figure, what is seen there and how it was made; below begins what a visitor trains.

    All of it comes with the page: opening the part asks the server for nothing.
    """
    gr.Markdown(introduction)
    gr.Plot(plot_value(figure), show_label=False, elem_id=f"{name}-first")
    gr.Markdown(f"**{sentence}** {study.caption}\n\n{YOURSELF}", elem_id=f"{name}-first-about")
