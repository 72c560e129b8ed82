"""The detective finds what was planted, on texts that it was not chosen by, and finds nothing where nothing is."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.samples import SMALL, small_model

from rnn_demo.__main__ import units
from rnn_demo.analysis.surgery import Edit, operate
from rnn_demo.analysis.trace import record
from rnn_demo.analysis.units import detect, sentences, unit_ranges
from rnn_demo.analysis.units.activations import activations
from rnn_demo.analysis.units.features import EVERYWHERE, OF_LETTERS, OF_WORDS, Feature, feature_values, features_for
from rnn_demo.analysis.units.loss import split_by_feature, unit_losses
from rnn_demo.analysis.units.scores import Scorer, bars, shuffled
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.limits import MAX_UNIT_TOKENS
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.zoo.corpora import corpus

FEATURES = {feature.name: feature for feature in (*EVERYWHERE, *OF_LETTERS, *OF_WORDS)}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("open brackets", "a ( b ( c ) ) ) d", [0, 1, 1, 2, 2, 1, 0, 0, 0]),
        ("in quotes", 'he said " hello there " and left', [0, 0, 1, 1, 1, 0, 0, 0]),
        ("after negation", "it is not a very good film . it was", [0, 0, 0, 1, 1, 1, 1, 0, 0, 0]),
        ("after contrast", "bad but good . bad", [0, 1, 1, 0, 0]),
        ("praise so far", "good bad great not good", [1, 0, 1, 1, 0]),
        ("place in sentence", "a b . c d", [1, 2, 0, 1, 2]),
        ("to the end", "a b c", [2, 1, 0]),
        ("position", "a b c", [1, 2, 3]),
        ("same again", "a a b b b", [0, 1, 0, 1, 1]),
        ("negation", "it is n't", [0, 0, 1]),
    ],
)
def test_a_feature_is_what_its_name_says(name: str, text: str, expected: list[float]) -> None:
    assert list(FEATURES[name].of(text.split())) == expected


def test_features_of_letters_know_words_and_lines() -> None:
    letters = list("ab c\nde")
    assert list(FEATURES["place in word"].of(letters)) == [1, 2, 0, 1, 0, 1, 2]
    assert list(FEATURES["place in line"].of(letters)) == [1, 2, 3, 4, 0, 1, 2]
    assert list(FEATURES["to line end"].of(letters)) == [4, 3, 2, 1, 0, 2, 1]
    assert list(FEATURES["vowel"].of(letters)) == [1, 0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize("letters", [True, False])
def test_every_feature_has_a_number_for_each_token_of_any_text(letters: bool) -> None:
    texts = [("a",), ("not", "(", '"', "’", "Ä", "7", "."), ("𝕏", "\n", ")", ")")]
    for feature in features_for(texts, letters):
        values = feature_values(feature, texts)
        assert len(values) == sum(map(len, texts)), feature.name
        assert np.isfinite(values).all()
        assert feature.is_number or set(values.tolist()) <= {0.0, 1.0}, feature.name


def test_a_score_is_the_share_of_pairs_in_the_right_order_and_the_correlation() -> None:
    generator = np.random.default_rng(0)
    units = generator.normal(size=(200, 3)).astype(np.float32)
    units[:50, 0] = 0  # ties
    features = np.stack([generator.random(200) < 0.3, units[:, 1] * 2 + generator.normal(size=200)], 1)
    features = features.astype(np.float32)
    scores = Scorer(units, [False, True]).scores(features)
    true, false = units[features[:, 0] == 1, 0], units[features[:, 0] == 0, 0]
    pairs = np.sign(true[:, None] - false[None])  # of one that has the feature and one that has not
    assert scores[0, 0] == pytest.approx(pairs.mean(), abs=1e-5)
    assert scores[1, 1] == pytest.approx(np.corrcoef(units[:, 1], features[:, 1])[0, 1], abs=1e-5)


def test_a_feature_that_is_almost_never_true_and_a_unit_that_never_moves_have_no_score() -> None:
    units = np.random.default_rng(0).normal(size=(100, 2)).astype(np.float32)
    units[:, 1] = 0.5
    rare = np.zeros((100, 2), np.float32)
    rare[:5, 0], rare[:50, 1] = 1, 1
    scores = Scorer(units, [False, False]).scores(rare)
    assert (scores[:, 0] == 0).all()
    assert scores[1, 1] == 0 != scores[0, 1]


def test_shuffling_keeps_each_text_in_one_piece() -> None:
    starts = [0, 3, 7, 12]
    features = np.arange(12, dtype=np.float32)[:, None]
    mixed = shuffled(features, starts, np.random.default_rng(3))[:, 0].tolist()
    assert sorted(mixed) == list(range(12))
    assert mixed != list(range(12))
    left = mixed
    while left:  # the pieces, each rotated
        size = next(b - a for a, b in itertools.pairwise(starts) if a <= left[0] < b)
        piece, left = left[:size], left[size:]
        assert sum((second - first) % size == 1 % size for first, second in itertools.pairwise(piece)) >= size - 1


def planted_model() -> SequenceModel:
    """A tanh network in which unit 0 is high at a vowel and low elsewhere, and the others are random."""
    torch.manual_seed(0)
    vocabulary = Vocabulary.build(["abcdefghijklmnopqrstuvwxyz"], "letters")
    model = SequenceModel(Architecture("rnn_tanh", 6, input="one_hot"), vocabulary, ["x", "y"], "names").eval()
    with torch.no_grad():
        model.rnn.weight_hh_l0[0] = 0
        for token, number in vocabulary.index.items():
            model.rnn.weight_ih_l0[0, number] = 2.0 if token in "aeiouy" else -2.0
        model.head.weight[:, 0] = torch.tensor([3.0, -3.0])  # and the answer rests on it
    return model


def words(count: int, seed: int) -> list[str]:
    dice = random.Random(seed)
    return ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=dice.randint(3, 9))) for _ in range(count)]


def test_a_planted_unit_is_found_and_missed_where_it_is_cut() -> None:
    report = detect(planted_model(), words(160, 1), shuffles=5)
    found = next(finding for finding in report.findings if finding.unit == 0)
    assert (found.verdict, found.feature) == ("follows", "vowel")
    assert found.score > 0.99 > 0.5 > found.bar
    assert found.auc == pytest.approx((found.score + 1) / 2)
    assert found.top[0].tokens[found.top[0].at] in "aeiouy"
    assert found.bottom[0].tokens[found.bottom[0].at] not in "aeiouy"
    assert found.top[0].values[found.top[0].at] == max(found.top[0].values)
    assert 0 < sum(found.histogram) < report.tokens  # the half that is reported
    assert found.lost is not None
    assert found.lost.changed > 0.1
    line = sentences.line(found)
    assert line.startswith("layer 0 h 0: follows a vowel, AUC 1.00 (shuffled: at most 0.")
    assert json.loads(sentences.report_as_text(report, "one", "words", 3, True))["findings"][0]["unit"] is not None


def test_on_noise_nothing_is_found() -> None:
    """Letters that say nothing to units that follow none of them: each unit sees one random number a token."""
    generator = np.random.default_rng(0)
    starts = list(range(0, 2001, 10))
    units = generator.normal(size=(2000, 64)).astype(np.float32)
    features = (generator.random((2000, 20)) < 0.3).astype(np.float32)
    scorer = Scorer(units, [False] * 20)
    above = np.abs(scorer.scores(features)) > bars(scorer, features, starts, 20, 0)
    assert above.mean() < 0.005  # of 64 units, one in some of the features


def test_activations_are_those_of_the_trace_in_every_layer_and_direction() -> None:
    model = small_model("lstm", num_layers=2, bidirectional=True)
    texts = ["not bad at all", "it is bad", "a great film"]
    read = activations(model, texts)
    for number, text in enumerate(texts):
        rows = slice(*read.starts[number : number + 2])
        trace = record(model, text)
        assert read.texts[number] == trace.tokens
        for layer in trace.layers:
            for name in ("h", "c"):
                there = read.values[layer.layer, layer.direction, name][rows]
                np.testing.assert_allclose(there, layer.quantities[name], atol=1e-6)
        np.testing.assert_allclose(read.logits[rows], trace.logits, atol=1e-6)


def test_the_loss_of_a_unit_is_that_of_surgery() -> None:
    model = small_model("gru")
    tokens, means = ("not", "bad", "at", "all"), np.array([0.1, 0.2, 0.0, -0.1, 0.3], np.float32)
    moved, changed = unit_losses(model, [tokens], (0, "forward", "h"), means)
    for unit in range(5):
        effect = operate(model, "not bad at all", [Edit("h", unit, float(means[unit]))]).effect
        assert moved[0, unit] == pytest.approx(abs(effect.becomes - effect.probability), abs=1e-6)
        assert changed[0, unit] == (effect.before != effect.after)


def test_texts_are_divided_by_whether_they_have_the_feature_or_by_how_much() -> None:
    much, control = split_by_feature(np.array([0, 0, 0.1, 0.5, 0, 0.2, 0, 0], np.float32), False)
    assert much.tolist() == [False, False, True, True, False, True, False, False]
    assert (much == ~control).all()
    much, _ = split_by_feature(np.array([1, 2, 3, 4], np.float32), True)
    assert much.tolist() == [False, False, True, True]


def test_ranges_hold_98_percent_of_the_values() -> None:
    model = small_model("lstm")
    ranges = unit_ranges(model, ["not bad at all", "what a great film"] * 3)
    assert set(ranges) == {(0, "forward", quantity.name) for quantity in model.cell.quantities}
    for each in ranges.values():
        assert (each.low <= each.mean).all()
        assert (each.mean <= each.high).all()


@pytest.mark.parametrize(
    ("task", "name"),
    [("names", "names_more.csv"), ("sentiment", "turns.csv"), ("brackets", "400 texts of the task brackets")],
)
def test_a_corpus_comes_with_the_program(task: str, name: str) -> None:
    model = small_model()
    model.task = task
    found, texts = corpus(model)
    assert found == name
    assert len(texts) > 100


def test_a_corpus_of_ones_own_is_lines_of_text(tmp_path: Path) -> None:
    file = tmp_path / "own.txt"
    file.write_text("one line\n\nanother line\n", encoding="utf-8")
    assert corpus(small_model(), file) == ("own.txt", ["one line", "another line"])
    file.write_text("\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"own\.txt has no text"):
        corpus(small_model(), file)
    model = small_model()
    model.task = "own"
    with pytest.raises(ValueError, match="give one with --corpus"):
        corpus(model)


def test_too_small_a_corpus_is_refused() -> None:
    with pytest.raises(ValueError, match="the corpus has 3 texts; give at least 4"):
        detect(small_model(), ["a", "b", "c"])


def test_of_a_large_corpus_as_many_tokens_are_read_as_are_allowed() -> None:
    texts = ["ab " * 200] * (MAX_UNIT_TOKENS // 200 + 9)
    assert small_model().vocabulary.tokenizer == "words"
    report = detect(small_model(hidden_size=1), texts, shuffles=1, losses=False)
    assert (report.texts, report.tokens) == (MAX_UNIT_TOKENS // 200, MAX_UNIT_TOKENS)


def test_a_unit_that_follows_nothing_is_counted_and_not_named() -> None:
    report = detect(small_model("rnn_tanh"), words(40, 2), shuffles=5, losses=False)
    text = list(sentences.lines(report, 20))
    nothing = sum(finding.verdict == "nothing" for finding in report.findings)
    assert text[-1].startswith(f"{nothing} of 5 follow none")


def test_a_feature_is_named_once() -> None:
    features: list[Feature] = features_for([("a", "b", "a")], True)
    assert len({feature.name for feature in features}) == len(features)


def test_the_command_prints_lines_or_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    units("names-rnn", SMALL / "names_small.csv", 2, as_json=True)
    report = json.loads(capsys.readouterr().out)
    assert (report["checkpoint"], report["corpus"], len(report["findings"])) == ("names-rnn", "names_small.csv", 128)
    units("names-rnn", SMALL / "names_small.csv", 2, as_json=False)
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith(f"{report['texts']} texts, {report['tokens']} tokens")
    assert len(printed) <= 5
