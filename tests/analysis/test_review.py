"""What a reading shows beside its numbers: its large changes, where two part, what it rests on, when to be careful."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from helpers.samples import small_model

from rnn_demo.analysis.review import (
    EXPLANATIONS,
    MAX_CHANGES,
    MAX_SINGLE_OMISSIONS,
    MIN_CHANGE,
    PIECE,
    by_gradients,
    by_omission,
    by_pooling,
    double_negation,
    large_changes,
    parting,
    pieces,
    signed,
)
from rnn_demo.analysis.trace import record
from rnn_demo.limits import MAX_EXPLAINED_TOKENS
from rnn_demo.tasks import TASKS


def words(*running: float, contribution: float = 0.0) -> list[dict[str, object]]:
    return [{"word": f"w{t}", "running": p, "contribution": contribution, "known": True} for t, p in enumerate(running)]


def log_odds(p: float) -> float:
    return math.log(p / (1 - p))


def test_a_turn_is_how_far_one_word_moved_the_probability() -> None:
    result = large_changes(words(0.5, 0.9, 0.88, 0.2))
    assert [(turn["step"], round(turn["by"], 6)) for turn in result] == [(3, -0.68), (1, 0.4)]


def test_the_first_word_turns_the_verdict_from_what_it_was_before_it() -> None:
    (result,) = large_changes(words(0.9, contribution=log_odds(0.9) - log_odds(0.3)))
    assert result == {"step": 0, "by": pytest.approx(0.6)}


def test_small_moves_are_no_large_changes_and_only_the_largest_are_named() -> None:
    assert large_changes(words(0.5, 0.5 + MIN_CHANGE / 2)) == []
    assert large_changes([]) == []
    result = large_changes(words(*itertools.islice(itertools.cycle((0.5, 0.9)), 20)))
    assert len(result) == MAX_CHANGES


def test_the_changes_of_a_prediction_add_up_to_its_verdict() -> None:
    prediction = TASKS["sentiment"].predict(small_model(), ["not bad at all"])[0]
    everything = prediction["words"]
    before = 1 / (1 + math.exp(everything[0]["contribution"] - log_odds(everything[0]["running"])))
    moved = np.diff([before, *(word["running"] for word in everything)])
    named = {one["step"]: one["by"] for one in large_changes(everything)}
    assert named == {t: pytest.approx(by) for t, by in enumerate(moved) if abs(by) >= MIN_CHANGE}
    assert before + moved.sum() == pytest.approx(prediction["probability"])


@pytest.mark.parametrize(
    ("one", "other", "start", "rest"),
    [
        ("it is bad", "it is good", 2, 0),
        ("it is bad .", "it is not bad .", 2, 2),
        ("a a a", "a a", 2, 0),
        ("bad", "good", 0, 0),
        ("", "bad", 0, 0),
        ("it is", "it is", 2, 0),
    ],
)
def test_two_readings_part_at_their_first_difference(one: str, other: str, start: int, rest: int) -> None:
    as_words = [[{"word": word} for word in text.split()] for text in (one, other)]
    assert parting(*as_words) == {"start": start, "rest": rest, "same": one == other}


# --- what it rests on ---------------------------------------------------------------------------------------------


def test_leaving_a_word_out_is_reading_the_text_without_it() -> None:
    model, tokens = small_model(), ["what", "a", "great", ",", "great", "story"]
    result = by_omission(model, " ".join(tokens))
    for t in range(len(tokens)):
        p, q = model.probabilities([" ".join(tokens), " ".join(tokens[:t] + tokens[t + 1 :])])[:, 1].tolist()
        assert result.values[t] == pytest.approx(log_odds(p) - log_odds(q), abs=1e-5)
    assert "read 6 more times" in result.note


def test_contributions_are_in_the_calibrated_log_odds_of_the_verdict() -> None:
    model = small_model()
    plain = [EXPLANATIONS[how](model, "not bad at all").values for how in ("gradients", "omission")]
    model.settings["temperature"] = 2.0
    halved = [EXPLANATIONS[how](model, "not bad at all").values for how in ("gradients", "omission")]
    for one, other in zip(plain, halved, strict=True):
        np.testing.assert_allclose(one, 2 * other, rtol=1e-4)


def test_the_gap_of_integrated_gradients_is_reported() -> None:
    result = by_gradients(small_model(), "what a great story")
    total = f"add up to {signed(float(result.values.sum()))}"
    assert total in result.note
    assert f"change by {signed(float(result.values.sum()))}" in result.note
    assert "gap" not in result.note


@pytest.mark.parametrize("length", [1, MAX_SINGLE_OMISSIONS, MAX_SINGLE_OMISSIONS + 1, MAX_EXPLAINED_TOKENS])
@pytest.mark.parametrize("sentence", [3, 23, 10_000])
def test_pieces_cover_a_text_and_stay_few(length: int, sentence: int) -> None:
    tokens = [("word", ".")[(t + 1) % sentence == 0] for t in range(length)]
    spans = pieces(tokens)
    assert [t for start, stop in spans for t in range(start, stop)] == list(range(length))
    if length > MAX_SINGLE_OMISSIONS:
        assert all(PIECE[0] <= stop - start <= PIECE[1] for start, stop in spans[:-1])


def test_the_words_of_a_long_text_share_the_number_of_their_sentence() -> None:
    result = by_omission(small_model(), "it is not bad at all and it is what a great film it is . " * 30)
    assert len(result.values) == 480
    assert len(set(result.values[:16].tolist())) == 1
    assert "without a sentence" in result.note


@pytest.mark.parametrize("how", EXPLANATIONS)
@pytest.mark.parametrize(
    ("text", "says"), [("", "empty"), ("<br>", "no word"), ("bad " * (MAX_EXPLAINED_TOKENS + 1), "at most 3,000")]
)
def test_an_unexplainable_text_gives_a_one_line_error(how: str, text: str, says: str) -> None:
    model = small_model(pooling="max")
    object.__setattr__(model.vocabulary, "tokenizer", "reviews")
    with pytest.raises(ValueError, match=says):
        EXPLANATIONS[how](model, text)


def test_of_a_single_word_nothing_is_left() -> None:
    with pytest.raises(ValueError, match="nothing left to read"):
        by_omission(small_model(), "bad")


def test_max_pooling_is_told_by_the_share_of_units_that_are_largest_at_each_word() -> None:
    model, text = small_model(pooling="max"), "not bad at all, not bad"
    values = by_pooling(model, text).values
    h = record(model, text).layers[-1].quantities["h"]  # (T, H)
    assert values == pytest.approx(np.bincount(h.argmax(0), minlength=len(h)) / h.shape[1])
    with pytest.raises(ValueError, match="because its pooling is last"):
        by_pooling(small_model(pooling="last"), text)


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("i never said that it is not good .", ("never", "not")),
        ("there is n't a dish that is not good", ("n't", "not")),
        ("not good , not bad .", None),
        ("not good . nobody came", None),
        ("it is neither funny nor clever", None),
        ("not funny , nor is it without charm", ("nor", "without")),
        ("it is not bad", None),
        ("", None),
    ],
)
def test_two_negations_in_one_clause_are_a_double_negation(text: str, pair: tuple[str, str] | None) -> None:
    assert double_negation([{"word": word} for word in text.split()]) == pair


def test_a_number_that_is_0_in_two_digits_has_no_sign() -> None:
    assert [signed(value) for value in (1.2, -0.412, 0.0, -0.004)] == ["+1.20", "−0.41", "0.00", "0.00"]
