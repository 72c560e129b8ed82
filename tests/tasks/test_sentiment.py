"""Sentiment reads reviews and their labels, and its verdict follows each word."""

import numpy as np
import pytest
import torch
from helpers.samples import LABELS, small_model

from rnn_demo.data.csv_files import DataError
from rnn_demo.data.tokens import reviews, words
from rnn_demo.network.precision import has_kernel
from rnn_demo.tasks import TASKS, Example, sentiment
from rnn_demo.tasks.base import temperature
from rnn_demo.zoo import checkpoint, recipes


def test_reviews_of_one_movie_stand_on_one_side():
    examples = [Example(f"text {n}", "positive", f"movie {n % 40}") for n in range(400)]
    split = TASKS["sentiment"].split(examples, 0)
    groups = [{example.group for example in side} for side in (split.train, split.validation)]
    assert groups[1]
    assert not groups[0] & groups[1]


def test_sentiment_shows_how_each_word_moved_the_verdict():
    text = "It isn't bad, zorgle!"
    answer = TASKS["sentiment"].predict(small_model(), [text])[0]
    assert [word["word"] for word in answer["words"]] == ["it", "is", "n't", "bad", ",", "zorgle", "!"]
    assert answer["words"][-1]["running"] == answer["probability"]
    assert answer["label"] == LABELS[answer["probability"] >= 0.5]
    odds = [np.log(word["running"] / (1 - word["running"])) for word in answer["words"]]
    np.testing.assert_allclose(np.diff(odds), [word["contribution"] for word in answer["words"]][1:], atol=1e-5)
    assert [word["word"] for word in answer["words"] if not word["known"]] == ["n't", "zorgle"]


def test_sentiment_is_the_same_for_a_text_alone_and_among_others():
    texts = ["a great film", "bad", "it is not great at all , it is bad"]
    together = TASKS["sentiment"].predict(small_model(), texts)
    for text, answer in zip(texts, together, strict=True):
        alone = TASKS["sentiment"].predict(small_model(), [text])[0]
        assert alone["probability"] == pytest.approx(answer["probability"], abs=1e-6)


@pytest.mark.parametrize("quick", [True, False])
def test_a_file_of_texts_gets_the_verdicts_that_its_texts_get_alone(quick, monkeypatch):
    if quick and not has_kernel(torch.bfloat16, torch.device("cpu")):
        assert not sentiment.has_bfloat16(torch.device("cpu"))  # so it is never read that way
        return
    monkeypatch.setattr(sentiment, "has_bfloat16", lambda device: quick)
    model, task = checkpoint.open_checkpoint("sentiment"), TASKS["sentiment"]
    texts = [e.text for e in task.read(recipes.SHIPPED / "sentiment_sentences.csv")]
    alone = [task.predict(model, [text])[0] for text in texts]
    together = task.predict(model, texts)
    assert len(texts) >= sentiment.MANY
    for one, other in zip(alone, together, strict=True):
        assert (one["input"], one["label"], one["note"]) == (other["input"], other["label"], other["note"])
        near = 0.05 if quick else 1e-5
        assert [w["running"] for w in one["words"]] == pytest.approx([w["running"] for w in other["words"]], abs=near)
    close = [sum(0.47 < answer["probability"] < 0.53 for answer in answers) for answers in (alone, together)]
    assert close[0] == close[1] > 0  # these were read again in full


def test_sentiment_reads_every_spelling_of_a_label_and_leaves_out_rows_without_one(tmp_path):
    file = tmp_path / "reviews.csv"
    file.write_text("text,label,dup\na,0,0\nb,POS,0\nc,,0\nd,negative,1\n", encoding="utf-8")
    assert TASKS["sentiment"].read(file) == [Example("a", "negative"), Example("b", "positive")]
    file.write_text("text,label\na,maybe\n", encoding="utf-8")
    with pytest.raises(DataError, match="not 0, 1, negative or positive"):
        TASKS["sentiment"].read(file)
    file.write_text("text\na\n", encoding="utf-8")
    with pytest.raises(DataError, match="no labelled row"):
        TASKS["sentiment"].read(file)


def test_breaks_of_html_and_lost_windows_signs_are_put_right():
    assert reviews("good<br />bad<BR>ok") == ["good", "bad", "ok"]
    assert reviews("it\x92s \x96 so\x85") == words("it's - so…")
    assert reviews("-lrb- a -RRB-") == ["(", "a", ")"]


@pytest.mark.parametrize(
    ("positive", "undecided"), [(0.5, True), (0.41, True), (0.58, True), (0.61, False), (0.2, False)]
)
def test_between_40_and_60_percent_there_is_no_verdict(positive, undecided):
    assert sentiment.is_undecided(positive) is undecided


@pytest.mark.parametrize(
    ("text", "unknown", "headline"),
    [
        ("a great film", [], None),
        ("a great film, zorgle", ["zorgle"], None),
        ("ein toller film", ["ein", "toller"], "a guess"),
        ("zorgle blorf", ["zorgle", "blorf"], "no verdict"),
        ("123 !", ["123"], "no verdict"),
    ],
)
def test_sentiment_says_which_words_it_does_not_know_and_when_that_makes_its_verdict_a_guess(text, unknown, headline):
    answer = TASKS["sentiment"].predict(small_model(), [text])[0]
    warning = sentiment.caution(answer["words"])
    assert answer["unknown_words"] == unknown
    assert (warning and warning["headline"]) == headline
    assert answer["note"] == (warning and warning["why"])  # the API and the page say the same


@pytest.mark.parametrize(
    ("text", "asks"),
    [("is it a great film ?", True), ("is it bad ? no .", False), ("what a film", False), ("is", False)],
)
def test_a_question_gives_no_opinion(text: str, asks: bool) -> None:
    assert sentiment.is_question(text.split()) is asks
    words = [{"word": word, "known": True} for word in text.split()]
    assert ((sentiment.caution(words) or {}).get("headline") == "a guess") is asks


def test_a_link_alone_gets_no_verdict_and_a_text_with_a_link_does():
    task, model = TASKS["sentiment"], small_model()
    link, text = task.predict(model, ["https://a.great/film?bad=1", "a great film, see https://a.great/film"])
    assert "follows no links" in link["note"]
    assert "link" not in (text["note"] or "")


def test_the_temperature_makes_log_odds_as_sure_as_they_are_right():
    candidates = np.geomspace(0.25, 8, 61)
    rng = np.random.default_rng(0)
    odds = rng.normal(size=20_000) * 2
    positive = rng.uniform(size=len(odds)) < 1 / (1 + np.exp(-odds))
    assert temperature(odds * 3, positive, candidates) == pytest.approx(3, rel=0.1)
    assert temperature(odds / 2, positive, candidates) == pytest.approx(0.5, rel=0.1)


def test_sentiment_leaves_out_rows_that_stand_in_the_test_split_as_well(tmp_path):
    file = tmp_path / "reviews.csv"
    file.write_text("text,label,dup,in_test\na,0,0,0\nb,1,0,1\nc,1,1,0\n", encoding="utf-8")
    assert TASKS["sentiment"].read(file) == [Example("a", "negative")]
    assert TASKS["sentiment"].texts(file) == ["a"]
