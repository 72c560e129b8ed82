"""The page: a heading, the tabs, the public API, and links that open a tab with a text."""

from __future__ import annotations

import gc
import sys
from contextlib import suppress
from functools import partial
from typing import Any

import gradio as gr
import torch

from rnn_demo.experiments.lab.lent_gpu import LendingPool
from rnn_demo.experiments.workers import Pool
from rnn_demo.figures import palette
from rnn_demo.limits import MAX_UPLOAD_BYTES
from rnn_demo.machine import is_zero_gpu
from rnn_demo.tasks import TASKS
from rnn_demo.ui import next_step
from rnn_demo.ui.api import publish
from rnn_demo.ui.gradio_compat import (
    WITHOUT_SELF_CHECK,
    hide_progress,
    use_light_sessions,
    use_light_skips,
    use_plain_words,
    use_queue,
    use_uploads_of_files,
    without_servers,
)
from rnn_demo.ui.guard import server
from rnn_demo.ui.lab import tab as lab_tab
from rnn_demo.ui.learn import tab as learn_tab
from rnn_demo.ui.links import parse
from rnn_demo.ui.models import Models
from rnn_demo.ui.qa import tab as qa_tab
from rnn_demo.ui.scripts import ROUTES, START, calling
from rnn_demo.ui.sentiment import tab as sentiment_tab
from rnn_demo.ui.server import health, networks, temp_files
from rnn_demo.ui.server.fair_queue import FairQueue
from rnn_demo.ui.server.warm_up import WarmUp
from rnn_demo.ui.start import tab as start_tab
from rnn_demo.ui.start.frame import landing_frame
from rnn_demo.ui.states import tab as states_tab
from rnn_demo.ui.tab_context import QUIET, TabContext
from rnn_demo.ui.teachers import pictures
from rnn_demo.ui.teachers import section as teachers
from rnn_demo.ui.viewer.static_files import CSS

MAX_SESSIONS = 4_000  # kept at once, one for each visitor and each call of the API; then the least recently used goes
MAX_CALLS = 100_000  # that wait in Gradio's queue; a visitor's own limits, in `FairQueue`, come long before
MAX_THREADS = 96  # most of them wait in the lab's queue
# In the order of learning: see one read, be taught, read with it, look inside, train one, ask one.
TABS = {
    "start": start_tab,
    "learn": learn_tab,
    "sentiment": sentiment_tab,
    "states": states_tab,
    "lab": lab_tab,
    "qa": qa_tab,
}

HEADING = """<h1>Watch a recurrent network read</h1>
<p>Small trained networks that read one word or one letter at a time.</p>"""
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")

STYLES = (
    *("page", "charts", "picture", "stepper", "cell", "parts", "sentiment", "qa", "lab", "glossary", "teachers"),
    "learn",
    "beside",
    "knife",
)


def frame(tab: str, theme: str) -> str:
    """The first frame of the page when it is opened at a tab."""
    return landing_frame(titles(), tab, theme, HEADING)


def titles() -> dict[str, tuple[str, str]]:
    """The title of each tab, and what one does there: its subtitle."""
    return {name: (module.TITLE, getattr(module, "SUBTITLE", "")) for name, module in TABS.items()}


def subtitles_css() -> str:
    """The subtitle of each tab, under its title; screen readers read the title alone."""
    return "".join(
        f'#tabs > .tab-wrapper button[data-tab-id="{name}"]::before {{ content: "{text}"; content: "{text}" / ""; }}\n'
        for name, (_, text) in titles().items()
    )


WARM_UP = WarmUp()

GARBAGE = (10_000, 10, 50)  # objects made before a search of the youngest; searches before one of older, of all
LAUNCH: dict[str, Any] = {
    "theme": gr.themes.Base(primary_hue="blue", neutral_hue="slate", font=palette.FONT, font_mono=_MONO).set(
        body_text_color_subdued="*neutral_500",  # the default, neutral_400, is too pale on white to be read
        block_label_text_color="*neutral_500",
        block_info_text_color="*neutral_500",
        button_primary_background_fill="*primary_600",  # white on the default, primary_500, is too pale
        button_primary_background_fill_hover="*primary_700",
        button_secondary_background_fill="*neutral_100",
        slider_color="*primary_600",
        color_accent="*primary_600",
    ),
    "css": palette.css() + subtitles_css(),
    "css_paths": [CSS / f"{name}.css" for name in STYLES],
    "footer_links": [],
    "run_history": False,
    "show_error": True,
    "enable_monitoring": False,
    "max_threads": MAX_THREADS,
    "max_file_size": MAX_UPLOAD_BYTES,
    "app_kwargs": server(tuple(TABS), frame, WARM_UP)
    | {"routes": [*ROUTES, *networks.ROUTES, *pictures.ROUTES, *health.ROUTES]},
    "head": START,
    "state_session_capacity": MAX_SESSIONS,
    **WITHOUT_SELF_CHECK,
}


def build_page() -> gr.Blocks:
    """All tabs in one page; no checkpoint is loaded until one is needed."""
    use_light_sessions()
    use_light_skips()
    use_queue(FairQueue)
    use_plain_words()
    use_uploads_of_files()
    sys.setswitchinterval(0.001)
    torch.set_num_threads(1)  # answers are small; training runs have their own processes
    models, pool = Models(), LendingPool() if is_zero_gpu() else Pool()
    networks.NETWORKS.models = models
    WARM_UP.set_work(partial(prepare_answers, models, pool))
    age = temp_files.AGE
    title = "Watch a recurrent network read"
    with without_servers(), gr.Blocks(title=title, analytics_enabled=False, delete_cache=(age, age)) as page:
        publish(models, pool)  # first, so that no private event takes its names
        heading = gr.HTML(HEADING, elem_id="heading", padding=False)
        opened = gr.State(None)
        arrived = gr.State(None)
        with gr.Tabs(elem_id="tabs", overflow_behavior="wrap") as tabs:
            for name, module in TABS.items():
                with gr.Tab(module.TITLE, id=name, elem_id=name) as tab:
                    context = TabContext(models, pool, page, tabs, tab, opened, arrived)
                    module.build(context)
                    next_step.build(context, name)
                tab.select(None, None, None, js=calling("core/browser.js", "openTab", name, next(iter(TABS))), **QUIET)
        page.load(arrive, None, [arrived, opened, tabs, teachers.build()], **QUIET)
        page.load(None, None, None, js=calling("glossary/start.js", "start"), **QUIET)
        hide_progress(page, heading)
        # A call's place in the queue is sent every few seconds, for Gradio keeps what nobody fetches.
        page.queue(max_size=MAX_CALLS, default_concurrency_limit=4, status_update_rate=5, api_open=False)
    look_through_less()
    return page


def look_through_less() -> None:
    """Let searches for garbage hold up few answers: what is here lasts, and visitors leave hardly any garbage."""
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()


def prepare_answers(models: Models, pool: Pool) -> None:
    """Let the first answers come as quickly as those after them: read the models, and let each answer once."""
    try:
        for name in ("sentiment", "qa"):  # in the order of the tabs
            with suppress(ValueError):  # the first question says what is wrong
                model = models.get(name)
                TASKS[model.task].predict(model, ["a"])
    finally:
        pool.warm_up()  # before Start is pressed in the lab


def arrive(request: gr.Request) -> tuple[Any, Any, Any, Any]:
    """The link that opened the page, what it asks Hidden states for, and the tab or the section that it names."""
    link = parse(request.query_params, (*TABS, teachers.NAME))
    if link is None:
        return None, None, gr.skip(), gr.skip()
    if link["tab"] == teachers.NAME:
        return None, None, gr.skip(), gr.Accordion(open=True)
    return link, link if link["tab"] == "states" else None, gr.Tabs(selected=link["tab"]), gr.skip()
