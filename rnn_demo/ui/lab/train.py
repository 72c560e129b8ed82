"""Training in the page: settings on one side, the learning network on the other; Start, Pause, Resume, Stop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, cast

import gradio as gr

from rnn_demo.experiments.live_run import Live
from rnn_demo.experiments.run_config import TEXT, Refused, plan, presets, takes_text
from rnn_demo.ui.contracts import LabPicture, Sample
from rnn_demo.ui.lab import settings as controls
from rnn_demo.ui.lab.visitor_runs import Visitor, Visitors
from rnn_demo.ui.links import Link
from rnn_demo.ui.session import QUIET
from rnn_demo.ui.training_controls import IN_LINE, PACE, place_in_line
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.waiting_line import Full
from rnn_demo.ui.widgets.widget import dump, sentence, widget
from rnn_demo.zoo.build import read_examples
from rnn_demo.zoo.recipes import find_recipe

FIRST = "characters"  # the recipe that is offered first
ROWS, LETTERS = 9, 360  # shown of the training examples
BUTTONS = ("start", "pause", "go_on", "stop")
NOTHING = [gr.skip()] * 6  # changes; a generator without any values would empty what is shown
SHOWN = {"idle": ("start",), "waiting": ("stop",), "running": ("pause", "stop"), "paused": ("go_on", "stop")}


def build(visitors: Visitors, arrived: gr.State) -> gr.State:
    """Lay out the panel and wire it; return a state that changes whenever a run has ended.

    `arrived` holds the link that opened the page.
    """
    ended = gr.State(0)
    with gr.Row(equal_height=False):
        with gr.Column(scale=2, min_width=320):
            recipe = gr.Dropdown(
                [(title, name) for name, title in presets().items()], value=FIRST, label="What it learns",
                elem_id="lab-recipe",
            )  # fmt: skip
            text = gr.Textbox(
                label="Your own text (optional)", lines=2, max_lines=6, elem_id="lab-text", info="",
                placeholder="Paste a poem, a song or a page of a book, in any language",
            )  # fmt: skip
            first = controls.make({"cell": controls.FIRST["cell"]}, FIRST)
            with gr.Row(elem_classes="lab-numbers"):
                first |= controls.make({k: v for k, v in controls.FIRST.items() if k != "cell"}, FIRST)
            with gr.Accordion("More settings", open=False, elem_id="lab-more"):
                reads = controls.make({"free_running": controls.MORE["free_running"]}, FIRST)
                with gr.Row(elem_classes="lab-numbers"):
                    more = controls.make({k: v for k, v in controls.MORE.items() if k != "free_running"}, FIRST)
        with gr.Column(scale=3, min_width=320):
            with gr.Row(elem_id="lab-buttons"):
                start = gr.Button("Start", variant="primary", size="md", min_width=80, elem_id="lab-start")
                pause = gr.Button("Pause", size="md", min_width=80, visible=False, elem_id="lab-pause")
                go_on = gr.Button("Resume", variant="primary", size="md", min_width=80, visible=False, elem_id="lab-go")
                stop = gr.Button("Stop", variant="stop", size="md", min_width=80, visible=False, elem_id="lab-stop")
            view = widget("training", "lab-view", to_learn(FIRST))
            with gr.Row():
                asked = gr.Textbox(
                    find_recipe(FIRST).examples[0], label="Try it with", max_lines=1, scale=3, min_width=160,
                    elem_id="lab-asked",
                )  # fmt: skip
                temperature = gr.Slider(
                    0, 2, value=0.5, step=0.1, label="Temperature", scale=2, min_width=160, elem_id="lab-temperature"
                )
    made = first | reads | more
    settings = [made[name] for name in controls.CONTROLS]

    def begin(
        request: gr.Request, recipe: str, text: str, asked: str, temperature: float, *values: Any
    ) -> list[Any]:  # the controls, the text, the view
        chosen = dict(zip(controls.CONTROLS, values, strict=True))
        return prepared(visitors.of(session(request)), recipe, text, asked, temperature, chosen)

    def run(request: gr.Request) -> Iterator[list[Any]]:
        yield from running(visitors, session(request))

    def halt(request: gr.Request) -> Iterator[list[Any]]:
        if stopped(visitors.of(session(request))):
            yield from running(visitors, session(request))
        else:
            yield NOTHING

    def wait(request: gr.Request) -> None:
        visitors.of(session(request)).wish = "pause"

    def ask(request: gr.Request, asked: str, temperature: float) -> Any:
        return asked_again(visitors.of(session(request)), asked, temperature)

    told = [view, start, pause, go_on, stop, ended]
    start.click(
        begin, [recipe, text, asked, temperature, *settings], [*settings, text, view], **QUIET
    ).then(run, None, told, **IN_LINE)  # fmt: skip
    go_on.click(run, None, told, **IN_LINE)
    stop.click(halt, None, told, **IN_LINE)
    pause.click(wait, None, None, queue=False, **QUIET)
    gr.on([asked.submit, temperature.release], ask, [asked, temperature], view, **QUIET)

    def turn(request: gr.Request, recipe: str) -> list[Any]:
        live = visitors.of(session(request)).live
        idle = live is None or live.over
        return [*turned_to(recipe), dump(to_learn(recipe)) if idle else gr.skip()]

    arrived.change(arrive, arrived, [recipe, *settings, text, asked, temperature], **QUIET)
    recipe.input(turn, recipe, [*settings, text, asked, temperature, view], **QUIET)
    changed = [control.input for control in settings if isinstance(control, gr.Number | gr.Dropdown | gr.Radio)]
    gr.on(changed, check, [recipe, *settings], settings, trigger_mode="always_last", queue=False, **QUIET)
    return ended


def session(request: gr.Request) -> str:
    """The name of the visitor's session."""
    return str(request.session_hash)


def check(recipe: str, *values: Any) -> list[Any]:
    """The text at each control after one was changed."""
    return controls.blame(controls.wrong_with(recipe, dict(zip(controls.CONTROLS, values, strict=True))))


def to_learn(recipe: str) -> LabPicture:
    """What the view shows before a run: some of the training examples."""
    examples = read_examples(find_recipe(recipe), None)
    idle: LabPicture = {"idle": words("lab_idle"), "count": len(examples)}
    if takes_text(find_recipe(recipe)):
        return {**idle, "text": "".join(example.text for example in examples)[:LETTERS]}
    some = examples[:: max(1, len(examples) // ROWS)][:ROWS]
    return {**idle, "rows": [[example.text[:LETTERS], example.label] for example in some]}


def arrive(link: Link) -> list[Any]:
    """Values for the recipe and all that depends on it, where a link names one for the lab."""
    named = controls.from_link(link) if link and link.get("tab") == "lab" else None
    if named is None:
        return [gr.skip()] * (len(controls.CONTROLS) + 4)
    return [named[0], *turned_to(*named)]


def turned_to(recipe: str, options: dict[str, Any] | None = None) -> list[Any]:
    """Values for the controls, the text, and the text and temperature of the sample, after a choice of recipe."""
    writes = takes_text(find_recipe(recipe))
    return [
        *controls.fill(recipe, options),
        gr.Textbox(visible=writes, info=""),
        find_recipe(recipe).examples[0],
        gr.Slider(visible=writes),
    ]


def prepared(
    visitor: Visitor, recipe: str, text: str, asked: str, temperature: float, settings: dict[str, Any]
) -> list[Any]:
    """Prepare the visitor's next run; values for the controls, the text and the view, or the reason for a refusal."""
    if visitor.live is not None and not visitor.live.over:
        return [gr.skip()] * (len(controls.CONTROLS) + 2)
    try:
        made = plan(recipe, settings, text)
    except Refused as error:
        visitor.live = None
        notice = {"notices": [sentence(error)], "idle": ""}
        return [*controls.blame(error), told_at_text(error), dump(notice)]
    if made.text and asked in made.recipe.examples:
        asked = ""  # which suits the recipe's own text only
    visitor.live, visitor.wish = Live(made, asked, temperature), ""
    link = {"tab": "lab", "recipe": recipe, **{name: str(value) for name, value in made.options.items()}}
    ready = {"status": "Preparing the network.", "link": link}
    return [*controls.blame(None), told_at_text(None), dump(ready)]


def told_at_text(error: Refused | None) -> Any:
    wrong = controls.at_control(error) if error and error.setting == TEXT else ""
    return gr.Textbox(info=wrong, elem_classes=["lab-wrong"] if wrong else [])


def running(visitors: Visitors, session: str) -> Iterator[list[Any]]:
    """Values for the view, the four buttons and the number of runs, while the visitor waits and while the run lasts.

    It ends when the run has ended or pauses. When the page is closed, the run ends too.
    """
    visitor = visitors.of(session)
    live = visitor.live
    if live is None or live.over or visitor.busy:
        yield NOTHING
        return
    visitor.busy, visitor.wish, ticket, before = True, "", None, ""

    def shown(state: str, status: str = "") -> list[Any]:
        nonlocal before
        changed, before = state != before, state
        buttons = [gr.Button(visible=name in SHOWN[state]) if changed else gr.skip() for name in BUTTONS]
        return [dump(picture(live, status)), *buttons, visitor.count]

    try:
        ticket = visitors.line.join()
        while (place := visitors.line.place(ticket)) and not live.stopping:
            yield shown("waiting", place_in_line(place))
            time.sleep(PACE)
        while not live.over and not (live.stopping and not live.step):
            live.advance(PACE)
            if visitor.wish == "pause" and not live.over:
                yield shown("paused", "Paused.")
                return
            if visitor.live is not live:  # the page was closed meanwhile
                return
            if live.over:
                visitors.keep(visitor, live)
            yield shown("idle" if live.over else "running")
        if not live.over:
            live.close()
            yield shown("idle", "Stopped before any training.")
    except Full as error:
        live.close()
        yield shown("idle", sentence(error))
    except GeneratorExit:  # the page was closed
        visitors.leave(session)
        raise
    finally:
        visitor.busy = False
        if ticket is not None:
            visitors.line.leave(ticket)
        if visitor.live is not live:
            live.close()


def picture(live: Live, status: str = "") -> LabPicture:
    """What the page shows of a run as it stands."""
    shown = {name: value for name, value in live.picture().items() if name in LabPicture.__annotations__}
    sample = {name: value for name, value in live.sample.items() if name in Sample.__annotations__}
    return cast(LabPicture, shown | {"sample": sample, "status": status})


def stopped(visitor: Visitor) -> bool:
    """Ask the current run to stop; True if it is paused, so that it must still be asked to end."""
    if visitor.live is None:
        return False
    visitor.live.stop()
    return not visitor.busy


def asked_again(visitor: Visitor, asked: str, temperature: float) -> Any:
    """Watch the run with another sample text; the view of a run that is paused or over shows it at once."""
    live = visitor.live
    if live is None or not asked:
        return gr.skip()
    live.prompt, live.temperature = asked[:200], temperature
    if visitor.busy or live.model is None:
        return gr.skip()
    live.take_sample()
    return dump(picture(live))
