"""The QA chat's handlers as plain functions: turns, thresholds, explanations, a visitor's own model."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from rnn_demo.limits import MAX_OWN_MODELS
from rnn_demo.tasks import Example
from rnn_demo.tasks.qa import DEFAULT_THRESHOLD, QA
from rnn_demo.ui import models as ui_models
from rnn_demo.ui.models import Models, OwnModel
from rnn_demo.ui.qa import coverage
from rnn_demo.ui.qa import tab as qa_tab
from rnn_demo.ui.qa.conversation import MAX_TURNS, conversation, explanation, neighbour, rejudge, reply, turn_of
from rnn_demo.ui.states import tab as states_tab
from rnn_demo.ui.states.traces import Traces
from rnn_demo.ui.widgets.comparison import rows_of
from rnn_demo.zoo import checkpoint

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
    answered, refused = (rejudge(models, [turn(models)], "qa", p)[0] for p in (sure - 1e-3, min(1.0, sure + 1e-3)))
    assert reply(answered) == "Paris"
    assert reply(refused) == "I don't know."
    assert not json.loads(conversation([refused]))["turns"][0]["known"]


def test_a_moved_threshold_judges_the_turns_of_its_model_alone(models: Models) -> None:
    turns = [turn(models), turn_of(models, "qa-fast", FRANCE, 0.0), turn(models)]
    again = rejudge(models, turns, "qa", 1.0)
    assert [t["known"] for t in again] == [False, True, False]
    assert again[1] is turns[1]


def test_a_question_of_unknown_words_alone_is_not_answered(models: Models) -> None:
    strange = turn(models, "zxqv blorp", threshold=0.0)
    assert not strange["known"]
    assert "zxqv, blorp" in reply(strange)


def test_where_i_dont_know_is_likeliest_no_threshold_makes_it_answer(models: Models) -> None:
    wall = turn(models, "In which year was the Berlin Wall built?", threshold=0.0)
    payload = json.loads(explanation(models, wall))
    assert payload["refusal"] > payload["confidence"] > 0.1  # 1989, when it fell
    assert reply(wall) == "I don't know."
    assert payload["so_far"][-1]["answer"] is None


def test_a_question_goes_to_the_end_and_the_oldest_is_forgotten(models: Models) -> None:
    turns, chosen, chat, view = qa_tab.values_after_question(models, FRANCE, [turn(models)] * MAX_TURNS, "qa", 0.5)
    assert (len(turns), chosen) == (MAX_TURNS, -1)
    assert json.loads(chat)["selected"] == MAX_TURNS - 1
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
def test_a_bad_question_gives_a_one_line_error(models: Models, text: str, says: str) -> None:
    turns = [turn(models)]
    kept, _, chat, _ = qa_tab.values_after_question(models, text, turns, "qa", 0.5)
    assert kept == turns
    assert says in json.loads(chat)["notice"]


def test_the_examples_are_answered_or_refused_as_the_page_says(models: Models) -> None:
    threshold = qa_tab.threshold_of(models, "qa")
    for text in qa_tab.EXAMPLES["Questions it knows"]:
        assert turn(models, text, threshold)["known"], text
    for text in qa_tab.EXAMPLES["It should say “I don't know” to"]:
        assert not turn(models, text, threshold)["known"], text


def test_the_words_tell_the_answer_so_far_and_end_in_the_answer(models: Models) -> None:
    payload = json.loads(explanation(models, turn(models)))
    assert (
        [word["token"] for word in payload["so_far"]]
        == payload["tokens"]
        == ["what", "is", "the", "capital", "of", "france"]
    )
    assert payload["letters"]
    assert payload["so_far"][0]["answer"] is None
    assert payload["so_far"][-1]["answer"] == "Paris"
    assert payload["so_far"][-1]["confidence"] == pytest.approx(payload["confidence"], abs=1e-5)


def test_a_taught_question_is_its_own_neighbour(models: Models) -> None:
    match = json.loads(neighbour(models, turn(models)))
    assert match["asked"] == {"model": "qa", "input": FRANCE}
    assert (match["question"], match["answer"]) == (FRANCE, "Paris")
    assert match["cosine"] == pytest.approx(1, abs=1e-5)


def test_nothing_is_explained_before_something_was_asked(models: Models) -> None:
    assert explanation(models, None) == neighbour(models, None) == "{}"


def test_only_a_turn_that_is_there_can_be_chosen(models: Models) -> None:
    turns = [turn(models), turn(models, "who painted the mona lisa")]
    assert qa_tab.values_of_turn(models, turns, 0)[1] == 0
    for wrong in (2, -1, "0", None):
        assert not any(isinstance(value, str) for value in qa_tab.values_of_turn(models, turns, wrong))


# --- whom one talks to ------------------------------------------------------------------------------------------


def own_model(models: Models) -> str:
    return models.keep(OwnModel(models.get("qa-fast"), examples=[Example(FRANCE, "Paris")]))


def test_an_own_model_is_found_by_its_secret_name_alone(models: Models) -> None:
    name = own_model(models)
    assert models.get(name) is models.get("qa-fast")
    assert name not in models.names()
    assert name != own_model(models)
    models.forget(name)
    with pytest.raises(ValueError, match="has expired"):
        models.get(name)


def test_of_too_many_own_models_the_longest_unused_is_dropped(models: Models) -> None:
    names = [own_model(models) for _ in range(MAX_OWN_MODELS)]
    models.get(names[0])
    own_model(models)
    assert models.get(names[0])
    with pytest.raises(ValueError, match="has expired"):
        models.get(names[1])


def test_a_turn_outlives_the_own_model_that_it_was_with(models: Models) -> None:
    own = own_model(models)
    turns = [turn_of(models, own, FRANCE, 0.5), turn(models)]
    models.forget(own)
    kept, _, chat, view = qa_tab.chat_values(models, turns, 0)
    assert kept == turns
    assert "has expired" in json.loads(chat)["notice"]
    assert view == neighbour(models, turns[0]) == "{}"
    assert "has expired" in json.loads(qa_tab.values_after_question(models, FRANCE, turns, own, 0.5)[2])["notice"]


def test_turning_to_another_model_brings_its_threshold_its_examples_and_its_words(models: Models) -> None:
    name, threshold, offered, intro, question = qa_tab.partner_values(models, "qa")
    assert (name, threshold) == ("qa", models.get("qa").settings["threshold"])
    assert [row["kind"] for row in json.loads(offered)["rows"]] == list(qa_tab.EXAMPLES)
    assert "thousand facts" in intro
    assert question.placeholder == qa_tab.PLACEHOLDER
    own = own_model(models)
    name, threshold, offered, intro, question = qa_tab.partner_values(models, own)
    assert (name, threshold) == (own, 0.5)
    assert json.loads(offered) == {"rows": [{"kind": "Questions you taught it", "texts": [[FRANCE, FRANCE]]}]}
    assert "your own rows" in intro
    assert question.placeholder == FRANCE
    models.forget(own)
    assert json.loads(qa_tab.partner_values(models, own)[2]) == {"rows": []}


def test_the_nearest_question_of_an_own_model_is_one_of_its_rows(models: Models) -> None:
    own = own_model(models)
    assert json.loads(neighbour(models, turn_of(models, own, "capital of France", 0.5)))["question"] == FRANCE
    loaded = models.keep(OwnModel(models.get("qa-fast")))  # its rows are not in the file
    assert neighbour(models, turn_of(models, loaded, FRANCE, 0.5)) == "{}"


def test_hidden_states_reads_the_chosen_question_with_the_model_that_was_asked_it(models: Models) -> None:
    own = own_model(models)
    turns = [turn(models), turn_of(models, own, "Who wrote Dune?", 0.5)]
    assert qa_tab.open_states(turns, -1)[0] | {"at": 0} == {"model": own, "text": "Who wrote Dune?", "at": 0}
    assert qa_tab.open_states(turns, 0)[0]["model"] == "qa"
    shown = states_tab.show(Traces(models), {"model": own, "text": FRANCE})
    groups = json.loads(shown[0])["groups"]
    titles = {one["name"]: one["title"] for group in groups for one in group["models"]}
    assert titles[own].startswith("your own model")
    assert json.loads(shown[3])["title"] == "your own model"


# --- the table of cells -----------------------------------------------------------------------------------------


def test_the_table_of_cells_is_shown_where_there_is_one(
    models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "qa").mkdir()
    for part in checkpoint.find("qa").iterdir():
        if part.name != checkpoint.COMPARISON:
            (tmp_path / "qa" / part.name).symlink_to(part)
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path)
    assert rows_of(models, "qa") == rows_of(models, "nothing") == []
    shares = dict.fromkeys(("recall", "answered_right", "refused", "auc"), 0.5)
    row = {"model": "GRU", "cell": "gru", "parameters": 1_000, "train_seconds": 2.0, **shares}
    (tmp_path / "qa" / checkpoint.COMPARISON).write_text(json.dumps([row]), encoding="utf-8")
    assert rows_of(models, "qa") == [row]
    (tmp_path / "qa" / checkpoint.COMPARISON).write_text("{", encoding="utf-8")
    assert rows_of(models, "qa") == []


# --- models that were dropped, and many who ask at once ---------------------------------------------------------


def test_a_dropped_model_gives_a_one_line_error_everywhere(models: Models) -> None:
    name = own_model(models)
    turn = turn_of(models, name, FRANCE, 0.0)
    models.forget(name)
    plot, note = coverage.plot_and_note(models, name, 0.5)
    assert (plot.visible, note.visible, "has expired" in note.value) == (False, True, True)
    assert neighbour(models, turn) == "{}"
    assert qa_tab.threshold_of(models, name) == DEFAULT_THRESHOLD
    assert "has expired" in json.loads(qa_tab.chat_values(models, [turn])[2])["notice"]


def test_a_class_that_asks_at_once_reads_the_examples_once(monkeypatch: pytest.MonkeyPatch) -> None:
    models, readings = Models(), []

    def slowly(model: Any, examples: Any) -> object:
        readings.append(len(examples))
        time.sleep(0.05)
        return object()

    monkeypatch.setattr(ui_models, "index_examples", slowly)
    name = own_model(models)
    with ThreadPoolExecutor(8) as visitors:
        results = set(visitors.map(models.examples, [name] * 8))
    assert (readings, len(results)) == ([1], 1)


def test_examples_that_were_read_for_a_dropped_model_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    models = Models()
    name = own_model(models)
    monkeypatch.setattr(ui_models, "index_examples", lambda *_: models.forget(name))
    models.examples(name)
    with pytest.raises(ValueError, match="has expired"):
        models.examples(name)
