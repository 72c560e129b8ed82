"""The first picture of a part of the lab: the results of a real run that come with the package."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rnn_demo.experiments.shipped import ShippedStudy
from rnn_demo.ui.scripts import calling
from rnn_demo.ui.tab_context import QUIET

YOURSELF = "#### Train it yourself"


def first_picture(
    name: str, introduction: str, plot: Any, study: ShippedStudy, sentence: str, film: bool = False
) -> None:
    """The words of a part, its figure, what is seen there and how it was made; below begins what a visitor trains.

    `plot` is the value of a `gr.Plot`; of a `film` the page plays the frames. All of it comes with the page: opening
    the part asks the server for nothing.
    """
    gr.Markdown(introduction)
    gr.Plot(plot, show_label=False, elem_id=f"{name}-first")
    if film:
        play = gr.Button("Play its training", size="md", scale=0, min_width=170, elem_id=f"{name}-first-play")
        play.click(None, None, None, js=calling("charts/film.js", "playFilm", f"#{name}-first"), **QUIET)
    gr.Markdown(f"**{sentence}** {study.caption}\n\n{YOURSELF}", elem_id=f"{name}-first-about")
