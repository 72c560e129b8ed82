"""Training in the page: settings on one side, the learning network on the other; Start, Pause, Resume, Stop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import gradio as gr

from rnn_demo.data.writing import sentence, strict_json
from rnn_demo.experiments.remote_run import RemoteRun
from rnn_demo.experiments.run_config import TEXT, SettingError, configure, presets, takes_text
from rnn_demo.ui.contracts import RunPayload, Sample
from rnn_demo.ui.lab import settings as controls
from rnn_demo.ui.lab.visitor_runs import Visitor, Visitors, session_of
from rnn_demo.ui.links import Link
from rnn_demo.ui.tab_context import QUIET
from rnn_demo.ui.training_controls import IN_LINE, PACE, Full, address_of_request, waiting
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.widget import widget
from rnn_demo.zoo.build import read_examples
from rnn_demo.zoo.recipes import find_recipe

FIRST = "characters"  # the recipe that is offered first
ROWS, LETTERS = 9, 360  # shown of the training examples
MAX_PROMPT = 200  # characters that samples are made of
PREPARING = "Preparing the network…"
BUTTONS = ("start", "pause", "go_on", "stop")
UNCHANGED = [gr.skip()] * 6  # a generator without any values would empty what is shown
BUTTONS_OF = {"idle": ("start",), "waiting": ("stop",), "running": ("pause", "stop"), "paused": ("go_on", "stop")}


def build(visitors: Visitors, arrived: gr.State) -> gr.State:
    """Lay out the panel and wire it; return a state that changes whenever a run has ended.

    `arrived` holds the link that opened the page.
    """
    ended = gr.State(0)
    with gr.Row(equal_height=False):
        with gr.Column(scale=2, min_width=320):
            recipe = gr.Dropdown(
                [(title, name) for name, title in presets().items()],
                value=FIRST,
                label="What it learns",
                elem_id="lab-recipe",
            )
            text = gr.Textbox(
                label="Your own text (optional)",
                lines=2,
                max_lines=6,
                elem_id="lab-text",
                info="",
                placeholder="Paste a poem, a song or a page of a book, in any language",
            )
            components = controls.components(controls.CELL, FIRST)
            with gr.Row(elem_classes="lab-numbers"):
                components |= controls.components(controls.MAIN, FIRST)
            with gr.Accordion("More settings", open=False, elem_id="lab-more"):
                components |= controls.components(controls.INPUT, FIRST)
                with gr.Row(elem_classes="lab-numbers"):
                    components |= controls.components(controls.MORE, FIRST)
        with gr.Column(scale=3, min_width=320):
            with gr.Row(elem_id="lab-buttons"):
                start = gr.Button("Start", variant="primary", size="md", min_width=80, elem_id="lab-start")
                pause = gr.Button("Pause", size="md", min_width=80, visible=False, elem_id="lab-pause")
                go_on = gr.Button("Resume", variant="primary", size="md", min_width=80, visible=False, elem_id="lab-go")
                stop = gr.Button("Stop", variant="stop", size="md", min_width=80, visible=False, elem_id="lab-stop")
            run_widget = widget("training", "lab-view", invitation(FIRST))
            with gr.Row():
                prompt = gr.Textbox(
                    find_recipe(FIRST).examples[0],
                    label="Try it with",
                    max_lines=1,
                    scale=3,
                    min_width=160,
                    elem_id="lab-asked",
                )
                temperature = gr.Slider(
                    0,
                    2,
                    value=0.5,
                    step=0.1,
                    label="Temperature",
                    scale=2,
                    min_width=160,
                    elem_id="lab-temperature",
                    buttons=[],
                )
    settings = [components[name] for name in controls.CONTROLS]

    def start_run(
        request: gr.Request, recipe: str, text: str, prompt: str, temperature: float, *values: Any
    ) -> Iterator[list[Any]]:
        settings, session = dict(zip(controls.CONTROLS, values, strict=True)), session_of(request)
        yield [prepare(visitors, session, recipe, text, prompt, temperature, settings), *UNCHANGED[1:]]
        yield from train(visitors, session, address_of_request(request))

    def continue_run(request: gr.Request) -> Iterator[list[Any]]:
        yield from train(visitors, session_of(request), address_of_request(request))

    def stop_run(request: gr.Request) -> Iterator[list[Any]]:
        if stop_current_run(visitors.of(session_of(request))):
            yield from train(visitors, session_of(request), address_of_request(request))
        else:
            yield UNCHANGED

    def pause_run(request: gr.Request) -> None:
        if (live := visitors.of(session_of(request)).live) is not None:
            live.pause()

    def change_sample(request: gr.Request, prompt: str, temperature: float) -> Any:
        return new_sample(visitors.of(session_of(request)), prompt, temperature)

    run_outputs = [run_widget, start, pause, go_on, stop, ended]
    # What is wrong with the settings comes in an event of its own, for which the run does not wait.
    start.click(
        start_run,
        [recipe, text, prompt, temperature, *settings],
        run_outputs,
        trigger_mode="multiple",  # the next run may begin before the browser knows that this one has ended
        **IN_LINE,
    )
    start.click(check_all, [recipe, text, *settings], [*settings, text], queue=False, **QUIET)
    go_on.click(continue_run, None, run_outputs, **IN_LINE)
    stop.click(stop_run, None, run_outputs, **IN_LINE)
    pause.click(pause_run, None, None, queue=False, **QUIET)
    gr.on([prompt.submit, temperature.release], change_sample, [prompt, temperature], run_widget, **QUIET)

    def change_recipe(request: gr.Request, recipe: str) -> list[Any]:
        live = visitors.of(session_of(request)).live
        idle = live is None or live.over
        return [*recipe_values(recipe), strict_json(invitation(recipe)) if idle else gr.skip()]

    arrived.change(arrive, arrived, [recipe, *settings, text, prompt, temperature], **QUIET)
    recipe.input(change_recipe, recipe, [*settings, text, prompt, temperature, run_widget], **QUIET)
    inputs = [control.input for control in settings if isinstance(control, gr.Number | gr.Dropdown | gr.Radio)]
    gr.on(inputs, check_settings, [recipe, *settings], settings, trigger_mode="always_last", queue=False, **QUIET)
    return ended


def check_settings(recipe: str, *values: Any) -> list[Any]:
    """The text at each control after one was changed."""
    return controls.show_error(controls.error_in(recipe, dict(zip(controls.CONTROLS, values, strict=True))))


def check_all(recipe: str, text: str, *values: Any) -> list[Any]:
    """The text at each control and at the visitor's own text, when Start is pressed."""
    try:
        configure(recipe, dict(zip(controls.CONTROLS, values, strict=True)), text)
    except SettingError as error:
        return [*controls.show_error(error), text_error(error)]
    return [*controls.show_error(None), text_error(None)]


def invitation(recipe: str) -> RunPayload:
    """What the widget shows before a run: some of the training examples."""
    examples = read_examples(find_recipe(recipe), None)
    idle: RunPayload = {"idle": words("lab_idle"), "count": len(examples)}
    if takes_text(find_recipe(recipe)):
        return {**idle, "text": "".join(example.text for example in examples)[:LETTERS]}
    sample = examples[:: max(1, len(examples) // ROWS)][:ROWS]
    return {**idle, "rows": [[example.text[:LETTERS], example.label] for example in sample]}


def arrive(link: Link) -> list[Any]:
    """Values for the recipe and all that depends on it, where a link names one for the lab."""
    choice = controls.from_link(link) if link and link["tab"] == "lab" else None
    if choice is None:
        return [gr.skip()] * (len(controls.CONTROLS) + 4)
    return [choice[0], *recipe_values(*choice)]


def recipe_values(recipe: str, options: dict[str, Any] | None = None) -> list[Any]:
    """Values for the controls, the text, and the text and temperature of the sample, after a choice of recipe."""
    writes = takes_text(find_recipe(recipe))
    return [
        *controls.control_updates(recipe, options),
        gr.Textbox(visible=writes, info=""),
        find_recipe(recipe).examples[0],
        gr.Slider(visible=writes),
    ]


def prepare(
    visitors: Visitors,
    session: str,
    recipe: str,
    text: str,
    prompt: str,
    temperature: float,
    settings: dict[str, Any],
) -> Any:
    """Prepare the visitor's next run; the value for the widget, which may be the reason for a refusal."""
    visitor = visitors.of(session)
    if visitor.live is not None and not visitor.live.over:
        return gr.skip()
    try:
        run = configure(recipe, settings, text)
    except SettingError as error:
        visitor.live = None
        return strict_json({"notices": [sentence(error)], "idle": ""})
    if run.text and prompt in run.recipe.examples:
        prompt = ""  # which suits the recipe's own text only
    try:
        visitor = visitors.enrol(session)
    except Full as error:
        return strict_json({"notices": [sentence(error)], "idle": ""})
    visitor.live = RemoteRun(run, prompt[:MAX_PROMPT], temperature, notice=visitors.loss(session))
    link = {"tab": "lab", "recipe": recipe, **{name: str(value) for name, value in run.options.items()}}
    return strict_json({"status": PREPARING, "link": link})


def text_error(error: SettingError | None) -> Any:
    """The text box with what is wrong with the text, if it is the text."""
    message = controls.without_name(error) if error and error.setting == TEXT else ""
    return gr.Textbox(info=message, elem_classes=["lab-wrong"] if message else [])


def train(visitors: Visitors, session: str, address: str = "") -> Iterator[list[Any]]:
    """Values for the widget, the four buttons and the number of runs, while the visitor waits and while the run lasts.

    It ends when the run has ended or pauses. When the page is closed, the run ends too.
    """
    visitor = visitors.of(session)
    live, before = visitor.live, ""
    if live is None:
        yield UNCHANGED
        return

    def values(state: str, status: str = "") -> list[Any]:
        nonlocal before
        is_new, before = state != before, state
        buttons = [gr.Button(visible=name in BUTTONS_OF[state]) if is_new else gr.skip() for name in BUTTONS]
        return [strict_json(payload(live, status)), *buttons, visitor.count]

    if live.over or not visitors.claim(visitor):
        is_news = visitor.untold and live.over
        visitor.untold = visitor.untold and not is_news
        yield values("idle") if is_news else UNCHANGED
        return
    try:
        with visitors.line.ticket(address) as ticket:
            for status in waiting(visitors.line, ticket, lambda: live.stopping):
                yield values("waiting", status)
            if live.stopping and not live.begun:
                live.close()
                yield values("idle", "Stopped before training started.")
                return
            if live.paused and not live.stopping:
                live.resume()
            while not live.over:
                live.advance(visitors.pool, PACE)
                if visitor.live is not live:  # the page was closed meanwhile
                    return
                if live.paused and not live.over:
                    yield values("paused", "Paused.")
                    break
                if live.over:
                    visitors.keep(visitor, live)
                yield values("idle" if live.over else "running")
    except Full as error:
        live.close()
        yield values("idle", sentence(error))
    except GeneratorExit:  # the page was closed
        visitors.leave(session)
        raise
    finally:
        visitor.busy = False
        if visitor.live is not live:
            live.close()
    if live.paused and not live.over:
        visitors.pause(visitor)


def payload(live: RemoteRun, status: str = "") -> RunPayload:
    """What the page shows of a run as it stands."""
    state = {name: value for name, value in live.picture.items() if name in RunPayload.__annotations__}
    sample = {name: value for name, value in live.picture.get("sample", {}).items() if name in Sample.__annotations__}
    return cast(RunPayload, state | {"sample": sample, "status": status or ("" if state else PREPARING)})


def stop_current_run(visitor: Visitor) -> bool:
    """Ask the current run to stop; True if it is paused, so that `train` must still bring it to its end."""
    if visitor.live is None:
        return False
    visitor.live.stop()
    return not visitor.busy


def new_sample(visitor: Visitor, prompt: str, temperature: float) -> Any:
    """Sample with another prompt from now on; the widget of a run that is paused or over shows it at once."""
    live = visitor.live
    if live is None or not prompt:
        return gr.skip()
    live.change_sample(prompt[:MAX_PROMPT], temperature)
    if visitor.busy or not live.picture:
        return gr.skip()
    return strict_json(payload(live))
