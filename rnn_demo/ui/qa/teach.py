"""Teach it your own facts: a network learns typed or uploaded rows in the page, for its visitor alone."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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
from rnn_demo.ui.tab_context import QUIET, READING, path_of_upload
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


@dataclass(frozen=True, eq=False)
class TeachPanel:
    """The components of the accordion that its events read and write."""

    typed_rows: gr.Textbox
    start: gr.Button
    stop: gr.Button
    upload: gr.UploadButton
    load: gr.UploadButton
    lesson: gr.HTML
    save: gr.DownloadButton


def build(models: Models, pool: Pool, own: gr.State) -> None:
    """An accordion in which visitors train their own network; its secret name goes into `own`."""
    uploaded, stop_signal = gr.State(None), gr.State(None)
    queue, panel = TrainingQueue(MAX_LESSONS_AT_ONCE), layout()

    def train(
        request: gr.Request, typed_rows: str, uploaded: str | None, former_name: str | None
    ) -> Iterator[dict[Any, Any]]:
        if not typed_rows.strip() and uploaded is None:
            yield {panel.lesson: strict_json(row_counts(NO_TABLE))}
            return
        signal = StopSignal()
        end: dict[Any, Any] = {stop_signal: None, **start_or_stop(panel.start, panel.stop, False)}
        yield {stop_signal: signal, **start_or_stop(panel.start, panel.stop, True)}
        try:
            address = address_of_request(request)
            for payload, trained, rows in payloads_of_lesson(pool, queue, address, signal, typed_rows, uploaded):
                if trained is not None:
                    models.forget(former_name)
                    end[own] = models.keep(own_model(trained.model, rows, str(request.session_hash), trained.metrics))
                    end[panel.save] = download_button(SAVE, f"{NAME}.zip", partial(archive_of, trained, rows))
                yield {panel.lesson: strict_json(payload)}
        except Exception:  # a fault of ours, which the page reports
            yield end
            raise
        yield end

    def load_file(request: gr.Request, file: str, former: str | None) -> list[Any]:
        return load_model(models, file, former, str(request.session_hash))

    outputs = [panel.lesson, stop_signal, panel.start, panel.stop, panel.save, own]
    panel.start.click(train, [panel.typed_rows, uploaded, own], outputs, **IN_QUEUE | {"concurrency_id": "teach"})
    panel.stop.click(request_stop, stop_signal, panel.stop, queue=False, **QUIET)
    rows_of_file = [panel.typed_rows, uploaded, panel.lesson]
    panel.upload.upload(lambda file: read_file(pool, file), panel.upload, rows_of_file, **READING)
    panel.load.upload(load_file, [panel.load, own], [panel.lesson, own], **READING)


def layout() -> TeachPanel:
    """The rows and their buttons on the left, the lesson on the right."""
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
                lesson = widget("qa/teach", "qa-lesson")
                save = gr.DownloadButton(SAVE, visible=False, size="md", elem_id="qa-save")
    return TeachPanel(typed_rows, start, stop, upload, load, lesson, save)


def payloads_of_lesson(
    pool: Pool, queue: TrainingQueue, address: str, signal: StopSignal, typed: str, file: str | None
) -> Iterator[tuple[dict[str, Any], Trained | None, Sequence[Example]]]:
    """A lesson as the page draws it, from the wait in the queue on; last the trained model and the rows it learnt."""
    table = NO_TABLE
    yield {"progress": PREPARING}, None, ()
    try:
        with queue.ticket(address) as ticket:
            for status in waiting(queue, ticket, lambda: signal.stop):
                yield {"progress": status}, None, ()
            if signal.stop:
                yield {"result": "Stopped before it began."}, None, ()
                return
            table = table_of(pool, typed, file)
            yield row_counts(table) | ({"progress": PREPARING} if table.rows else {}), None, ()
            if table.rows:
                batches = in_batches(pool, signal, lesson, table.rows, finish=True)
                for payload, trained in payloads_while_training(table, batches, signal):
                    yield payload, trained, table.rows
    except (ValueError, Diverged) as error:
        yield row_counts(table) | {"notice": sentence(error)}, None, ()


def read_file(pool: Pool, file: str) -> list[Any]:
    """The values after an upload: an empty text box, the file, and how many rows of it can be taught."""
    table = table_of(pool, "", file)
    return ["", file, strict_json(row_counts(table, f"{Path(file).name}: "))]


def table_of(pool: Pool, typed: str, file: str | None) -> QATable:
    """The rows that were typed, or else those of the uploaded file, which is read again whenever it is needed.

    What takes long is read in its own process.
    """
    try:
        if len(typed) > LONG_TABLE:
            return pool.call(qa_table.from_text, typed, lane="files")
        if typed.strip() or file is None:
            return qa_table.from_text(typed)
        return pool.call(qa_table.from_file, path_of_upload(file), lane="files")
    except ValueError as error:  # it is gone, or took too long, or too much memory
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
