"""A word with one slip is taken for the known word, and nothing else is."""

import itertools

import pytest

from rnn_demo.data import spelling
from rnn_demo.data.spelling import corrections, near, one_slip_apart
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.limits import MAX_CORRECTED

VOCABULARY = Vocabulary.build(["what is the capital of France Francs brasília pi 64"], "plain_words")


def slips(word, letters):
    """Every word that one slip makes of `word`, by the definition."""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    less = {a + b[1:] for a, b in cuts if b}
    more = {a + c + b for (a, b), c in itertools.product(cuts, letters)}
    wrong = {a + c + b[1:] for (a, b), c in itertools.product(cuts, letters) if b}
    turned = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    return (less | more | wrong | turned) - {word}


def test_one_slip_is_a_letter_more_or_less_or_another_or_two_turned_round():
    words = ["".join(letters) for n in range(5) for letters in itertools.product("ab", repeat=n)] + ["abcde", "badce"]
    for a, b in itertools.product(words, repeat=2):
        assert one_slip_apart(a, b) == (b in slips(a, "abcde")), (a, b)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("What is the capitol of FRANCE?", ["What is the capital of FRANCE?"]),
        ("waht is the capital of france", ["what is the capital of france"]),
        ("What is the capital of Frace?", ["What is the capital of France?"]),
        ("the capital of Franct", ["the capital of France", "the capital of Francs"]),
        ("Brasilia capial", ["Brasília capital"]),
        ("What is the capital of France?", []),
        ("What is the capital of Wakanda?", []),
        ("capitol capıtol", ["capital capıtol"]),
        ("65", []),
        ("po", []),
        ("what is teh capital", ["what is the capital"]),
        ("tho capital", []),
        ("🙂 ${a} <b>", []),
        ("", []),
    ],
)
def test_unknown_words_become_known_ones_one_slip_away_in_the_same_capitals(text, meant):
    assert corrections(VOCABULARY, text) == meant


def test_there_are_never_more_texts_than_asked_for():
    many = Vocabulary.build(["abcd abce abcf abcg"], "words")
    assert len(near(many, "abcx")) == 4
    assert len(corrections(many, "abcx abcy abcz", most=5)) == 5


def test_of_a_thousand_unknown_words_only_the_first_few_are_looked_up(monkeypatch):
    looked_up = []
    monkeypatch.setattr(spelling, "near", lambda vocabulary, word: looked_up.append(word) or [])
    words = ["".join(letters) for letters in itertools.islice(itertools.product("bcdfg", repeat=5), 1_000)]
    assert corrections(VOCABULARY, "7 𝒳 qu " + " ".join(words)) == []
    assert looked_up == words[:MAX_CORRECTED]
