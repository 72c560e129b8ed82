"""Training in the page: settings on one side, the learning network on the other; Start, Pause, Resume, Stop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import gradio as gr

from rnn_demo.data.json_text import strict_json
from rnn_demo.data.wording import sentence
from rnn_demo.experiments.run_config import TEXT, SettingError, configure, takes_text
from rnn_demo.machine import is_zero_gpu
from rnn_demo.ui.gradio_compat import custom_event
from rnn_demo.ui.lab import batch_view, experiment_cards
from rnn_demo.ui.lab import settings as controls
from rnn_demo.ui.lab.current_run import (
    UNCHANGED,
    invitation,
    new_sample,
    prepare_experiment,
    prepare_single_run,
    stop_current_run,
    train_in_turn,
)
from rnn_demo.ui.lab.shipped_result import LESSONS, lesson
from rnn_demo.ui.lab.visitor_runs import Visitors, session_of
from rnn_demo.ui.links import Link
from rnn_demo.ui.tab_context import QUIET
from rnn_demo.ui.training_controls import IN_QUEUE, address_of_request
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.widget import widget
from rnn_demo.zoo.recipes import find_recipe

FIRST = "characters"  # the recipe that is offered first
BUTTONS: tuple[tuple[str, Literal["primary", "secondary", "stop"], str], ...] = (
    ("Start", "primary", "lab-start"),
    ("Pause", "secondary", "lab-pause"),
    ("Resume", "primary", "lab-resume"),
    ("Stop", "stop", "lab-stop"),
)


@dataclass(frozen=True, eq=False)
class TrainPanel:
    """The components of the panel that its events read and write."""

    recipe: gr.Dropdown
    settings: list[Any]  # in the order of `controls.CONTROLS`
    text: gr.Textbox  # the visitor's own
    prompt: gr.Textbox
    temperature: gr.Slider
    start: gr.Button
    pause: gr.Button
    resume: gr.Button
    stop: gr.Button
    lent_gpu: gr.Button | None  # where one is lent to a call
    run: gr.HTML
    cards: gr.HTML
    ended: gr.State  # changes whenever a run has ended

    @property
    def inputs(self) -> list[Any]:
        """What a run is started with."""
        return [self.recipe, self.text, self.prompt, self.temperature, *self.settings]

    @property
    def outputs(self) -> list[Any]:
        """What a run updates, in the order of `current_run.train_in_turn`."""
        return [self.run, self.start, self.pause, self.resume, self.stop, self.ended, self.cards]

    @property
    def choices(self) -> list[Any]:
        """What depends on a choice of recipe, in the order of `recipe_values`."""
        return [*self.settings, self.text, self.prompt, self.temperature]


def build(visitors: Visitors, arrived: gr.State) -> gr.State:
    """Lay out the panel and wire it; return a state that changes whenever a run has ended.

    `arrived` holds the link that opened the page.
    """
    panel = layout()
    batch_view.build(panel.recipe, panel.text, panel.settings)
    wire_runs(visitors, panel)
    wire_choices(visitors, panel, arrived)
    return panel.ended


def layout() -> TrainPanel:
    """Experiments on top; below, the settings on the left and the learning network on the right."""
    ended = gr.State(0)
    cards = widget("lab/experiments", "lab-experiments", experiment_cards.initial_value())
    with gr.Row(equal_height=False, elem_id="lab-columns"):
        with gr.Column(scale=2, min_width=320, elem_id="lab-settings"):
            recipe = gr.Dropdown(
                controls.recipes_by_kind(),
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
        with gr.Column(scale=3, min_width=320, elem_id="lab-run"):
            with gr.Row(elem_id="lab-buttons"):
                start, pause, resume, stop = (
                    gr.Button(name, variant=variant, size="md", min_width=80, visible=name == "Start", elem_id=elem_id)
                    for name, variant, elem_id in BUTTONS
                )
                lent_gpu = gr.Button("Train this on a GPU", size="md", elem_id="lab-gpu") if is_zero_gpu() else None
                if lent_gpu:
                    gr.Markdown(words("lab/lent_gpu"), elem_id="lab-gpu-about")
            run = widget("lab/training", "lab-view", invitation(FIRST))
            prompt, temperature = sample_controls()
    settings = [components[name] for name in controls.CONTROLS]
    return TrainPanel(
        recipe, settings, text, prompt, temperature, start, pause, resume, stop, lent_gpu, run, cards, ended
    )


def sample_controls() -> tuple[gr.Textbox, gr.Slider]:
    """What the network is tried with while it learns: a text, and how freely it writes."""
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
            info="How freely it writes: 0 always takes the likeliest letter. Try 1.5.",
            scale=2,
            min_width=160,
            elem_id="lab-temperature",
            buttons=[],
        )
    return prompt, temperature


def wire_runs(visitors: Visitors, panel: TrainPanel) -> None:
    """Start, pause, resume and stop runs, alone or in an experiment, and try the network meanwhile."""

    def start_run(
        request: gr.Request, recipe: str, text: str, prompt: str, temperature: float, *values: Any, on_gpu: bool = False
    ) -> Iterator[list[Any]]:
        settings, session = dict(zip(controls.CONTROLS, values, strict=True)), session_of(request)
        view = prepare_single_run(visitors, session, recipe, text, prompt, temperature, settings, on_gpu)
        yield [view, *UNCHANGED[1:], gr.skip()]
        yield from train_in_turn(visitors, session, address_of_request(request))

    def start_run_on_gpu(request: gr.Request, *values: Any) -> Iterator[list[Any]]:
        yield from start_run(request, *values, on_gpu=True)

    def start_experiment(request: gr.Request, event: gr.EventData) -> Iterator[list[Any]]:
        session = session_of(request)
        view, cards = prepare_experiment(visitors, session, event.experiment, event.choice)
        yield [view, *UNCHANGED[1:], cards]
        yield from train_in_turn(visitors, session, address_of_request(request))

    def continue_run(request: gr.Request) -> Iterator[list[Any]]:
        yield from train_in_turn(visitors, session_of(request), address_of_request(request))

    def stop_run(request: gr.Request) -> Iterator[list[Any]]:
        if stop_current_run(visitors.of(session_of(request))):
            yield from train_in_turn(visitors, session_of(request), address_of_request(request))
        else:
            yield [*UNCHANGED, gr.skip()]

    def pause_run(request: gr.Request) -> None:
        if (live := visitors.of(session_of(request)).live) is not None:
            live.pause()

    def change_sample(request: gr.Request, prompt: str, temperature: float) -> Any:
        return new_sample(visitors.of(session_of(request)), prompt, temperature)

    # What is wrong with the settings comes in its own event, for which the run does not wait.
    for button, begin in ((panel.start, start_run), (panel.lent_gpu, start_run_on_gpu)):
        if button:
            button.click(
                begin,
                panel.inputs,
                panel.outputs,
                trigger_mode="multiple",  # the next run may begin before the browser knows that this one has ended
                **IN_QUEUE,
            )
            checked = [*panel.settings, panel.text]
            button.click(check_all, [panel.recipe, panel.text, *panel.settings], checked, queue=False, **QUIET)
    predict = custom_event(panel.cards, "predict")
    predict(start_experiment, None, panel.outputs, trigger_mode="multiple", **IN_QUEUE)
    panel.resume.click(continue_run, None, panel.outputs, **IN_QUEUE)
    panel.stop.click(stop_run, None, panel.outputs, **IN_QUEUE)
    panel.pause.click(pause_run, None, None, queue=False, **QUIET)
    tries = [panel.prompt.submit, panel.temperature.release]
    gr.on(tries, change_sample, [panel.prompt, panel.temperature], panel.run, **QUIET)


def wire_choices(visitors: Visitors, panel: TrainPanel, arrived: gr.State) -> None:
    """Follow a choice of recipe, a link and an experiment, and check every setting that is changed."""

    def fill_controls(request: gr.Request) -> list[Any]:
        settings = experiment_cards.settings_of_next(visitors.of(session_of(request)))
        return values_of(settings) if settings else [gr.skip()] * (len(controls.CONTROLS) + 4)

    def change_recipe(request: gr.Request, recipe: str) -> list[Any]:
        live = visitors.of(session_of(request)).live
        idle = live is None or live.over
        return [*recipe_values(recipe), strict_json(invitation(recipe)) if idle else gr.skip()]

    def follow(link: Link) -> list[Any]:
        return [*arrive(link), invitation_of_link(link)]

    recipe, choices = panel.recipe, panel.choices
    # The controls show the run of the experiment that is being trained, from its beginning and then run by run.
    gr.on([panel.cards.change, panel.ended.change], fill_controls, None, [recipe, *choices], queue=False, **QUIET)
    arrived.change(follow, arrived, [recipe, *choices, panel.run], **QUIET)
    recipe.input(change_recipe, recipe, [*choices, panel.run], **QUIET)
    events = [control.input for control in panel.settings if isinstance(control, gr.Number | gr.Dropdown | gr.Radio)]
    inputs = [recipe, *panel.settings]
    gr.on(events, check_settings, inputs, panel.settings, trigger_mode="always_last", queue=False, **QUIET)


def check_settings(recipe: str, *values: Any) -> list[Any]:
    """The text at each control after one was changed."""
    return controls.show_error(controls.error_in(recipe, dict(zip(controls.CONTROLS, values, strict=True))), recipe)


def check_all(recipe: str, text: str, *values: Any) -> list[Any]:
    """The text at each control and at the visitor's own text, when Start is pressed."""
    try:
        configure(recipe, dict(zip(controls.CONTROLS, values, strict=True)), text)
    except SettingError as error:
        return [*controls.show_error(error, recipe), text_error(error)]
    return [*controls.show_error(None, recipe), text_error(None)]


def arrive(link: Link) -> list[Any]:
    """Values for the recipe and all that depends on it, where a link names one for the lab."""
    choice = controls.from_link(link) if link and link["tab"] == "lab" else None
    return values_of(choice) if choice else [gr.skip()] * (len(controls.CONTROLS) + 4)


def values_of(choice: tuple[str, dict[str, Any]]) -> list[Any]:
    """Values for the recipe and all that depends on it: its name, and the settings that differ from its own."""
    return [choice[0], *recipe_values(*choice)]


def invitation_of_link(link: Link) -> Any:
    """The value for the widget after a link: the picture that it names, or what the recipe invites to.

    Above it is a sentence about what the lab does not have.
    """
    if not link or link["tab"] != "lab":
        return gr.skip()
    choice, problem = controls.from_link(link), controls.refused_in_link(link)
    if (name := link.get("picture", "")) in LESSONS:
        return strict_json({**lesson(name), **({"notices": [problem]} if problem else {})})
    if not choice and not problem:
        return gr.skip()
    return strict_json({**invitation(choice[0] if choice else FIRST), **({"notices": [problem]} if problem else {})})


def recipe_values(recipe: str, options: dict[str, Any] | None = None) -> list[Any]:
    """Values for the controls, the text, and the text and temperature of the sample, after a choice of recipe."""
    writes = takes_text(find_recipe(recipe))
    return [
        *controls.control_updates(recipe, options),
        gr.Textbox(visible=writes, info=""),
        find_recipe(recipe).examples[0],
        gr.Slider(visible=writes),
    ]


def text_error(error: SettingError | None) -> Any:
    """The text box with what is wrong with the text, if it is the text."""
    message = sentence(error) if error and error.setting == TEXT else ""
    return gr.Textbox(info=message, elem_classes=["lab-wrong"] if message else [])
