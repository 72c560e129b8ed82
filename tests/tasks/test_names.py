"""The names task: what is kept back, how often each language is practised, and when an answer is none."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from rnn_demo.data.tokens import without_accents
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.tasks import TASKS, Example
from rnn_demo.tasks.base import normal
from rnn_demo.tasks.names import EVENNESS, UNDECIDED, is_undecided, more_practice, other_alphabet, prior

NAMES = TASKS["names"]
MANY = [Example(f"Iv{a}{b}{c}v", "Russian") for a in "aeiouy" for b in "bdgklmnprstvz" for c in "aeoy"]
FEW = [Example(f"M{a}ü{b}er", "German") for a in "aei" for b in "bdklm"]
EXAMPLES = [*MANY, *FEW]


def test_the_test_names_are_the_same_for_every_seed():
    first, second = (NAMES.split(EXAMPLES, seed) for seed in (1, 2))
    assert (first.test, first.validation) == (second.test, second.validation)
    assert len(first.test) > 5
    assert first.practice != second.practice


def test_extra_names_are_learnt_and_nothing_is_judged_by_them():
    extra = [replace(e, text=f"{e.text}a", extra=True) for e in EXAMPLES]
    again = [replace(e, extra=True) for e in EXAMPLES]
    split = NAMES.split([*EXAMPLES, *extra, *again], 1)
    judged = (*split.test, *split.validation)
    assert not any(e.extra for e in judged)
    assert {e.text for e in extra} <= {e.text for e in split.train}
    assert {e.text for e in judged}.isdisjoint(e.text for e in (*split.train, *split.practice))


def test_rare_languages_are_practised_more_often_and_without_accents_too():
    split = NAMES.split(EXAMPLES, 1)
    learnt = Counter(e.label for e in split.train)
    drawn = learnt + Counter(e.label for e in split.practice)
    assert drawn["Russian"] == learnt["Russian"]
    share = learnt["German"] / learnt["Russian"]
    assert drawn["German"] == pytest.approx(learnt["Russian"] * share ** (1 - EVENNESS), abs=1)
    assert {normal(e.text) for e in split.practice} <= {normal(e.text) for e in split.train}
    accented = [e.text for e in split.train if not e.text.isascii()]
    assert {without_accents(text) for text in accented} <= {e.text for e in split.practice}


def test_as_many_names_of_each_language_need_no_practice():
    assert list(more_practice([Example(f"{a}{b}", a) for a in "ab" for b in "xyz"], seed=0)) == []


def test_well_known_names_are_practised_more_often_than_others():
    known = [Example(f"K{a}{b}in", "German", kind="well-known surname") for a in "aei" for b in "bdklm"]
    others = [Example(f"O{a}{b}in", "German", kind="surname") for a in "aei" for b in "bdklm"]
    practised = Counter(e.kind for e in more_practice([*MANY, *known, *others], seed=0))
    assert practised["well-known surname"] > 2 * practised["surname"]


def model(**options):
    vocabulary = NAMES.vocabulary(EXAMPLES, NAMES.tokenizer, None, 1)
    return SequenceModel(Architecture("gru", 4, **options), vocabulary, NAMES.labels(EXAMPLES), "names").eval()


def test_an_umlaut_is_a_letter_and_an_accent_that_was_never_read_is_dropped():
    vocabulary = model().vocabulary
    assert vocabulary.tokenize("MÜ&#776;ller")[:2] == ["m", "ü"]
    assert vocabulary.encode(["ü"]) != vocabulary.encode(["u"])
    assert vocabulary.encode(["é", "ó"]) == vocabulary.encode(["e", "o"])
    assert vocabulary.unknown(["é", "и"]) == ["и"]


def test_an_answer_says_whether_it_is_one():
    low, high = UNDECIDED - 0.01, UNDECIDED
    assert (is_undecided(low), is_undecided(high)) == (True, False)
    answer = NAMES.predict(model(), ["Ivan"])[0]
    assert answer["undecided"] == (answer["probability"] < UNDECIDED)
    assert answer["note"] is None


@pytest.mark.parametrize("name", ["Иван", "李", "Iваn", "Γιάννης"])
def test_a_name_in_another_alphabet_gets_the_sentence_that_latin_letters_are_read(name):
    assert "Latin letters" in (other_alphabet(name) or "")


@pytest.mark.parametrize("name", ["O'Néill", "Nguyễn", "Łódź", "Jean-Luc 2", "", "ß"])
def test_a_name_in_latin_letters_gets_none(name):
    assert other_alphabet(name) is None


def test_each_language_counts_alike():
    network = model()
    measured = NAMES.measure(network, EXAMPLES)
    best = network.probabilities([e.text for e in EXAMPLES]).argmax(axis=1)
    recalls = [
        np.mean([network.labels[c] == e.label for c, e in zip(best, EXAMPLES, strict=True) if e.label == label])
        for label in network.labels
    ]
    assert measured["balanced_accuracy"] == pytest.approx(np.mean(recalls))
    assert measured["balanced_top_3"] == pytest.approx(1)  # of two languages


def test_the_temperature_makes_names_of_the_validation_part_least_surprising():
    network, split = model(), NAMES.split(EXAMPLES, 1)

    def surprise(settings):
        network.settings = settings
        targets, _ = NAMES._targets(network, split.validation)
        chosen = network.probabilities([e.text for e in split.validation])[np.arange(len(targets)), targets]
        return -np.log(chosen).mean()

    chosen = NAMES.choose_settings(network, split)
    assert surprise(chosen) <= min(surprise({"temperature": t}) for t in (0.5, 1.0, 2.0)) + 1e-6
    assert "temperature" not in NAMES.choose_settings(network, replace(split, validation=()))


def test_the_prior_is_how_often_each_language_was_practised():
    network, split = model(), NAMES.split(EXAMPLES, 1)
    assert prior(network) == {}
    network.settings = NAMES.choose_settings(network, split)
    practised = [e.label for e in (*split.train, *split.practice)]
    assert prior(network)["German"] == pytest.approx(practised.count("German") / len(practised))
    assert sum(prior(network).values()) == pytest.approx(1)
