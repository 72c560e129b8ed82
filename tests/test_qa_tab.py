"""The QA chat's handlers as plain functions: turns, thresholds, explanations, a visitor's own model."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rnn_demo.tasks.qa import QA
from rnn_demo.ui import qa_tab
from rnn_demo.ui.conversation import MAX_TURNS, conversation, explanation, neighbour, rejudged, said, turn_of
from rnn_demo.ui.session import Models

FRANCE = "What is the capital of France?"


@pytest.fixture(scope="module")
def models() -> Models:
    return Models()


def turn(models: Models, text: str = FRANCE, threshold: float = 0.5) -> dict[str, Any]:
    return turn_of(models, "qa", text, threshold)


# --- the conversation -------------------------------------------------------------------------------------------


def test_a_turn_is_what_predict_gives(models: Models) -> None:
    predicted = QA().predict(models.get("qa"), [FRANCE], 0.5)[0]
    assert turn(models) == predicted | {"model": "qa", "threshold": 0.5}


def test_an_answer_under_the_threshold_is_never_shown_as_one(models: Models) -> None:
    sure = turn(models)["confidence"]
    answered, refused = (rejudged(models, [turn(models)], "qa", p)[0] for p in (sure - 1e-3, min(1.0, sure + 1e-3)))
    assert said(answered) == "Paris"
    assert said(refused) == "I don't know."
    assert not json.loads(conversation([refused]))["turns"][0]["known"]


def test_a_moved_threshold_judges_the_turns_of_its_model_alone(models: Models) -> None:
    turns = [turn(models), turn_of(models, "qa-fast", FRANCE, 0.0), turn(models)]
    again = rejudged(models, turns, "qa", 1.0)
    assert [t["known"] for t in again] == [False, True, False]
    assert again[1] is turns[1]


def test_a_question_of_unknown_words_alone_is_not_answered(models: Models) -> None:
    strange = turn(models, "zxqv blorp", threshold=0.0)
    assert not strange["known"]
    assert "zxqv, blorp" in said(strange)


def test_a_question_goes_to_the_end_and_the_text_box_is_emptied(models: Models) -> None:
    box, turns, chosen, chat, view = qa_tab.asked(models, FRANCE, [turn(models)] * MAX_TURNS, "qa", 0.5)
    assert (box, len(turns), chosen) == ("", MAX_TURNS, -1)
    assert json.loads(chat)["chosen"] == MAX_TURNS - 1
    assert json.loads(view)["input"] == FRANCE


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "The text is empty"),
        (" \n\t", "The text is empty"),
        ("word " * 150, "at most 500 are read"),
        ("word " * 20_000, "at most 50,000 are read"),
    ],
)
def test_a_bad_question_is_a_sentence_and_stays_in_the_box(models: Models, text: str, says: str) -> None:
    turns = [turn(models)]
    box, kept, _, chat, _ = qa_tab.asked(models, text, turns, "qa", 0.5)
    assert (box, kept) == (text, turns)
    assert says in json.loads(chat)["notice"]


def test_the_words_tell_the_answer_so_far_and_end_in_the_answer(models: Models) -> None:
    told = json.loads(explanation(models, turn(models)))
    assert (
        [word["token"] for word in told["so_far"]] == told["tokens"] == ["what", "is", "the", "capital", "of", "france"]
    )
    assert told["so_far"][0]["answer"] is None
    assert told["so_far"][-1]["answer"] == "Paris"
    assert told["so_far"][-1]["confidence"] == pytest.approx(told["confidence"], abs=1e-5)


def test_a_taught_question_is_its_own_neighbour(models: Models) -> None:
    found = json.loads(neighbour(models, turn(models)))
    assert (found["question"], found["answer"]) == (FRANCE, "Paris")
    assert found["cosine"] == pytest.approx(1, abs=1e-5)


def test_nothing_is_explained_before_something_was_asked(models: Models) -> None:
    assert explanation(models, None) == neighbour(models, None) == "{}"


def test_only_a_turn_that_is_there_can_be_chosen(models: Models) -> None:
    turns = [turn(models), turn(models, "who painted the mona lisa")]
    assert qa_tab.chose(models, turns, 0)[1] == 0
    for wrong in (2, -1, "0", None):
        assert not any(isinstance(value, str) for value in qa_tab.chose(models, turns, wrong))
