"""The page: a heading, the tabs, the public API, and links that open a tab with a text."""

from __future__ import annotations

from typing import Any

import gradio as gr
import torch

from rnn_demo.experiments.workers import Pool
from rnn_demo.figures import palette
from rnn_demo.limits import MAX_UPLOAD_BYTES
from rnn_demo.ui.api import publish
from rnn_demo.ui.gradio_compat import WITHOUT_SELF_CHECK, use_light_sessions
from rnn_demo.ui.guard import SERVER
from rnn_demo.ui.lab import tab as lab_tab
from rnn_demo.ui.links import parse
from rnn_demo.ui.models import Models
from rnn_demo.ui.qa import tab as qa_tab
from rnn_demo.ui.scripts import PRELOAD, ROUTES
from rnn_demo.ui.sentiment import tab as sentiment_tab
from rnn_demo.ui.states import tab as states_tab
from rnn_demo.ui.tab_context import QUIET, TabContext
from rnn_demo.ui.viewer.static_files import CSS

MAX_SESSIONS = 4_000  # kept at once, one for each visitor and each call of the API; then the least recently used goes
TABS = {"qa": qa_tab, "sentiment": sentiment_tab, "states": states_tab, "lab": lab_tab}

HEADING = """<h1>Watch a recurrent network read</h1>
<p>Small trained networks, read one word or letter at a time.</p>"""
_FONT = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")

LAUNCH: dict[str, Any] = {
    "theme": gr.themes.Base(primary_hue="blue", neutral_hue="slate", font=_FONT, font_mono=_MONO).set(
        body_text_color_subdued="*neutral_500",  # the default, neutral_400, is too pale on white to be read
        block_label_text_color="*neutral_500",
        block_info_text_color="*neutral_500",
        button_secondary_background_fill="*neutral_100",
        slider_color="*primary_600",
        color_accent="*primary_600",
    ),
    "css": palette.css(),
    "css_paths": [CSS / f"{name}.css" for name in ("page", "charts", "stepper", "sentiment", "qa", "lab")],
    "footer_links": [],
    "run_history": False,
    "show_error": True,
    "max_file_size": MAX_UPLOAD_BYTES,
    "app_kwargs": SERVER | {"routes": ROUTES},
    "head": PRELOAD,
    "state_session_capacity": MAX_SESSIONS,
    **WITHOUT_SELF_CHECK,
}


def build_page() -> gr.Blocks:
    """All tabs in one page; no checkpoint is loaded until one is needed."""
    use_light_sessions()
    torch.set_num_threads(1)  # answers are small; trainings have processes of their own
    models, pool = Models(), Pool()
    with gr.Blocks(title="Watch a recurrent network read", analytics_enabled=False, delete_cache=(3600, 3600)) as page:
        publish(models)  # first, so that no private event takes its names
        gr.HTML(HEADING, elem_id="heading", padding=False)
        opened = gr.State(None)
        arrived = gr.State(None)
        with gr.Tabs(elem_id="tabs", overflow_behavior="wrap") as tabs:
            for name, module in TABS.items():
                with gr.Tab(module.TITLE, id=name, elem_id=name) as tab:
                    module.build(TabContext(models, pool, page, tabs, tab, opened, arrived))
        page.load(arrive, None, [arrived, opened, tabs], **QUIET)
    page.queue(max_size=64, default_concurrency_limit=4)
    return page


def arrive(request: gr.Request) -> tuple[Any, Any, Any]:
    """The link that opened the page, what it asks Hidden states for, and the tab that it names."""
    link = parse(request.query_params, TABS)
    if link is None:
        return None, None, gr.skip()
    return link, link if link["tab"] == "states" else None, gr.Tabs(selected=link["tab"])
