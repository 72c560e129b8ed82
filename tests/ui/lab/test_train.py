"""The lab's handlers as plain functions: two visitors in the queue, a pause, a stop, a refusal, a closed page."""

from __future__ import annotations

import gc
import json
import re
import weakref
from typing import Any

import gradio as gr
import pytest
from helpers.inline_pool import InlinePool
from helpers.lab_runs import SHORT, payload_of, prepare_run, settings, trained

from rnn_demo.experiments.run_config import presets
from rnn_demo.limits import MAX_LAB_PAUSED, MAX_LAB_RUNS, MAX_LAB_TRAINING, MAX_LAB_VISITORS
from rnn_demo.ui.lab import current_run, train
from rnn_demo.ui.lab import settings as controls
from rnn_demo.ui.lab.current_run import prepare_single_run, stop_current_run
from rnn_demo.ui.lab.current_run import train as train_run
from rnn_demo.ui.lab.visitor_runs import ENDED, Visitors
from rnn_demo.ui.models import Models
from rnn_demo.ui.server.training_queue import TrainingQueue
from rnn_demo.zoo.build import read_examples
from rnn_demo.zoo.recipes import RECIPES


@pytest.fixture
def visitors() -> Visitors:
    return Visitors(Models(), InlinePool(), TrainingQueue(places=1))


def nobody_trains(visitors: Visitors) -> bool:
    """Whoever joined the queue now would be served at once."""
    ticket = visitors.queue.join()
    try:
        return visitors.queue.place(ticket) == 0
    finally:
        visitors.queue.leave(ticket)


# --- a run ------------------------------------------------------------------------------------------------------


def test_a_run_shows_how_it_goes_and_ends_in_the_table(visitors: Visitors) -> None:
    prepare_run(visitors, "Ann", **SHORT)
    updates = list(train_run(visitors, "Ann"))
    assert payload_of(updates[-1])["over"]
    assert payload_of(updates[-1])["step"] == 9
    assert updates[-1][-1] == 1
    assert [run.title for run in visitors.of("Ann").runs] == ["run 1"]
    assert not visitors.of("Ann").busy
    assert nobody_trains(visitors)


def test_the_buttons_are_those_that_can_be_pressed(visitors: Visitors) -> None:
    prepare_run(visitors, "Ann", epochs=50)
    run = train_run(visitors, "Ann")
    assert [button.visible for button in next(run)[1:5]] == [False, True, False, True]  # pause and stop
    visitors.of("Ann").live.pause()
    *_, last = run
    assert [button.visible for button in last[1:5]] == [False, False, True, True]  # go on and stop


def test_a_paused_run_goes_on_where_it_was_and_lets_others_train_meanwhile(visitors: Visitors) -> None:
    prepare_run(visitors, "Ann", epochs=30)
    run = train_run(visitors, "Ann")
    next(run)
    visitors.of("Ann").live.pause()
    *_, last = run
    step = payload_of(last)["step"]
    assert payload_of(last)["status"].startswith("Paused")
    trained(visitors, "Bob")
    assert visitors.of("Bob").runs
    again = train_run(visitors, "Ann")
    assert payload_of(next(again))["step"] > step
    assert payload_of(list(again)[-1])["step"] == 90


def paused_run(visitors: Visitors, who: str) -> dict[str, Any]:
    """Train for a moment and pause; what the page shows then."""
    run = train_run(visitors, who)
    next(run)
    visitors.of(who).live.pause()
    *_, last = run
    return payload_of(last)


def test_of_too_many_paused_runs_the_longest_paused_is_kept_as_a_result_and_its_visitor_reads_why(
    visitors: Visitors,
) -> None:
    people = [f"visitor {k}" for k in range(MAX_LAB_PAUSED + 1)]
    shown = {}
    for who in people[:-1]:
        prepare_run(visitors, who, epochs=900)
        shown[who] = paused_run(visitors, who)
    shown[people[0]] = paused_run(visitors, people[0])  # it has not been paused for longest any more
    assert all(visitors.of(who).live.paused for who in people[:-1])
    prepare_run(visitors, people[-1], epochs=900)
    paused_run(visitors, people[-1])
    ended = [who for who in people if visitors.of(who).live.over]
    assert ended == [people[1]]
    (told,) = train_run(visitors, people[1])  # Resume is pressed
    page = payload_of(told)
    assert page["notices"] == [ENDED]
    assert (page["over"], page["step"]) == (True, shown[people[1]]["step"])
    assert page["curves"]["loss"] == shown[people[1]]["curves"]["loss"]
    assert [button.visible for button in told[1:5]] == [True, False, False, False]
    (kept,) = visitors.of(people[1]).runs
    assert (told[-1], kept.config.options["max_steps"]) == (1, page["step"])
    assert visitors.models.has(kept.name)
    assert list(train_run(visitors, people[1])) == [current_run.UNCHANGED]
    again = train_run(visitors, people[2])
    assert payload_of(next(again))["step"] > shown[people[2]]["step"]
    again.close()


@pytest.mark.parametrize("paused", [False, True])
def test_a_stopped_run_is_kept(visitors: Visitors, paused: bool) -> None:
    prepare_run(visitors, "Ann", epochs=900)
    run = train_run(visitors, "Ann")
    next(run)
    if paused:
        visitors.of("Ann").live.pause()
        list(run)
        assert stop_current_run(visitors.of("Ann"))  # somebody must ask it to end
        run = train_run(visitors, "Ann")
    else:
        assert not stop_current_run(visitors.of("Ann"))
    assert payload_of(list(run)[-1])["over"]
    (kept,) = visitors.of("Ann").runs
    assert kept.config.options["max_steps"] < 2700


def test_a_second_start_while_a_run_goes_on_changes_nothing(visitors: Visitors) -> None:
    prepare_run(visitors, "Ann", epochs=900)
    live = visitors.of("Ann").live
    run = train_run(visitors, "Ann")
    next(run)
    prepare_run(visitors, "Ann", **SHORT)
    assert visitors.of("Ann").live is live
    assert list(train_run(visitors, "Ann")) == [current_run.UNCHANGED]
    run.close()


def test_without_a_run_nothing_changes(visitors: Visitors) -> None:
    assert list(train_run(visitors, "Ann")) == [current_run.UNCHANGED]
    assert not stop_current_run(visitors.of("Ann"))


# --- the queue --------------------------------------------------------------------------------------------------


def test_a_second_visitor_waits_sees_the_place_and_trains_next(visitors: Visitors) -> None:
    for who in ("Ann", "Bob", "Eve"):
        prepare_run(visitors, who, **SHORT)
    ann, bob, eve = (train_run(visitors, who) for who in ("Ann", "Bob", "Eve"))
    next(ann)
    assert "You are number 1 in the queue" in payload_of(next(bob))["status"]
    assert "You are number 2 in the queue" in payload_of(next(eve))["status"]
    list(ann)
    assert payload_of(next(bob))["step"]
    assert "You are number 1 in the queue" in payload_of(next(eve))["status"]
    list(bob)
    list(eve)
    assert [len(visitors.of(who).runs) for who in ("Ann", "Bob", "Eve")] == [1, 1, 1]


def test_several_visitors_train_at_once(visitors: Visitors) -> None:
    visitors.queue = Visitors(visitors.models, visitors.pool).queue
    people = [f"visitor {k}" for k in range(MAX_LAB_TRAINING + 1)]
    for who in people:
        prepare_run(visitors, who, **SHORT)
    trainings = [train_run(visitors, who) for who in people]
    statuses = [payload_of(next(training)).get("status", "") for training in trainings]
    assert [bool(re.match("You are number 1", status)) for status in statuses] == [False] * MAX_LAB_TRAINING + [True]
    for training in trainings:
        list(training)
    assert [len(visitors.of(who).runs) for who in people] == [1] * len(people)


def test_who_stops_while_waiting_leaves_the_line(visitors: Visitors) -> None:
    for who in ("Ann", "Bob", "Eve"):
        prepare_run(visitors, who, **SHORT)
    ann, bob, eve = (train_run(visitors, who) for who in ("Ann", "Bob", "Eve"))
    next(ann), next(bob), next(eve)
    assert not stop_current_run(visitors.of("Bob"))
    assert payload_of(list(bob)[-1])["status"] == "Stopped before training started."
    assert "You are number 1 in the queue" in payload_of(next(eve))["status"]
    assert visitors.of("Bob").runs == []
    list(ann), list(eve)


def test_a_full_queue_is_reported(visitors: Visitors) -> None:
    visitors.queue = TrainingQueue(places=1, longest=0)
    for who in ("Ann", "Bob"):
        prepare_run(visitors, who, **SHORT)
    ann = train_run(visitors, "Ann")
    next(ann)
    (last,) = train_run(visitors, "Bob")
    assert "come back in a few minutes" in payload_of(last)["status"]
    list(ann)


# --- a page that is closed --------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["the generator is closed", "the session ends", "both"])
def test_a_closed_page_ends_the_run_and_frees_its_memory(visitors: Visitors, how: str) -> None:
    trained(visitors)
    name = visitors.of("Ann").runs[0].name
    prepare_run(visitors, "Ann", epochs=900)
    run = train_run(visitors, "Ann")
    next(run)
    model, live = weakref.ref(visitors.models.get(name)), visitors.of("Ann").live
    if how != "the generator is closed":
        visitors.leave("Ann")
    if how != "the session ends":
        run.close()
    else:
        list(run)  # whoever still asks for pictures gets no more than one
    del run
    gc.collect()
    assert model() is None
    assert live.over
    assert nobody_trains(visitors)
    assert visitors.of("Ann").runs == []
    with pytest.raises(ValueError, match="has expired"):
        visitors.models.get(name)


def test_a_closed_page_with_a_paused_run_frees_its_memory(visitors: Visitors) -> None:
    prepare_run(visitors, "Ann", epochs=900)
    run = train_run(visitors, "Ann")
    next(run)
    visitors.of("Ann").live.pause()
    list(run)
    live = visitors.of("Ann").live
    visitors.leave("Ann")
    assert live.over
    visitors.leave("Ann")  # twice does no harm


def test_of_too_many_visitors_and_runs_the_oldest_are_forgotten(visitors: Visitors) -> None:
    trained(visitors, epochs=1)
    first = visitors.of("Ann").runs[0]
    for _ in range(MAX_LAB_RUNS):
        trained(visitors, epochs=1)
    assert [run.number for run in visitors.of("Ann").runs] == list(range(2, MAX_LAB_RUNS + 2))
    assert not visitors.models.has(first.name)
    for k in range(MAX_LAB_VISITORS):
        visitors.of(f"visitor {k}")
    assert visitors.of("Ann").runs  # who only looks drops nobody
    for k in range(MAX_LAB_VISITORS):
        visitors.enrol(f"visitor {k}")
    assert visitors.of("Ann").runs == []
    trained(visitors, epochs=1)
    notices = visitors.of("Ann").live.picture["notices"]
    assert notices[0].startswith(f"Your {MAX_LAB_RUNS} earlier runs were removed")


def test_who_trains_is_never_dropped_and_nobody_else_can_start(visitors: Visitors) -> None:
    prepare_run(visitors, "Ann", epochs=900)
    run = train_run(visitors, "Ann")
    next(run)
    for k in range(2 * MAX_LAB_VISITORS):
        visitors.enrol(f"visitor {k}")
    assert visitors.of("Ann").live is not None
    for k in range(2 * MAX_LAB_VISITORS):
        visitors.of(f"visitor {k}").busy = True
    updates = prepare_run(visitors, "Eve", **SHORT)
    assert "visitors are training at the moment" in json.loads(updates[-1])["notices"][0]
    assert visitors.of("Eve").live is None
    run.close()


def test_a_long_text_to_watch_with_is_cut(visitors: Visitors) -> None:
    prepare_single_run(visitors, "Ann", "characters", "", "x" * 5_000_000, 0.5, settings("characters", **SHORT))
    assert len(visitors.of("Ann").live.prompt) == current_run.MAX_PROMPT


# --- settings ---------------------------------------------------------------------------------------------------


def messages(updates: list[Any]) -> dict[str, str]:
    """What stands at the controls that are marked as wrong."""
    pairs = zip(controls.CONTROLS, updates, strict=True)
    return {name: update["info"] for name, update in pairs if update["elem_classes"]}


def test_a_wrong_setting_says_why_at_its_control(visitors: Visitors) -> None:
    values = settings("characters", hidden_size=0)
    expected = {"hidden_size": "Hidden units must be a whole number from 1 to 4096 (you entered 0)."}
    assert messages(train.check_settings("characters", *values.values())) == expected
    assert messages(train.check_settings("characters", *settings("characters").values())) == {}
    updates = prepare_run(visitors, "Ann", hidden_size=0)
    assert messages(updates[:-2]) == expected
    assert json.loads(updates[-1])["notices"] == list(expected.values())
    assert visitors.of("Ann").live is None


def test_a_refusal_stands_above_the_result_before_it(visitors: Visitors) -> None:
    *_, view = prepare_run(visitors, "Ann", hidden_size=100_000)
    first = json.loads(view)
    assert first["notices"] == ["At most 512 hidden units here (you entered 100000)."]
    assert first["text"]  # the invitation stays
    trained(visitors)
    *_, view = prepare_run(visitors, "Ann", hidden_size=100_000)
    page = json.loads(view)
    assert (page["notices"], page["step"], page["over"]) == (first["notices"], 9, True)
    trained(visitors)
    assert [run.number for run in visitors.of("Ann").runs] == [1, 2]


def test_a_wrong_text_says_why_at_its_control(visitors: Visitors) -> None:
    *updates, text, view = prepare_run(visitors, "Ann", text="a")
    assert messages(updates) == {}
    assert text.info == "The text has 1 character; at least 2 are needed, so that one follows another."
    assert json.loads(view)["notices"]
    *_, text, _ = prepare_run(visitors, "Ann", text="ab")
    assert text.info == ""


def test_a_megabyte_of_text_is_limited_and_the_limit_is_reported(visitors: Visitors) -> None:
    prepare_run(visitors, "Ann", text="ab c" * 2**18)
    run = train_run(visitors, "Ann")
    assert payload_of(next(run))["notices"] == ["The text has 1,048,576 characters; only the first 100,000 are used."]
    run.close()


def test_a_broken_run_says_what_happened_and_its_model_is_kept(visitors: Visitors) -> None:
    options = {"cell": "rnn_relu", "optimizer": "sgd", "learning_rate": 10.0, "clip_norm": 0.0}
    prepare_run(visitors, "Ann", "turns", **options)
    *_, last = train_run(visitors, "Ann")
    assert "the loss became" in payload_of(last)["notices"][0]
    assert len(visitors.of("Ann").runs) == 1


def test_a_link_fills_the_controls_and_a_run_has_a_link_that_does(visitors: Visitors) -> None:
    *_, view = prepare_run(visitors, "Ann", "surnames", bidirectional=True, hidden_size=9, learning_rate=0.5)
    link = json.loads(view)["link"]
    recipe, *updates = train.arrive(link)
    filled = {name: update["value"] for name, update in zip(controls.CONTROLS, updates, strict=False)}
    assert recipe == "surnames"
    assert filled == settings("surnames", bidirectional=True, hidden_size=9, learning_rate=0.5)


def test_what_is_wrong_in_a_link_is_said_in_a_sentence() -> None:
    (notice,) = json.loads(train.invitation_of_link({"tab": "lab", "recipe": "bogus"}))["notices"]
    assert "'bogus', which is not here; choose one of " in notice
    wrong = {"tab": "lab", "recipe": "hello", "cell": "<b>", "hidden_size": "0", "epochs": "7"}
    shown = json.loads(train.invitation_of_link(wrong))
    assert shown["notices"] == ["Ignored in the link: cell=<b>, hidden_size=0."]
    assert shown["count"] == current_run.invitation("hello")["count"]
    assert "notices" not in json.loads(train.invitation_of_link({"tab": "lab", "recipe": "hello", "epochs": "7"}))
    for link in (None, {"tab": "lab"}, {"tab": "qa", "recipe": "bogus"}):
        assert train.invitation_of_link(link) == gr.skip()


@pytest.mark.parametrize("recipe", presets())
def test_before_a_run_some_of_what_will_be_learnt_is_shown(recipe: str) -> None:
    shown = current_run.invitation(recipe)
    examples = read_examples(RECIPES[recipe], None)
    assert shown["count"] == len(examples)
    if "text" in shown:
        assert "".join(example.text for example in examples).startswith(shown["text"])
    else:
        assert {tuple(row) for row in shown["rows"]} <= {(example.text, example.label) for example in examples}
        assert 1 <= len(shown["rows"]) <= current_run.ROWS


def test_another_text_to_watch_with_is_answered_at_once_when_the_run_is_over(visitors: Visitors) -> None:
    trained(visitors)
    shown = json.loads(current_run.new_sample(visitors.of("Ann"), "the ", 0.0))
    assert (shown["sample"]["start"], shown["sample"]["temperature"]) == ("the ", 0.0)
    assert "value" not in current_run.new_sample(visitors.of("Ann"), "", 0.5)
