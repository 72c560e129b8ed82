"""Two teachers label text, each as sure as it should be; a pupil learns from what is not certain as well."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.samples import EXAMPLES, LABELS, small_model

from rnn_demo.tasks import Example, Split
from rnn_demo.training import TrainingConfig, train
from rnn_demo.training.batching import Batches
from rnn_demo.training.loss import cross_entropy
from rnn_demo.training.self_training import TEMPERATURES, PhraseCounter, pseudo_labels, temperature, with_edits


def counter():
    texts = [[2, 3, 4], [2, 3, 5], [4, 6], [5, 6]] * 8
    return PhraseCounter(texts, np.array([True, True, False, False] * 8)), texts


def test_a_counter_learns_which_phrases_speak_for_which_label():
    phrase_counter, texts = counter()
    assert [phrase_counter.log_odds(text) > 0 for text in texts[:4]] == [True, True, False, False]
    assert phrase_counter.log_odds([7, 8, 9]) == 0  # nothing that it knows


def test_phrases_of_every_length_have_numbers_of_their_own():
    phrase_counter, _ = counter()
    assert len(phrase_counter.phrases([2, 3, 4, 2, 3])) == 3 + 3 + 3  # 2 3 4; 23 34 42; 234 342 423
    assert len(set(phrase_counter.phrases([2])) & set(phrase_counter.phrases([3, 4, 5]))) == 0
    assert len(phrase_counter.phrases([2])) == 1


def test_a_counter_that_hears_phrases_tells_apart_what_has_the_same_words():
    texts, positive = [[2, 3, 4], [3, 2, 4]] * 8, np.array([True, False] * 8)
    phrase_counter = PhraseCounter(texts, positive)
    assert phrase_counter.log_odds([2, 3]) > 0 > phrase_counter.log_odds([3, 2])


def test_what_is_taught_is_the_mean_of_both_teachers():
    model = small_model()
    split = Split(EXAMPLES * 4, EXAMPLES)
    lessons = pseudo_labels(
        model, split, ["a great film", "it is bad", "what a great , great story it is !"], longest=6
    )
    assert [lesson.text for lesson in lessons] == ["a great film", "it is bad"]
    phrase_counter = PhraseCounter(
        [model.encode(e.text) for e in split.train], np.array([e.label == LABELS[1] for e in split.train])
    )
    right = np.array([e.label == LABELS[1] for e in EXAMPLES])
    read = np.diff(model.logits([e.text for e in (*lessons, *EXAMPLES)]).astype(float))[:, 0]
    log_odds = np.array([phrase_counter.log_odds(model.encode(e.text)) for e in (*lessons, *EXAMPLES)])
    for n, lesson in enumerate(lessons):
        odds = np.mean([part[n] / temperature(part[2:], right, TEMPERATURES) for part in (read, log_odds)])
        assert lesson.label == LABELS[int(odds > 0)]
        assert lesson.certainty == pytest.approx(1 / (1 + np.exp(-abs(odds))))


def test_a_third_teacher_counts_as_much_as_each_of_the_two():
    model, split = small_model(), Split(EXAMPLES * 4, EXAMPLES)
    texts = ["a great film", "it is bad"]

    def odds(third):
        lessons = pseudo_labels(model, split, texts, 400, third)
        p = np.array([e.certainty if e.label == LABELS[1] else 1 - e.certainty for e in lessons])
        return np.log(p / (1 - p))

    two, three = odds({}), odds({texts[0]: 0.9})
    assert three == pytest.approx([(2 * two[0] + np.log(9)) / 3, two[1]])


def test_edited_examples_are_alike_to_those_they_come_from_and_to_no_other():
    examples = [Example(f"It is film number {n}.", LABELS[n % 2], certainty=0.9) for n in range(400)]
    marked = [replace(e, alike="own") for e in examples[:50]]
    result = with_edits([*examples, *marked], 0.25, seed=1)
    assert result == with_edits([*examples, *marked], 0.25, seed=1) != with_edits([*examples, *marked], 0.25, seed=2)
    assert [e.text for e in result if e.text in {x.text for x in examples}] == [e.text for e in (*examples, *marked)]
    pairs = [(a, b) for a, b in itertools.pairwise(result) if a.alike and a.alike == b.alike != "own"]
    assert 60 < len(pairs) < 140
    assert len(result) == 450 + len(pairs)
    for original, copy in pairs:
        assert replace(copy, text=original.text) == original
        assert copy.text != original.text
    assert len({a.alike for a, _ in pairs}) == len(pairs)
    assert with_edits(examples, 0.0, seed=1) == examples


# --- uncertain targets ------------------------------------------------------------------------------------------


def test_the_loss_of_an_uncertain_target_is_the_mean_over_what_it_may_be():
    logits = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
    targets, sure = torch.tensor([0, 2, 3]), torch.tensor([1.0, 0.7, 0.25])
    log_p = logits.log_softmax(-1)
    expected = torch.stack(
        [
            -(s * log_p[n, t] + (1 - s) / 3 * (log_p[n].sum() - log_p[n, t]))
            for n, (t, s) in enumerate(zip(targets, sure, strict=True))
        ]
    ).mean()
    torch.testing.assert_close(cross_entropy(logits, targets, sure), expected)
    certain = cross_entropy(logits, targets)
    torch.testing.assert_close(cross_entropy(logits, targets, torch.ones(3)), certain)


def test_a_batch_says_how_certain_its_targets_are_only_where_some_are_not():
    sure, unsure = Example("a great film", "positive"), Example("bad", "negative", certainty=0.8)
    (batch,) = Batches(small_model(), [sure, unsure], 2, 400).walk()
    assert batch.certainty.tolist() == pytest.approx([1.0, 0.8])
    (batch,) = Batches(small_model(), [sure, sure], 2, 400).walk()
    assert batch.certainty is None


def test_a_model_becomes_as_certain_as_its_labels():
    model = small_model(hidden_size=16)
    lessons = [Example(e.text, e.label, certainty=0.75) for e in EXAMPLES]
    list(train(model, lessons, (), TrainingConfig(epochs=150, learning_rate=0.02, device="cpu")))
    answers = model.probabilities([e.text for e in lessons])
    assert answers.max(1) == pytest.approx(np.full(len(lessons), 0.75), abs=0.03)
    assert [LABELS[c] for c in answers.argmax(1)] == [e.label for e in lessons]
