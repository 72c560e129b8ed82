"""Training lab: visitors train networks in the page, watch them learn, and save the results."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rnn_demo.ui.lab import clipping, gradients, race, runs, train
from rnn_demo.ui.lab.exhibits import part as exhibits
from rnn_demo.ui.lab.series import part as series
from rnn_demo.ui.lab.visitor_runs import Visitors, session_of
from rnn_demo.ui.links import Link
from rnn_demo.ui.scripts import calling
from rnn_demo.ui.tab_context import QUIET, TabContext
from rnn_demo.ui.viewer.static_files import words

TITLE = "Training lab"
SUBTITLE = "train your own"
# The parts of the tab as a link names them, ?tab=lab&part=race: the title and the element of each.
PARTS = {
    "train": ("Train", "lab-train"),
    "race": ("Race", "race"),
    "gradient": ("Gradient", "gradient"),
    "clipping": ("Clipping", "clipping"),
    "series": ("Series", "series"),
    "exhibits": ("Exhibits", "exhibits"),
}
FIRST = next(iter(PARTS))


def build(context: TabContext) -> None:
    """Lay out the tab and wire it; when a page is closed, its runs are dropped."""
    visitors = Visitors(context.models, context.pool)
    with gr.Tabs(elem_id="lab-parts", overflow_behavior="wrap") as parts:
        with _part("train"):
            gr.Markdown(words("lab/train"))
            ended = train.build(visitors, context.arrived)
            runs.build(context, visitors, ended)
        with _part("race"):
            race.build(visitors)
        with _part("gradient"):
            gradients.build(visitors)
        with _part("clipping"):
            clipping.build(visitors)
        with _part("series"):
            series.build(context, visitors)
        with _part("exhibits"):
            exhibits.build(visitors)

    def leave(request: gr.Request) -> None:
        visitors.leave(session_of(request))

    context.arrived.change(part_of_link, context.arrived, parts, **QUIET)
    context.page.unload(leave)


def _part(name: str) -> gr.Tab:
    """A part of the tab, whose opening is written into the address."""
    title, elem_id = PARTS[name]
    part = gr.Tab(title, id=name, elem_id=elem_id)
    part.select(None, None, None, js=calling("core/browser.js", "openPart", "lab", name, FIRST), **QUIET)
    return part


def part_of_link(link: Link) -> Any:
    """The part that a link opens, for the parts; an unknown one opens the first."""
    name = link.get("part", "").strip().lower() if link and link["tab"] == "lab" else ""
    return gr.Tabs(selected=name) if name in PARTS else gr.skip()
