"""Teach it your own facts: a network learns typed or uploaded rows in the page, for its visitor alone."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from rnn_demo.experiments.teach_table import teach
from rnn_demo.network.model import SequenceModel
from rnn_demo.network.threads import one_thread
from rnn_demo.tasks import TASKS, Example, qa_table
from rnn_demo.tasks.qa import QA, REFUSAL
from rnn_demo.tasks.qa_table import QATable
from rnn_demo.training import Check, Diverged, Epoch, Step
from rnn_demo.ui.gradio_compat import download
from rnn_demo.ui.models import Models, OwnModel
from rnn_demo.ui.session import QUIET
from rnn_demo.ui.training_controls import PACE, StopSignal, idle_buttons, request_stop, running_buttons
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.widget import dump, sentence, widget
from rnn_demo.zoo.archive import pack, unpack
from rnn_demo.zoo.build import Trained
from rnn_demo.zoo.model_card import card

NAME = "my-model"  # of the folder in the zip that a visitor saves
LISTED = 100  # sentences
NOTHING = qa_table.from_text("")  # no row, and a sentence about that


def build(models: Models, own: gr.State) -> None:
    """An accordion in which visitors train their own network; its secret name goes into `own`."""
    given, signal = gr.State(NOTHING), gr.State(None)
    with gr.Accordion("Teach it your own facts", open=False, elem_id="qa-teach"):
        gr.Markdown(words("teach"))
        with gr.Row(equal_height=False):
            with gr.Column(scale=3, min_width=300):
                typed = gr.Textbox(
                    label="Questions and answers",
                    lines=7,
                    max_lines=14,
                    elem_id="qa-rows",
                    placeholder="Who looks after the library?; Ms Okafor\nWhere is the spare key?; Under the blue pot",
                )
                with gr.Row():
                    start = gr.Button("Teach", variant="primary", size="md", min_width=80, elem_id="qa-start")
                    stop = gr.Button("Stop", variant="stop", size="md", min_width=80, visible=False, elem_id="qa-stop")
                    upload = gr.UploadButton("Upload a CSV", size="md", min_width=110, elem_id="qa-upload")
                    load = gr.UploadButton("Load a model", size="md", min_width=110, elem_id="qa-load")
            with gr.Column(scale=3, min_width=300):
                view = widget("teach", "qa-lesson")
                save = gr.DownloadButton("Save this model", visible=False, size="md", elem_id="qa-save")

    def learn(typed: str, given: QATable, old: str | None) -> Iterator[list[Any]]:
        rows, signal = qa_table.from_text(typed) if typed.strip() else given, StopSignal()
        if not rows.rows:
            yield [dump(checked(rows)), None, *idle_buttons(), gr.skip(), gr.skip()]
            return
        begun = checked(rows) | {"progress": "Writing paraphrases of the questions to practise on."}
        yield [dump(begun), signal, *running_buttons(), gr.skip(), gr.skip()]
        try:
            for told, trained in lesson(rows, signal):
                if trained is None:
                    yield [dump(told), signal, *running_buttons(), gr.skip(), gr.skip()]
                else:
                    models.forget(old)
                    name = models.keep(OwnModel(trained.model, trained.metrics, rows.rows))
                    yield [
                        dump(told),
                        None,
                        *idle_buttons(),
                        gr.DownloadButton(value=parcel(trained, rows.rows), visible=True),
                        name,
                    ]
        except Diverged as error:
            yield [dump(checked(rows) | {"notice": sentence(error)}), None, *idle_buttons(), gr.skip(), gr.skip()]

    start.click(
        learn,
        [typed, given, own],
        [view, signal, start, stop, save, own],
        concurrency_id="teach",
        concurrency_limit=2,
        **QUIET,
    )
    stop.click(request_stop, signal, stop, queue=False, **QUIET)
    upload.upload(read_file, upload, [typed, given, view], **QUIET)
    load.upload(lambda file: loaded(models, file), load, [view, own], **QUIET)


def read_file(file: str) -> list[Any]:
    """The values after an upload: an emptied text box, the rows of the file, and what is said about them."""
    rows = qa_table.from_file(Path(file))
    return ["", rows, dump(checked(rows, Path(file).name))]


def checked(rows: QATable, where: str = "") -> dict[str, Any]:
    """How many rows can be taught, and what is wrong with the others."""
    count = f"{len(rows.rows):,} row{'' if len(rows.rows) == 1 else 's'} can be taught"
    left = f", {rows.left_out:,} cannot" if rows.left_out else ""
    return {"checked": f"{where}{': ' if where else ''}{count}{left}.", "problems": first(rows.problems, rows.left_out)}


def first(sentences: Sequence[str], count: int) -> list[str]:
    """Sentences to be listed, as many as somebody reads, and how many more of `count` there are."""
    listed = list(sentences[:LISTED])
    return [*listed, f"and {count - len(listed):,} more"] if count > len(listed) else listed


def lesson(rows: QATable, signal: StopSignal) -> Iterator[tuple[dict[str, Any], Trained | None]]:
    """A lesson as the page tells it, at most every `PACE` seconds; last the result, with what was trained."""
    told = checked(rows) | {"losses": [], "recalls": []}
    started = drawn = begun = time.monotonic()
    progress = ""
    for event in teach(rows.rows, stop=lambda: signal.stop):
        if isinstance(event, Trained):
            yield told | result(event, rows.rows, time.monotonic() - started, signal.stop), event
        elif isinstance(event, Epoch):
            told["losses"].append(event.loss)
            told["recalls"].append(event.accuracy)
        if isinstance(event, Step):
            now = time.monotonic()
            begun = now if event.step == 1 else begun
            progress = f"Epoch {event.epoch}, {in_seconds(now - started)} so far{at_most(event, now - begun)}."
        if isinstance(event, Step | Check | Epoch) and time.monotonic() - drawn > PACE:
            drawn = time.monotonic()
            yield told | {"progress": progress}, None


def in_seconds(duration: float) -> str:
    """A time in whole seconds: "1 second", "2 seconds"."""
    return f"{duration:.0f} second{'' if round(duration) == 1 else 's'}"


def at_most(step: Step, seconds: float) -> str:
    """The time that the remaining steps take at most, at the pace of those since the first one."""
    return f", at most {seconds * (step.steps - step.step) / (step.step - 1):,.0f} more" if step.step > 1 else ""


def result(trained: Trained, rows: Sequence[Example], seconds: float, stopped: bool) -> dict[str, Any]:
    """The result of a lesson: how many rows the network knows, and which it does not."""
    forgotten = not_recalled(trained.model, rows)
    number = len(trained.metrics["epochs"])
    epochs = f"{number} epoch{'' if number == 1 else 's'}"
    count = f"It knows {len(rows) - len(forgotten):,} of {len(rows):,} rows"
    return {
        "result": f"{'Stopped. ' if stopped else ''}{count} after {epochs} ({seconds:.1f} s). "
        "You are now chatting with it.",
        "forgotten": first(forgotten, len(forgotten)),
    }


def not_recalled(model: SequenceModel, rows: Sequence[Example]) -> list[str]:
    """A sentence for each row that the network does not answer as it was taught."""
    with one_thread():  # as it was taught
        told = QA().predict(model, [row.text for row in rows])
    return [
        f"{row.text} should be answered {row.label!r}, but it says {(answer['answer'] or REFUSAL)!r}"
        for row, answer in zip(rows, told, strict=True)
        if (answer["answer"] or REFUSAL) != row.label
    ]


def parcel(trained: Trained, rows: Sequence[Example]) -> str:
    """The path of a zip for the visitor to save, in the folder that Gradio empties."""
    metrics = trained.metrics | {"command": "the QA chat, in “Teach it your own facts”"}
    text = card(NAME, "A visitor's own questions and answers", "those of its author", metrics)
    content = pack(trained.model, NAME, metrics, text, rows)
    return download(content, f"{NAME}.zip")


def loaded(models: Models, file: str) -> list[Any]:
    """The values after a saved model was loaded: what is said, and its secret name."""
    try:
        model, taught = unpack(Path(file))
        if not isinstance(TASKS.get(model.task), QA):
            raise ValueError(
                f"{Path(file).name} was made for the task {model.task!r}; the chat wants one for questions and answers"
            )
    except ValueError as error:
        return [dump({"notice": sentence(error)}), gr.skip()]
    said = f"{Path(file).name} is loaded. You are now chatting with it."
    return [dump({"result": said}), models.keep(OwnModel(model, examples=taught))]
