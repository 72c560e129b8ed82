"""Teach it your own facts: a network learns typed or uploaded rows in the page, for its visitor alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from rnn_demo.data.json_text import strict_json
from rnn_demo.data.wording import sentence
from rnn_demo.experiments.teach_table import Taught, lesson
from rnn_demo.experiments.workers import Pool
from rnn_demo.limits import MAX_LESSONS_AT_ONCE
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS, Example, qa_table
from rnn_demo.tasks.qa import QA
from rnn_demo.tasks.qa_table import QATable
from rnn_demo.training import Diverged, Epoch, Step
from rnn_demo.ui.models import Models, OwnModel
from rnn_demo.ui.server.training_queue import TrainingQueue
from rnn_demo.ui.tab_context import QUIET, READING
from rnn_demo.ui.training_controls import (
    IN_QUEUE,
    LONGEST,
    StopSignal,
    address_of_request,
    in_batches,
    request_stop,
    start_or_stop,
    waiting,
)
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.download import download_button
from rnn_demo.ui.widgets.widget import widget
from rnn_demo.zoo.archive import pack, unpack
from rnn_demo.zoo.build import Trained
from rnn_demo.zoo.model_card import card

NAME = "my-model"  # of the folder in the zip that a visitor saves
MOST_LISTED = 100  # sentences
PREPARING = "Writing paraphrases of the questions to train on."
SAVE = "Save this model"
LONG_TABLE = 20_000  # characters of typed rows
NO_TABLE = qa_table.from_text("")  # no row, and a sentence about that
GONE = "{name} is no longer on the server; upload it again"


def build(models: Models, pool: Pool, own: gr.State) -> None:
    """An accordion in which visitors train their own network; its secret name goes into `own`."""
    uploaded, stop_signal = gr.State(None), gr.State(None)
    queue = TrainingQueue(MAX_LESSONS_AT_ONCE)
    with gr.Accordion("Teach it your own facts", open=False, elem_id="qa-teach"):
        gr.Markdown(words("qa/teach"))
        with gr.Row(equal_height=False):
            with gr.Column(scale=3, min_width=300):
                typed_rows = gr.Textbox(
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
                lesson_widget = widget("qa/teach", "qa-lesson")
                save = gr.DownloadButton(SAVE, visible=False, size="md", elem_id="qa-save")

    def train(
        request: gr.Request, typed_rows: str, uploaded: str | None, former_name: str | None
    ) -> Iterator[dict[Any, Any]]:
        signal, table = StopSignal(), NO_TABLE
        if not typed_rows.strip() and uploaded is None:
            yield {lesson_widget: strict_json(row_counts(table))}
            return
        payload: dict[str, Any] = {"progress": PREPARING}
        yield {lesson_widget: strict_json(payload), stop_signal: signal, **start_or_stop(start, stop, True)}
        model_values: dict[Any, Any] = {}
        try:
            with queue.ticket(address_of_request(request)) as ticket:
                for status in waiting(queue, ticket, lambda: signal.stop):
                    yield {lesson_widget: strict_json({"progress": status})}
                table = NO_TABLE if signal.stop else table_of(pool, typed_rows, uploaded)
                if not table.rows:
                    payload = {"result": "Stopped before it began."} if signal.stop else row_counts(table)
                    yield {lesson_widget: strict_json(payload), stop_signal: None, **start_or_stop(start, stop, False)}
                    return
                yield {lesson_widget: strict_json(row_counts(table) | {"progress": PREPARING})}
                batches = in_batches(pool, signal, lesson, table.rows, finish=True)
                for payload, trained in payloads_while_training(table, batches, signal):
                    if trained is not None:
                        models.forget(former_name)
                        taught = own_model(trained.model, table.rows, str(request.session_hash), trained.metrics)
                        model_values = {own: models.keep(taught)}
                        content = partial(archive_of, trained, table.rows)
                        model_values |= {save: download_button(SAVE, f"{NAME}.zip", content)}
                    yield {lesson_widget: strict_json(payload)}
        except (ValueError, Diverged) as error:
            yield {lesson_widget: strict_json(row_counts(table) | {"notice": sentence(error)})}
        except Exception:  # a fault of ours, which the page reports
            yield {stop_signal: None, **start_or_stop(start, stop, False), **model_values}
            raise
        yield {stop_signal: None, **start_or_stop(start, stop, False), **model_values}

    outputs = [lesson_widget, stop_signal, start, stop, save, own]
    start.click(train, [typed_rows, uploaded, own], outputs, **IN_QUEUE | {"concurrency_id": "teach"})
    stop.click(request_stop, stop_signal, stop, queue=False, **QUIET)
    upload.upload(lambda file: read_file(pool, file), upload, [typed_rows, uploaded, lesson_widget], **READING)

    def load_file(request: gr.Request, file: str, former: str | None) -> list[Any]:
        return load_model(models, file, former, str(request.session_hash))

    load.upload(load_file, [load, own], [lesson_widget, own], **READING)


def read_file(pool: Pool, file: str) -> list[Any]:
    """The values after an upload: an empty text box, the file, and how many rows of it can be taught."""
    table = table_of(pool, "", file)
    return ["", file, strict_json(row_counts(table, f"{Path(file).name}: "))]


def table_of(pool: Pool, typed: str, file: str | None) -> QATable:
    """The rows that were typed, or else those of the uploaded file, which is read again whenever it is needed.

    What takes long is read in its own process.
    """
    if typed.strip():
        if len(typed) <= LONG_TABLE:
            return qa_table.from_text(typed)
        read: Callable[[], QATable] = partial(pool.call, qa_table.from_text, typed, lane="files")
    elif file is None:
        return NO_TABLE
    elif not Path(file).is_file():
        return QATable((), (GONE.format(name=Path(file).name),), 0)
    else:
        read = partial(pool.call, qa_table.from_file, Path(file), lane="files")
    try:
        return read()
    except ValueError as error:  # it took too long, or too much memory
        return QATable((), (str(error),), 0)


def row_counts(table: QATable, source: str = "") -> dict[str, Any]:
    """How many rows can be taught, and what is wrong with the others."""
    count = f"{len(table.rows):,} row{'' if len(table.rows) == 1 else 's'} can be taught"
    others = f", {table.left_out:,} cannot" if table.left_out else ""
    return {
        "checked": f"{source}{count}{others}.",
        "problems": shortlist([sentence(problem) for problem in table.problems], table.left_out),
    }


def shortlist(sentences: Sequence[str], count: int) -> list[str]:
    """The first sentences of a list, as many as a visitor will read, and how many more of `count` there are."""
    first = list(sentences[:MOST_LISTED])
    return [*first, f"and {count - len(first):,} more"] if count > len(first) else first


def payloads_while_training(
    table: QATable, batches: Iterable[list[Any]], signal: StopSignal
) -> Iterator[tuple[dict[str, Any], Trained | None]]:
    """A lesson as the page draws it, after each batch of its events; last the result, with the trained model."""
    payload = row_counts(table) | {"losses": [], "recalls": [], "progress": PREPARING}
    started = first_step = time.monotonic()
    for batch in batches:
        for event in batch:
            now = time.monotonic()
            if isinstance(event, Taught):
                payload["progress"] = ""
                yield payload | result_payload(event, len(table.rows), now - started, signal), event.trained
                return
            if isinstance(event, Epoch):
                payload["losses"].append(event.loss)
                payload["recalls"].append(event.accuracy)
            elif isinstance(event, Step):
                first_step = now if event.step == 1 else first_step
                left = time_left(event, now - first_step)
                payload["progress"] = f"Epoch {event.epoch}, {in_seconds(now - started)} so far{left}."
        yield payload, None


def in_seconds(duration: float) -> str:
    """A time in whole seconds: "1 second", "2 seconds"."""
    return f"{duration:.0f} second{'' if round(duration) == 1 else 's'}"


def time_left(step: Step, seconds: float) -> str:
    """The time that the remaining steps take at most, at the pace of those since the first one."""
    return f", at most {seconds * (step.steps - step.step) / (step.step - 1):,.0f} more" if step.step > 1 else ""


def result_payload(taught: Taught, rows: int, seconds: float, signal: StopSignal) -> dict[str, Any]:
    """The result: how many rows the network knows, and which it does not."""
    number = len(taught.trained.metrics["epochs"])
    epochs = f"{number} epoch{'' if number == 1 else 's'}"
    count = f"It knows {rows - len(taught.mistakes):,} of {rows:,} rows"
    return {
        "result": f"{ended_early(signal)}{count} after {epochs} ({seconds:.1f} s). You are now chatting with it.",
        "forgotten": shortlist(taught.mistakes, len(taught.mistakes)),
    }


def ended_early(signal: StopSignal) -> str:
    """Why a lesson ended before all its steps, or nothing."""
    if signal.late:
        return f"Stopped after {LONGEST:.0f} seconds, the limit. "
    return "Stopped. " if signal.stop else ""


def archive_of(trained: Trained, rows: Sequence[Example]) -> bytes:
    """A zip for the visitor to save."""
    metrics = trained.metrics | {"command": "the QA chat, in “Teach it your own facts”"}
    text = card(NAME, "A visitor's own questions and answers", "those of its author", metrics)
    return pack(trained.model, NAME, metrics, text, rows)


def own_model(
    model: SequenceModel, rows: Sequence[Example], session: str, metrics: dict[str, Any] | None = None
) -> OwnModel:
    """A visitor's own model, with what the menu of models says of it."""
    count = f"{len(rows):,} row{'' if len(rows) == 1 else 's'} taught in the chat"
    return OwnModel(model, metrics or {}, rows, details=count, session=session)


def load_model(models: Models, file: str, former_name: str | None = None, session: str = "") -> list[Any]:
    """The values once a saved model has replaced the visitor's former one: a sentence and its secret name."""
    try:
        model, rows = unpack(Path(file))
        if not isinstance(TASKS.get(model.task), QA):
            raise ValueError(
                f"{Path(file).name} was made for the task {model.task!r}; the chat needs one for question answering"
            )
    except ValueError as error:
        return [strict_json({"notice": sentence(error)}), gr.skip()]
    result = f"{Path(file).name} is loaded. You are now chatting with it."
    models.forget(former_name)
    return [strict_json({"result": result}), models.keep(own_model(model, rows, session))]
