"""A visitor's rows are learnt until each is known, in a time that does not grow without end."""

from pathlib import Path

import pytest
from helpers.samples import SMALL

from rnn_demo.data.paraphrases import variants
from rnn_demo.experiments import teach_table
from rnn_demo.experiments.teach_table import own_recipe, teach
from rnn_demo.tasks import TASKS, Example, qa, qa_table
from rnn_demo.training import Epoch, Step
from rnn_demo.zoo import build, checkpoint
from rnn_demo.zoo.build import Trained
from rnn_demo.zoo.model_card import card

KINDS = ("Where does {} live?", "What is the name of {}'s dog?", "how old is {}", "Which colour does {} like?")
PEOPLE = ("Ann", "Bob", "Zoë", "Kofi", "Mei", "Olga", "Raj", "Tom", "Ines", "Umar", "Lena", "Paco")


def rows(count=None):
    questions = [kind.format(person) for person in PEOPLE for kind in KINDS]
    return [Example(question, f"answer {number}") for number, question in enumerate(questions[:count])]


def taught(rows):
    *_, trained = teach(rows)
    assert isinstance(trained, Trained)
    return trained


@pytest.mark.parametrize("count", [1, 2, 7, 48])
def test_every_row_is_recalled(count):
    trained = taught(rows(count))
    assert trained.metrics["measured"]["recall"]["answered_right"] == 1
    answers = TASKS["qa-own"].predict(trained.model, [row.text for row in rows(count)])
    assert [answer["answer"] for answer in answers] == [row.label for row in rows(count)]


def test_it_answers_other_ways_of_asking_and_refuses_what_it_was_not_taught():
    trained = taught(rows())
    questions = ["please, where does Kofi live", "Kofi live", "how old Mei", "tell me which colour does Tom like"]
    untaught = ["Where does Xerxes live?", "What is the name of Kofi's cat?", "how tall is Mei", "hello", "ö ü ß"]
    answers = [answer["answer"] for answer in TASKS["qa-own"].predict(trained.model, questions + untaught)]
    expected = {row.text: row.label for row in rows()}
    assert answers[:4] == [
        expected["Where does Kofi live?"],
        expected["Where does Kofi live?"],
        expected["how old is Mei"],
        expected["Which colour does Tom like?"],
    ]
    assert answers[4:] == [None] * len(untaught)


def test_numbers_and_dates_come_back_as_they_were_written():
    pairs = [("one", "007"), ("two", "1.10"), ("three", "2024-01-05"), ("four", "1e3"), ("five", "½")]
    trained = taught(qa_table.from_text("\n".join(map(";".join, pairs))).rows)
    answers = TASKS["qa-own"].predict(trained.model, [question for question, _ in pairs])
    assert [answer["answer"] for answer in answers] == [answer for _, answer in pairs]


def test_training_is_bounded_however_many_rows_there_are(monkeypatch):
    monkeypatch.setattr(teach_table, "STEPS", 3)
    steps = [event for event in teach(rows()) if isinstance(event, Step)]
    assert [(step.step, step.steps) for step in steps] == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(ValueError, match="from 1 to 5,000 rows can be taught, got 5,001"):
        next(teach([Example("a", "b")] * 5_001))
    with pytest.raises(ValueError, match="got 0"):
        next(teach([]))


def test_the_variants_of_a_table_are_made_once(monkeypatch):
    calls = []
    monkeypatch.setattr(qa, "variants", lambda *given: calls.append(1) or variants(*given))
    taught(rows(2))
    assert len(calls) == 1


def test_a_lesson_that_is_stopped_before_its_first_step_leaves_the_network_as_it_was_built():
    *events, trained = teach(rows(3), stop=lambda: True)
    assert not any(isinstance(event, Step) for event in events)
    assert trained.metrics["epochs"] == []
    assert card("mine", "Mine", "mine", {"recipe": "mine"} | trained.metrics)


def test_a_model_of_ones_own_is_a_checkpoint_like_any_other(tmp_path):
    trained = taught(rows(7))
    folder = build.save("qa-own", own_recipe(), trained, tmp_path / "mine")
    model = checkpoint.open_checkpoint(str(folder))
    questions = [row.text for row in rows(7)]
    assert TASKS[model.task].predict(model, questions) == TASKS[model.task].predict(trained.model, questions)


def test_the_same_rows_and_seed_give_the_same_training():
    first, again = ([e.loss for e in teach(rows(5)) if isinstance(e, Epoch)] for _ in range(2))
    assert first == again


def test_the_small_table_is_taught_from_its_file():
    table = qa_table.from_file(Path(SMALL / "qa_small.csv"))
    assert table.rows
    assert taught(table.rows).metrics["measured"]["recall"]["answered_right"] == 1
