"""The first picture of a part of the lab: the results of a real run that come with the package."""

from __future__ import annotations

from typing import Any, cast

import gradio as gr

from rnn_demo.experiments import shipped
from rnn_demo.experiments.run_config import configure
from rnn_demo.experiments.shipped import ShippedStudy
from rnn_demo.figures.drawing.lesson_figures import rows_of
from rnn_demo.figures.drawing.ready import figure_of, title_of
from rnn_demo.ui.lab.contracts import Curves, Film, RunPayload
from rnn_demo.ui.lab.visitor_runs import run_in_words
from rnn_demo.ui.widgets.widget import widget

YOURSELF = "## Train it yourself"
# Of a run that comes with the package, by the name of its ready picture: the recipe, and the curves to be seen.
LESSONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "progress": ("surnames", ("accuracy", "validation_accuracy", "loss", "validation_loss")),
    "overfitting": ("characters", ("loss", "validation_loss", "accuracy", "validation_accuracy")),
    "forcing": ("characters", ("forced", "free")),
}


def shipped_result(
    name: str, introduction: str, plot: Any, study: ShippedStudy, sentence: str, epochs: int = 0, more: str = ""
) -> None:
    """The words of a part, its figure, what is seen there and how it was made; below begins what a visitor trains.

    `more` is a paragraph after that. `plot` is the value of a `gr.Plot`; if it is a film over `epochs` epochs, the page
    plays its frames. All of it comes with the page: opening the part asks the server for nothing.
    """
    gr.Markdown(introduction)
    gr.Plot(plot, show_label=False, elem_id=f"{name}-shipped")
    if epochs:
        controls: Film = {"figure": f"#{name}-shipped", "epochs": epochs}
        widget("lab/film", f"{name}-shipped-film", controls)
    paragraphs = filter(None, [f"**{sentence}** {study.caption}", more, YOURSELF])
    gr.Markdown("\n\n".join(paragraphs), elem_id=f"{name}-shipped-about")


def lesson(name: str) -> RunPayload:
    """The run behind a ready picture for the widget that draws a visitor's own, over its epochs.

    It has the sentence of the picture, and says how it was made.
    """
    recipe, shown = LESSONS[name]
    study, figure = shipped.load("curves"), figure_of(name)
    rows = rows_of(study, recipe)
    losses = [row.validation_loss for row in rows if row.validation_loss is not None]
    points = {key: [(row.epoch, getattr(row, key)) for row in rows if getattr(row, key) is not None] for key in shown}
    empty: dict[str, Any] = {key: [] for key in Curves.__annotations__}
    title, made = title_of(figure)[0] if figure else name, study.caption.replace("`", "")
    return {
        "status": f"{title}. {made} Press Start to train it yourself.",
        "settings": run_in_words(configure(recipe, {})),
        "unit": "epoch",
        "step": rows[-1].epoch,
        "curves": cast(Curves, empty | points),
        "kept": 1 + losses.index(min(losses)) if name == "overfitting" else None,
    }
