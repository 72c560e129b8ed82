"""Examples are read as they were written, divided the same way each time, and never stand on two sides."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.samples import LABELS, examples_of, small_model

from rnn_demo.data.csv_files import DataError
from rnn_demo.data.tokens import reviews, words
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.network.pooling import POOLINGS
from rnn_demo.network.precision import has_kernel
from rnn_demo.tasks import TASKS, Example, sentiment
from rnn_demo.tasks.base import Split, normal, temperature, without_duplicates
from rnn_demo.tasks.qa import (
    DEFAULT_THRESHOLD,
    REFUSAL,
    answerable_share,
    answers_so_far,
    area_under_curve,
    coverage,
    is_refusal,
    judge,
)
from rnn_demo.zoo import checkpoint, recipes


def many(count=400):
    """Examples with a duplicate of each: another case, other punctuation, another movie."""
    texts = [f"text number {n}" for n in range(count)]
    return [Example(text, "0123456789"[: len(text)], f"movie {n % 7}") for n, text in enumerate(texts)] + [
        Example(f"{text.upper()}!", "0123456789"[: len(text)], f"movie {n % 5}") for n, text in enumerate(texts)
    ]


def sides(split):
    return [{normal(example.text) for example in side} for side in (split.train, split.validation, split.test)]


def model_for(task, examples):
    vocabulary = task.vocabulary(examples, task.tokenizer, None, 1)
    architecture = Architecture("gru", 4, embedding_size=3, per_step=task.per_step)
    return SequenceModel(architecture, vocabulary, task.labels(examples)).eval()


@pytest.mark.parametrize("name", TASKS)
def test_duplicates_never_stand_on_two_sides_of_a_split(name):
    for seed in range(3):
        train, validation, test = sides(TASKS[name].split(many(), seed))
        assert not train & validation
        assert not train & test
        assert not validation & test


@pytest.mark.parametrize("name", TASKS)
def test_a_split_is_the_same_for_the_same_seed_and_loses_no_text(name):
    examples = many()
    first, again = (TASKS[name].split(examples, 3) for _ in range(2))
    assert first == again
    given, found = {normal(example.text) for example in examples}, set().union(*sides(first))
    assert found >= given if name == "qa-own" else found == given  # a visitor's rows are judged on variants of them


@pytest.mark.parametrize("name", ["names", "sentiment"])
def test_a_split_does_not_depend_on_the_order_or_on_other_examples(name):
    examples = [Example(f"text {n}", "x") for n in range(200)]
    whole, half = TASKS[name].split(examples, 0), TASKS[name].split(examples[100:][::-1], 0)
    assert set(half.train) == set(whole.train) & set(examples[100:])
    assert (TASKS[name].split(examples, 1) != whole) == (name != "names")  # whose test names are those of every seed


def test_reviews_of_one_movie_stand_on_one_side():
    examples = [Example(f"text {n}", "positive", f"movie {n % 40}") for n in range(400)]
    split = TASKS["sentiment"].split(examples, 0)
    groups = [{example.group for example in side} for side in (split.train, split.validation)]
    assert groups[1]
    assert not groups[0] & groups[1]


@pytest.mark.parametrize("name", TASKS)
def test_every_task_predicts_one_json_object_for_each_text_in_order(name):
    task = TASKS[name]
    examples = examples_of(name)
    texts = ["x", examples[0].text, "🙂", "<img onerror=x> ${a} {{b}}", "word " * 500, "?", "日本"]
    answers = task.predict(model_for(task, examples), texts)
    assert [answer["input"] for answer in answers] == texts
    assert json.loads(json.dumps(answers, allow_nan=False)) == answers


@pytest.mark.parametrize("name", TASKS)
def test_every_label_of_a_file_is_among_the_labels_of_its_model(name):
    task = TASKS[name]
    examples = examples_of(name)
    wanted = {part for example in examples for part in (example.label if task.per_step else (example.label,))}
    assert wanted <= set(task.labels(examples))


def test_answers_keep_accents_capitals_and_spaces(tmp_path):
    answers = ["São Tomé", "McDonald's", "x²  + y²", "the Beatles", "The Beatles"]
    file = tmp_path / "qa.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("question", "answer"), *((f"question {n}", a) for n, a in enumerate(answers))])
    examples = TASKS["qa"].read(file)
    assert TASKS["qa"].labels(examples) == answers
    best = TASKS["qa"].predict(model_for(TASKS["qa"], examples), ["question 1"])[0]["top"]
    assert {row["answer"] for row in best} == set(answers)


def test_qa_reports_unknown_words_and_knows_nothing_of_words_it_never_saw():
    examples = [example for example in examples_of("qa") if not is_refusal(example.label)]
    model = model_for(TASKS["qa"], examples)
    known, partly, unknown = TASKS["qa"].predict(
        model, [examples[0].text, "What is the zorgle of France?", "zorgle blarg"], threshold=0.0
    )
    assert (known["known"], known["unknown_words"]) == (True, [])
    assert known["answer"] == known["top"][0]["answer"]
    assert known["confidence"] == known["top"][0]["probability"]
    assert partly["unknown_words"] == ["zorgle"]
    assert (unknown["known"], unknown["answer"]) == (False, None)


def test_a_refused_question_comes_with_what_was_meant_where_a_word_is_one_slip_away():
    examples = [Example("capital of France", "Paris"), Example("capital of Spain", "Madrid")]
    model = model_for(TASKS["qa"], examples)
    threshold = min(a["confidence"] for a in TASKS["qa"].predict(model, [e.text for e in examples]))
    meant = TASKS["qa"].predict(model, ["Frence", "Zorgle", "capital of Spain"], threshold=0.0)
    assert [answer["did_you_mean"] for answer in meant] == ["France", None, None]
    assert [answer["answer"] for answer in meant[:2]] == [None, None]
    assert meant[0]["would_answer"] == TASKS["qa"].predict(model, ["France"], threshold=0.0)[0]["answer"]
    assert meant[1]["would_answer"] is None
    assert TASKS["qa"].predict(model, ["Frence"], threshold=threshold + 1)[0]["did_you_mean"] is None
    (half,) = TASKS["qa"].predict(model, ["zorgle Frence"], threshold=0.0)  # one word of two is corrected
    assert (half["known"], half["did_you_mean"]) == (False, None)


def test_what_is_refused_whatever_the_threshold_counts_as_refused_in_every_measure():
    examples = [Example("capital of France", "Paris"), Example("capital of Spain", "Madrid")]
    model = model_for(TASKS["qa"], examples)
    questions = [Example("xyzzy", "Paris"), Example("xyzzy France", "Paris")]
    _, refuses, right, _ = judge(model, questions)
    assert refuses.tolist() == [True, False]
    measured = TASKS["qa"].measure(model, questions)
    assert measured["coverage"][0] == {"threshold": 0.0, "answered": 0.5, "right": float(right[1])}


def model_with_answers(**logits):
    """A network that gives each question the same logits, whatever it asks."""
    task, labels = TASKS["qa"], list(logits)
    examples = [Example("capital of France", label.replace("_", " ")) for label in labels]
    model = model_for(task, [replace(e, label=REFUSAL) if e.label == "refusal" else e for e in examples])
    with torch.no_grad():
        model.head.weight.zero_()
        model.head.bias.copy_(torch.tensor([logits[{REFUSAL: "refusal"}.get(name, name)] for name in model.labels]))
    return model


@pytest.mark.parametrize(("refusal_logit", "known"), [(1.9, True), (2.1, False)])
def test_what_is_more_likely_to_be_refused_than_answered_is_refused_whatever_the_threshold(refusal_logit, known):
    model = model_with_answers(Paris=2.0, Rome=0.0, refusal=refusal_logit)
    for threshold in (0.0, 0.3):
        (answer,) = TASKS["qa"].predict(model, ["capital of France"], threshold)
        assert answer["known"] is known
        assert answer["answer"] == ("Paris" if known else None)
        assert answer["confidence"] > 0.4
        assert answers_so_far(model, "capital of France", threshold)[-1]["known"] is known
        model.settings["threshold"] = threshold
        measured = TASKS["qa"].measure(model, [Example("capital of France", "Paris"), Example("of France", REFUSAL)])
        assert (measured["answered_right"], measured["refused"]) == (known, not known)


def test_qa_does_not_answer_below_its_threshold():
    model, question = model_with_answers(Paris=2.0, Rome=0.0, refusal=1.0), "capital of France"
    confidence = TASKS["qa"].predict(model, [question])[0]["confidence"]
    for threshold, known in ((confidence, True), (float(np.nextafter(confidence, 1)), False)):
        assert TASKS["qa"].predict(model, [question], threshold=threshold)[0]["known"] is known
        model.settings["threshold"] = threshold
        assert TASKS["qa"].predict(model, [question])[0]["known"] is known


@pytest.mark.parametrize("pooling", POOLINGS)
def test_the_answer_after_the_last_word_is_the_answer_and_earlier_ones_do_not_depend_on_it(pooling):
    task = TASKS["qa"]
    examples = examples_of("qa")
    architecture = Architecture("gru", 4, embedding_size=3, pooling=pooling)
    model = SequenceModel(architecture, task.vocabulary(examples, task.tokenizer, None, 1), task.labels(examples))
    model.eval().settings["temperature"] = 0.2
    for text in ("What is the capital of France?", "zorgle capital"):
        running = answers_so_far(model, text, 0.005)
        assert [row["token"] for row in running] == model.vocabulary.tokenize(text)
        for t, row in enumerate(running):
            read = " ".join(model.vocabulary.tokenize(text)[: t + 1])
            said = task.predict(model, [read], threshold=0.005)[0]
            assert (row["answer"], row["known"]) == (said["answer"], said["known"])
            assert row["confidence"] == pytest.approx(said["confidence"], abs=1e-6)
    assert answers_so_far(model, "?", 0.0) == []


def test_a_network_that_reads_backward_too_cannot_say_what_it_knew_after_each_word():
    examples = [Example("a b", "yes"), Example("b a", "no")]
    model = SequenceModel(
        Architecture("gru", 4, bidirectional=True), TASKS["qa"].vocabulary(examples, "words", None, 1), ["yes", "no"]
    )
    with pytest.raises(ValueError, match="reads forward"):
        answers_so_far(model.eval(), "a b", 0.5)


def test_coverage_counts_what_is_answered_and_what_of_it_is_right():
    confidence, right = np.array([0.9, 0.8, 0.3, 0.1]), np.array([True, False, True, False])
    points = {point["threshold"]: point for point in coverage(confidence, right)}
    assert (points[0.0]["answered"], points[0.0]["right"]) == (1, 0.5)
    assert (points[0.3]["answered"], points[0.3]["right"]) == (0.75, pytest.approx(2 / 3))
    assert (points[0.9]["answered"], points[0.9]["right"]) == (0.25, 1)
    assert (points[1.0]["answered"], points[1.0]["right"]) == (0, None)
    answered = [points[threshold]["answered"] for threshold in sorted(points)]
    assert answered == sorted(answered, reverse=True)


def test_the_share_of_questions_with_an_answer_follows_from_what_was_measured():
    confidence, right = np.array([0.9, 0.8, 0.3, 0.1, 0.2]), np.array([True, False, True, False, False])
    answerable = np.array([True, True, True, False, False])
    for threshold in (0.0, 0.3, 0.5):
        correct = float((right & (confidence >= threshold))[answerable].mean())
        part = {"threshold": threshold, "answered_right": correct, "coverage": coverage(confidence, right)}
        assert answerable_share(part) == pytest.approx(3 / 5)
    assert answerable_share({"threshold": 0.5, "coverage": coverage(confidence, right)}) is None
    assert answerable_share({"answered_right": 0.5}) is None


def test_the_notebooks_labels_are_its_joint_vocabulary_spelt_as_the_answers_are():
    task = TASKS["qa-notebook"]
    examples = examples_of("qa-notebook")
    vocabulary = task.vocabulary(examples, task.tokenizer, None, 1)
    labels = task.labels(examples)
    assert [label.lower() for label in labels[1:]] == list(vocabulary.tokens[2:])
    assert {example.label for example in examples} <= set(labels)


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


def test_names_without_duplicates_keep_a_name_of_two_languages():
    names = [Example("Lee", "Chinese"), Example("LEE ", "Chinese"), Example("Lee", "English")]
    assert without_duplicates(names) == [names[0], names[2]]


def test_a_name_gets_the_five_most_probable_languages_best_first():
    examples = examples_of("names")
    answer = TASKS["names"].predict(model_for(TASKS["names"], examples), ["Ivan"])[0]
    probabilities = [top["probability"] for top in answer["top"]]
    assert len(probabilities) == 5
    assert probabilities == sorted(probabilities, reverse=True)
    assert (answer["label"], answer["probability"]) == (answer["top"][0]["label"], probabilities[0])


@pytest.mark.parametrize("length", [2, 5, 64, 65, 66, 129, 1000])
def test_windows_hold_each_character_and_the_one_after_it(tmp_path, length):
    text = "".join(chr(0x100 + n) for n in range(length))
    file = tmp_path / "text.txt"
    file.write_text(text, encoding="utf-8")
    examples = TASKS["characters"].read(file)
    assert "".join(example.text for example in examples) == text[:-1]
    assert "".join(example.label for example in examples) == text[1:]


def test_a_text_of_one_character_has_no_next_one(tmp_path):
    file = tmp_path / "text.txt"
    file.write_text("h\n", encoding="utf-8")
    with pytest.raises(DataError, match="at least 2 are needed"):
        TASKS["characters"].read(file)


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


def test_area_under_the_curve_is_the_share_of_pairs_in_the_right_order():
    rng = np.random.default_rng(0)
    for above, below in ((rng.integers(0, 9, 70), rng.integers(0, 7, 50)), (rng.normal(size=9), rng.normal(size=1))):
        pairs = np.sign(above[:, None] - below)
        assert area_under_curve(above, below) == pytest.approx((pairs.mean() + 1) / 2)


@pytest.mark.parametrize("label", ["yes", REFUSAL])
def test_a_threshold_is_not_chosen_from_refusals_or_answers_alone(label):
    task, examples = TASKS["qa"], [Example("a b", "yes"), Example("b a", "no"), Example("a", REFUSAL)]
    model = model_for(task, examples)
    split = Split(tuple(examples), tuple(Example(f"a b {n}", label) for n in range(40)))
    assert task.choose_settings(model, split) == {"threshold": DEFAULT_THRESHOLD}


def test_sentiment_leaves_out_rows_that_stand_in_the_test_split_as_well(tmp_path):
    file = tmp_path / "reviews.csv"
    file.write_text("text,label,dup,in_test\na,0,0,0\nb,1,0,1\nc,1,1,0\n", encoding="utf-8")
    assert TASKS["sentiment"].read(file) == [Example("a", "negative")]
    assert TASKS["sentiment"].texts(file) == ["a"]
