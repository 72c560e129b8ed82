"""A visitor's current run: prepared, trained while others wait in the queue, paused, stopped, reported to the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import gradio as gr

from rnn_demo.data.json_text import strict_json
from rnn_demo.data.wording import sentence
from rnn_demo.experiments.lab.lent_gpu import on_device
from rnn_demo.experiments.remote_run import RemoteRun
from rnn_demo.experiments.run_config import DEVICE, RunConfig, SettingError, configure, takes_text
from rnn_demo.training.device import usable_gpu
from rnn_demo.ui.lab import experiment_cards
from rnn_demo.ui.lab.contracts import RunPayload, Sample
from rnn_demo.ui.lab.visitor_runs import Experiment, Visitor, Visitors, run_in_words
from rnn_demo.ui.server.training_queue import Full
from rnn_demo.ui.training_controls import PACE, waiting
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.zoo.build import read_examples
from rnn_demo.zoo.recipes import find_recipe

ROWS, LETTERS = 9, 360  # shown of the training examples
MAX_PROMPT = 200  # characters that samples are made of
PREPARING = "Preparing the network…"
BUTTONS = ("start", "pause", "resume", "stop")
UNCHANGED = [gr.skip()] * 6  # a generator without any values would empty what is shown
BUTTONS_OF = {"idle": ("start",), "waiting": ("stop",), "running": ("pause", "stop"), "paused": ("resume", "stop")}


def invitation(recipe: str) -> RunPayload:
    """What the widget shows before a run: some of the training examples."""
    examples = read_examples(find_recipe(recipe), None)
    idle: RunPayload = {"idle": words("lab/idle"), "count": len(examples)}
    if takes_text(find_recipe(recipe)):
        return {**idle, "text": "".join(example.text for example in examples)[:LETTERS]}
    firsts = list({example.label: example for example in reversed(examples)}.values())[::-1]
    offered = firsts if len(firsts) >= ROWS else examples  # where there are many labels, one example of each
    sample = offered[:: max(1, len(offered) // ROWS)][:ROWS]
    return {**idle, "rows": [[example.text[:LETTERS], example.label] for example in sample]}


def prepare_single_run(
    visitors: Visitors,
    session: str,
    recipe: str,
    text: str,
    prompt: str,
    temperature: float,
    settings: dict[str, Any],
    on_gpu: bool = False,
) -> Any:
    """Prepare the visitor's next run, perhaps on a GPU that is lent for it; the value for the widget, or a refusal."""
    visitor = visitors.of(session)
    if visitor.live is not None and not visitor.live.over:
        return gr.skip()
    try:
        run = configure(recipe, settings, text)
        run = on_device(run) if on_gpu else run
        visitor = visitors.enrol(session)
    except (SettingError, Full) as error:
        return strict_json(refusal(visitor, recipe, sentence(error)))
    if prompt in run.recipe.examples and (run.text or run.recipe.making):
        prompt = ""  # which suits the recipe's own text, or its own distance, only
    visitor.experiment, visitor.caption = None, {}
    return begin(visitors, session, visitor, run, prompt, temperature)


def refusal(visitor: Visitor, recipe: str, reason: str) -> RunPayload:
    """Why a run does not begin, above what was there before."""
    live = visitor.live
    before = payload(live, caption=visitor.caption) if live and live.picture else invitation(recipe)
    return {**before, "notices": [reason]}


def begin(
    visitors: Visitors, session: str, visitor: Visitor, run: RunConfig, prompt: str = "", temperature: float = 0.5
) -> str:
    """Let this be the visitor's current run, which has not started yet; the value for the widget."""
    visitor.live = RemoteRun(run, prompt[:MAX_PROMPT], temperature, notice=visitors.notice_of_lost_runs(session))
    link = {"tab": "lab", "recipe": run.name, **{name: str(value) for name, value in run.options.items()}}
    if usable_gpu() and run.recipe.training.device != "auto":
        link[DEVICE] = run.recipe.training.device
    return strict_json({"status": PREPARING, "link": link, "settings": run_in_words(run), **visitor.caption})


def prepare_experiment(visitors: Visitors, session: str, name: Any, choice: Any) -> tuple[Any, Any]:
    """Prepare the first run of an experiment; values for the widget and the cards, which may hold a refusal."""
    visitor = visitors.of(session)
    if visitor.live is not None and not visitor.live.over:
        return gr.skip(), experiment_cards.value(notice=experiment_cards.BUSY)
    try:
        experiment = experiment_cards.experiment_of(visitor, str(name), str(choice))
        visitor = visitors.enrol(session)
    except ValueError as error:
        return gr.skip(), experiment_cards.value(notice=sentence(error))
    visitor.experiment = experiment
    return begin_next(visitors, session, visitor, experiment), experiment_cards.value(experiment)


def begin_next(visitors: Visitors, session: str, visitor: Visitor, experiment: Experiment) -> str:
    """Begin the next run of an experiment."""
    visitor.caption = experiment.caption
    value = begin(visitors, session, visitor, experiment.configs[len(experiment.done)])
    experiment.live = visitor.live
    return value


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
        offered = [name for name in BUTTONS_OF[state] if name != "pause" or live.can_pause]
        buttons = [gr.Button(visible=name in offered) if is_new else gr.skip() for name in BUTTONS]
        return [strict_json(payload(live, status, visitor.caption)), *buttons, visitor.count]

    if live.over or not visitors.claim(visitor):
        is_news = visitor.end_unseen and live.over
        visitor.end_unseen = visitor.end_unseen and not is_news
        yield values("idle") if is_news else UNCHANGED
        return
    try:
        with visitors.queue.ticket(address) as ticket:
            for status in waiting(visitors.queue, ticket, lambda: live.stopping):
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
                yield values("idle" if live.over and not visitors.has_next_run(visitor) else "running")
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


def train_in_turn(visitors: Visitors, session: str, address: str = "") -> Iterator[list[Any]]:
    """`train`, and in an experiment the runs after the current one; the last value is for the cards."""
    while True:
        for values in train(visitors, session, address):
            yield [*values, gr.skip()]
        visitor = visitors.of(session)
        experiment = visitors.next_run(visitor)
        if experiment is None or visitor.live is None:
            return
        if visitor.live.stopping or visitor.live.outcome is None:
            visitor.experiment = None
            yield [*UNCHANGED, experiment_cards.value(experiment, experiment_cards.STOPPED)]
            return
        experiment.done.append(visitor.live.picture)
        if len(experiment.done) == len(experiment.configs):
            visitor.experiment = None
            yield [*UNCHANGED, experiment_cards.verdict(experiment)]
            return
        yield [begin_next(visitors, session, visitor, experiment), *UNCHANGED[1:], gr.skip()]


def payload(live: RemoteRun, status: str = "", caption: Mapping[str, Any] | None = None) -> RunPayload:
    """What the page shows of a run as it stands, and of the experiment that it belongs to."""
    state = {name: value for name, value in live.picture.items() if name in RunPayload.__annotations__}
    sample = {name: value for name, value in live.picture.get("sample", {}).items() if name in Sample.__annotations__}
    rest = {"sample": sample, "status": status or ("" if state else PREPARING), "settings": run_in_words(live.config)}
    return cast(RunPayload, state | rest | dict(caption or {}))


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
    return strict_json(payload(live, caption=visitor.caption))
