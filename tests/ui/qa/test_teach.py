"""Teach it your own facts: rows are checked, a network learns them and is kept, saved and loaded again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import gradio as gr
import pytest
from helpers.inline_pool import InlinePool

from rnn_demo.experiments import teach_table
from rnn_demo.experiments.workers import Pool
from rnn_demo.limits import MAX_LESSONS_AT_ONCE
from rnn_demo.tasks import Example, qa_table
from rnn_demo.training import Step
from rnn_demo.ui import training_controls
from rnn_demo.ui.models import Models
from rnn_demo.ui.qa import teach
from rnn_demo.ui.qa.conversation import turn_of
from rnn_demo.ui.training_controls import StopSignal, in_batches
from rnn_demo.ui.widgets.download import NO_ROOM
from rnn_demo.zoo.archive import pack
from rnn_demo.zoo.build import Trained

FRANCE = "What is the capital of France?"


@pytest.fixture(scope="module")
def models() -> Models:
    return Models()


def test_typed_rows_may_be_separated_by_tabs_semicolons_or_commas() -> None:
    for typed in (
        "Who runs?\tAnn\nWho, then, swims?\tBob; Eve",
        "Who runs?; Ann\r\nWho, then, swims?; Bob\t",
        'question,answer\nWho runs?,Ann\n"Who, then, swims?",Bob',
    ):
        rows = qa_table.from_text(typed)
        assert [row.text for row in rows.rows] == ["Who runs?", "Who, then, swims?"]
        assert not rows.problems


def test_numbers_and_dates_stay_the_text_they_were_typed_as() -> None:
    rows = qa_table.from_text("How many?;007\nHow much?;1,50\nWhen?;2024-03-01\nWhat is true?;TRUE").rows
    assert [row.label for row in rows] == ["007", "1,50", "2024-03-01", "TRUE"]


def test_every_bad_row_is_reported() -> None:
    rows = qa_table.from_text("Who runs?; Ann\nWho runs?; Bob\nWho swims?;\n; Eve\nWho runs?; Ann\nno separator")
    payload = teach.row_counts(rows)
    assert payload["checked"] == "1 row can be taught, 5 cannot."
    for part, problem in zip(("Line 2", "Line 3", "Line 4", "Line 5", "Line 6"), payload["problems"], strict=True):
        assert problem.startswith(part)


@pytest.mark.parametrize("typed", ['"', '"open\nWho runs?; Ann', "\ufeffWho runs?; Ann", "x" * 200_000, "\0;\0"])
def test_no_text_breaks_the_reading_of_rows(typed: str) -> None:
    rows = qa_table.from_text(typed)
    assert rows.rows or rows.problems


def test_an_uploaded_file_empties_the_text_box_and_its_rows_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "my rows.csv"
    path.write_text("question;answer\r\nWho runs?;Ann\r\nWho swims?;\r\n", encoding="utf-8-sig")
    typed, file, payload = teach.read_file(InlinePool(), str(path))
    assert (typed, file) == ("", str(path))
    assert json.loads(payload)["checked"] == "my rows.csv: 1 row can be taught, 1 cannot."
    assert [row.label for row in teach.table_of(InlinePool(), typed, file).rows] == ["Ann"]
    path.unlink()
    assert teach.table_of(InlinePool(), typed, file).problems == (
        "my rows.csv is no longer on the server; upload it again",
    )


def test_rows_are_read_in_a_process_of_their_own_where_they_are_many(tmp_path: Path) -> None:
    """And nothing is known of them in the page's own process but what it asked for."""
    content = "".join(f"Who looks after room {k}?,Visitor {k}\n" for k in range(1_000))
    path = tmp_path / "rows.csv"
    path.write_text("question,answer\n" + content)
    for typed, file in ((content, None), ("", str(path))):
        with mock.patch.object(qa_table, "check", side_effect=AssertionError("they were read here")):
            assert len(teach.table_of(Pool(), typed, file).rows) == 1_000


ROWS = qa_table.from_text(
    "\n".join(
        f"Where is the {thing} kept?; In box {k}"
        for k, thing in enumerate(
            ("rope", "lamp", "tent", "stove", "map", "knife", "kettle", "blanket", "compass", "whistle")
        )
    )
)


def payloads_of_a_lesson(stop: bool = False) -> Iterator[tuple[dict[str, Any], Trained | None]]:
    """What the page gets of a lesson that nobody stops, or that is stopped after its first event."""
    signal = StopSignal()
    batches = in_batches(InlinePool(), signal, teach_table.lesson, ROWS.rows, finish=True)
    for values in teach.payloads_while_training(ROWS, batches, signal):
        yield values
        signal.stop = stop


def test_a_lesson_ends_in_a_network_that_recalls_the_rows() -> None:
    *_, (payload, trained) = payloads_of_a_lesson()
    assert trained is not None
    assert payload["result"].startswith("It knows 10 of 10 rows")
    assert payload["forgotten"] == []
    assert payload["recalls"][-1] == 1
    assert len(payload["losses"]) == len(trained.metrics["epochs"])


def test_a_stopped_lesson_keeps_what_was_learnt_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_controls, "PACE", 0.0)
    lesson = list(payloads_of_a_lesson(stop=True))
    result, network = lesson[-1]
    assert network is not None
    assert len(network.metrics["epochs"]) <= 1
    assert result["result"].startswith("Stopped. ")
    assert not network.model.training


def test_a_row_that_was_not_learnt_is_reported(models: Models) -> None:
    rows = [
        Example(FRANCE, "Paris"),
        Example("Who painted the barn of Zorgle?", "Mira Zant"),
        Example("zxqv?", "I don't know"),
    ]
    (payload,) = teach_table.mistakes(models.get("qa"), rows)
    assert payload.startswith("“Who painted the barn of Zorgle?” should be answered “Mira Zant”")


def lessons(models: Models) -> Callable[[], Iterator[dict[str, Any]]]:
    """What the button Teach of one page does for ten rows: updates, by the elem_id of a component."""
    with gr.Blocks() as page:
        own = gr.State(None)
        teach.build(models, InlinePool(), own)
    (train,) = (event.fn for event in page.fns.values() if event.name == "train")
    assert train is not None
    typed = "\n".join(f"{row.text}; {row.label}" for row in ROWS.rows)

    def begin() -> Iterator[dict[str, Any]]:
        for values in train(gr.Request(), typed, None, None):
            yield {"own" if part is own else str(part.elem_id): value for part, value in values.items()}

    return begin


def values_of_a_lesson(models: Models) -> Iterator[dict[str, Any]]:
    """The updates of one lesson."""
    return lessons(models)()


def test_who_stops_while_in_line_gets_no_lesson_and_keeps_the_former_network(models: Models) -> None:
    begin = lessons(models)
    others = [begin() for _ in range(MAX_LESSONS_AT_ONCE)]
    for other in others:
        while "losses" not in json.loads(next(other).get("qa-lesson", "{}")):
            pass
    third = begin()
    first, _, place = next(third), next(third), next(third)
    assert "number 1 in the queue" in json.loads(place["qa-lesson"])["progress"]
    (signal,) = (value for value in first.values() if isinstance(value, StopSignal))
    signal.stop = True
    updates = list(third)
    results = [json.loads(update["qa-lesson"])["result"] for update in updates if "qa-lesson" in update]
    assert results == ["Stopped before it began."]
    assert not any("own" in update for update in updates)
    assert (updates[-1]["qa-start"]["visible"], updates[-1]["qa-stop"]["visible"]) == (True, False)
    for other in others:
        other.close()  # type: ignore[attr-defined]


def test_a_loaded_model_takes_the_place_of_the_former_one(models: Models, tmp_path: Path) -> None:
    *_, (_, trained) = payloads_of_a_lesson(stop=True)
    assert trained is not None
    file = tmp_path / "my-model.zip"
    file.write_bytes(teach.archive_of(trained, ROWS.rows))
    _, first = teach.load_model(models, str(file))
    _, second = teach.load_model(models, str(file), first)
    assert (models.has(first), models.has(second)) == (False, True)


def test_a_lesson_on_a_full_disk_ends_in_a_network_to_talk_to(models: Models, full_disk: pytest.MonkeyPatch) -> None:
    values: dict[str, Any] = {}
    for update in values_of_a_lesson(models):
        values |= update
    assert turn_of(models, values["own"], ROWS.rows[0].text, 0.5)["answer"] == ROWS.rows[0].label
    assert "You are now chatting with it." in json.loads(values["qa-lesson"])["result"]
    assert (values["qa-start"]["visible"], values["qa-stop"]["visible"]) == (True, False)
    assert (values["qa-save"].label, values["qa-save"].interactive) == (NO_ROOM, False)


def test_after_a_fault_teach_is_there_again(models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teach, "result_payload", lambda *_: {}["a fault"])
    values: dict[str, Any] = {}
    with pytest.raises(KeyError, match="a fault"):
        values.update(part for update in values_of_a_lesson(models) for part in update.items())
    assert (values["qa-start"]["visible"], values["qa-stop"]["visible"]) == (True, False)


def test_a_saved_model_is_loaded_again(models: Models, tmp_path: Path) -> None:
    *_, (_, trained) = payloads_of_a_lesson(stop=True)
    assert trained is not None
    (tmp_path / "my-model.zip").write_bytes(teach.archive_of(trained, ROWS.rows))
    payload, name = teach.load_model(models, str(tmp_path / "my-model.zip"))
    assert json.loads(payload)["result"].startswith("my-model.zip is loaded.")
    question = ROWS.rows[0].text
    expected = trained.model.probabilities([question])
    assert models.get(name).probabilities([question]) == pytest.approx(expected)
    known = models.examples(name)
    assert known is not None
    assert known.examples == ROWS.rows


def test_a_lesson_says_how_long_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_controls, "PACE", 0.0)
    sentences = [payload["progress"] for payload, trained in payloads_of_a_lesson() if trained is None]
    assert sentences[0] == teach.PREPARING or re.match(r"Epoch 1, \d+ seconds? so far", sentences[0])
    assert re.fullmatch(r"Epoch \d+, \d+ seconds? so far, at most [\d,]+ more\.", sentences[-1])


@pytest.mark.parametrize(
    ("step", "says"), [(1, ""), (2, ", at most 98 more"), (51, ", at most 1 more"), (100, ", at most 0 more")]
)
def test_the_remaining_time_is_extrapolated(step: int, says: str) -> None:
    assert teach.time_left(Step(1, step, 100, 0.5, 1.0), 1.0) == says


def test_a_model_of_another_task_is_not_loaded(models: Models, tmp_path: Path) -> None:
    path = tmp_path / "hello.zip"
    path.write_bytes(pack(models.get("hello"), "hello", {}, ""))
    payload, _ = teach.load_model(models, str(path))
    assert "made for the task “characters”" in json.loads(payload)["notice"]
