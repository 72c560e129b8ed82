"""Variants ask the same when only small words were touched, and another thing otherwise."""

import pytest

from rnn_demo.data.paraphrases import SMALL, UNSEEN, variants
from rnn_demo.data.vocabulary import TOKENIZERS
from rnn_demo.tasks import TASKS, Example
from rnn_demo.tasks.qa import REFUSAL

COUNTRIES = ("france", "japan", "peru", "chad", "cuba", "oman")
QUESTIONS = [f"what is the capital of {c}".split() for c in COUNTRIES] + [
    ["who", "wrote", "the", "odyssey"],
    ["how", "old", "is", "the", "sun"],
]


def made(rounds=5, seed=0):
    return variants(QUESTIONS, rounds, seed)


def test_a_variant_that_asks_the_same_keeps_the_questions_own_word_and_no_other_ones():
    same, _ = made()
    assert len(same) > len(QUESTIONS)
    for variant, number in same:
        own = QUESTIONS[number][-1]
        assert own in variant
        assert not {q[-1] for q in QUESTIONS} & set(variant) - {own}


def test_a_variant_that_asks_another_thing_lacks_a_word_that_matters():
    _, other = made()
    assert len(other) > len(QUESTIONS)
    for variant in other:
        assert not any(set(question) - SMALL <= set(variant) for question in QUESTIONS)


def test_no_variant_is_a_question_and_none_stands_on_both_sides():
    same, other = made(20)
    alike = [variant for variant, _ in same]
    assert len(set(alike)) == len(alike)
    assert len(set(other)) == len(other)
    assert not {*alike} & {*other}
    assert not {*alike, *other} & {tuple(question) for question in QUESTIONS}


def test_what_two_questions_share_asks_neither():
    questions = [["how", "old", "is", "ann"], ["is", "ann", "old"], ["who", "is", "bob"]]
    same, _ = variants(questions, 20, 0)
    assert ("old", "ann") not in {variant for variant, _ in same}
    assert ("bob",) in {variant for variant, _ in same}


def test_variants_are_the_same_for_the_same_seed():
    assert made(seed=1) == made(seed=1) != made(seed=2)


@pytest.mark.parametrize("question", [["why"], ["why", "why"], [UNSEEN], ["a", "b"]])
def test_a_single_short_question_has_variants_too(question):
    same, other = variants([question], 3, 0)
    assert same or other


def test_a_variant_written_as_a_text_is_read_as_the_same_tokens():
    tokens = TOKENIZERS[TASKS["qa-own"].tokenizer]
    questions = [tokens("Don't I know who's 3.14 years old, “señor”?"), tokens("It isn't 7 + 5")]
    same, other = variants(questions, 10, 0)
    for variant in [*(variant for variant, _ in same), *other]:
        assert tuple(tokens(" ".join(variant))) == variant


def test_the_unseen_word_is_in_no_vocabulary_and_teaches_to_refuse():
    task, rows = TASKS["qa-own"], [Example(" ".join(question), question[-1]) for question in QUESTIONS]
    split = task.split(rows, 0)
    practice = split.practice
    assert UNSEEN not in task.vocabulary(split.train, task.tokenizer, None, 1).index
    assert split.train == tuple(rows)
    assert {e.label for e in practice} == set(task.labels(rows)) == {*(q[-1] for q in QUESTIONS), REFUSAL}
    assert split.validation
    assert not set(split.validation) & {*practice, *rows}
