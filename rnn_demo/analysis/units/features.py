"""Features that a unit may follow, computed from the tokens of a text alone: where a token stands, what it is.

A feature is a number after each token, or yes and no (1 and 0). Word classes are told by the small lists here; they
know no grammar, so "that" is a pronoun wherever it stands.
"""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from rnn_demo.data.sentences.capabilities import praise_and_blame
from rnn_demo.data.wording import quoted
from rnn_demo.network.arrays import Array

Tokens = Sequence[str]
MOST_TOKENS = 24  # of a corpus, the most frequent ones, each of which is a feature

# What words are of a class; a small list each, written for this.
_CLASSES = {
    "negation": "not n't no never nothing nobody none neither nor without hardly barely cannot",
    "contrast": "but although though however yet despite except while",
    "intensifier": "very really so too extremely absolutely truly totally completely quite rather incredibly utterly",
    "pronoun": "i you he she it we they me him her us them my your his its our their mine this that these those who",
    "article": "a an the",
    "preposition": "of in on at by for from with to into about over after before between through under as",
    "auxiliary": "is are was were be been being am has have had do does did will would can could should may might must "
    "'s 're 've 'll 'd 'm",
    "question word": "what which who whom whose where when why how",
}
CLASSES = {name: frozenset(words.split()) for name, words in _CLASSES.items()}
NEGATIONS, CONTRASTS = CLASSES["negation"], CLASSES["contrast"]
ENDS = frozenset(".!?;:")
REACH = 4  # words after a negation that it may turn
VOWELS = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿāēīōūœ")
OPENING, CLOSING = "([{", ")]}"
QUOTES = frozenset("\"'“”«»")


@dataclass(frozen=True)
class Feature:
    """What it is called, whether it is a number (else yes or no), and its value after each token of a text, (T,)."""

    name: str
    title: str
    is_number: bool
    of: Callable[[Tokens], Sequence[float]]


def _each(name: str, title: str, test: Callable[[str], bool]) -> Feature:
    return Feature(name, title, False, lambda tokens: [float(test(token)) for token in tokens])


def _listed(name: str, title: str) -> Feature:
    return _each(name, title, lambda token: token.lower() in CLASSES[name])


def _depth(tokens: Tokens) -> list[float]:
    """How many brackets are open; one that closes nothing counts as nothing."""
    return list(
        accumulate((_step(token) for token in tokens), lambda depth, step: max(0.0, depth + step), initial=0.0)
    )[1:]


def _step(token: str) -> float:
    return float(token in OPENING) - float(token in CLOSING) if len(token) == 1 else 0.0


def _within_quotes(tokens: Tokens) -> list[float]:
    """After an opening quotation mark and up to the one that closes it; an apostrophe between letters is none."""
    inside, values = False, []
    for t, token in enumerate(tokens):
        between = token in "'’" and 0 < t < len(tokens) - 1 and tokens[t - 1].isalpha() and tokens[t + 1].isalpha()
        if token in QUOTES and not between:
            inside = not inside
        values.append(float(inside))
    return values


def _after_negation(tokens: Tokens) -> list[float]:
    left, values = 0, []
    for token in tokens:
        left = 0 if token in ENDS else left
        values.append(float(left > 0))
        left = REACH if token.lower() in NEGATIONS else max(0, left - 1)
    return values


def _since(words: frozenset[str]) -> Callable[[Tokens], list[float]]:
    """Has one of the words been read since the last end of a sentence?"""

    def of(tokens: Tokens) -> list[float]:
        seen, values = False, []
        for token in tokens:
            seen = (seen or token.lower() in words) and token not in ENDS
            values.append(float(seen))
        return values

    return of


def _balance(tokens: Tokens) -> list[float]:
    """Words of praise so far, minus words of blame, where a negation just before turns either."""
    praise, blame = praise_and_blame()
    turned = _after_negation(tokens)
    steps = [
        (float(t in praise) - float(t in blame)) * (1 - 2 * after) for t, after in zip(tokens, turned, strict=True)
    ]
    return list(accumulate(steps))


def _in_piece(is_border: Callable[[str], bool]) -> Callable[[Tokens], list[float]]:
    """How many tokens since the last border: the place within a word, or within a line."""

    def of(tokens: Tokens) -> list[float]:
        return list(accumulate(tokens, lambda n, token: 0.0 if is_border(token) else n + 1, initial=0.0))[1:]

    return of


def _to_border(is_border: Callable[[str], bool]) -> Callable[[Tokens], list[float]]:
    def of(tokens: Tokens) -> list[float]:
        return _in_piece(is_border)(list(reversed(tokens)))[::-1]

    return of


def _doubled(tokens: Tokens) -> list[float]:
    return [0.0, *(float(a == b) for a, b in pairwise(tokens))][: len(tokens)]


def _is_punctuation(token: str) -> bool:
    return bool(token) and all(sign in string.punctuation + "…–—“”¿¡" for sign in token)


def _is_break(token: str) -> bool:
    return not token.isalnum() and token != "'"


EVERYWHERE = (
    Feature("position", "how many tokens have been read", True, lambda tokens: range(1, len(tokens) + 1)),
    Feature("to the end", "how many tokens are still to come", True, lambda tokens: range(len(tokens) - 1, -1, -1)),
    Feature("first", "the first token", False, lambda tokens: [1.0, *[0.0] * (len(tokens) - 1)]),
    Feature("last", "the last token", False, lambda tokens: [*[0.0] * (len(tokens) - 1), 1.0]),
    Feature("open brackets", "how many brackets are open", True, _depth),
    Feature("in brackets", "inside brackets", False, lambda tokens: [float(depth > 0) for depth in _depth(tokens)]),
    Feature("in quotes", "inside quotation marks", False, _within_quotes),
    _each("capital", "a capital letter, or a word that begins with one", lambda token: token[:1].isupper()),
    _each("digit", "a number", lambda token: token[:1].isdigit()),
    _each("punctuation", "a punctuation mark", _is_punctuation),
    Feature("same again", "the same token as the one before", False, _doubled),
)
OF_LETTERS = (
    _each("vowel", "a vowel", lambda token: token.lower() in VOWELS),
    _each("consonant", "a consonant", lambda token: token.isalpha() and token.lower() not in VOWELS),
    _each("space", "a space", lambda token: token == " "),
    _each("line end", "the end of a line", lambda token: token == "\n"),
    _each("accent", "a letter beyond a to z", lambda token: token.isalpha() and not token.isascii()),
    Feature("place in word", "how many letters of the word have been read", True, _in_piece(_is_break)),
    Feature("place in line", "how many signs of the line have been read", True, _in_piece(lambda token: token == "\n")),
    Feature("to line end", "how far it is to the end of the line", True, _to_border(lambda token: token == "\n")),
)
OF_WORDS = (
    _listed("negation", "a negation (not, never, n't)"),
    Feature("after negation", f"up to {REACH} words after a negation", False, _after_negation),
    _listed("contrast", "a word of contrast (but, although)"),
    Feature("after contrast", "after a word of contrast, to the sentence's end", False, _since(CONTRASTS)),
    _listed("intensifier", "an intensifier (very, so)"),
    _listed("pronoun", "a pronoun"),
    _listed("article", "an article"),
    _listed("preposition", "a preposition"),
    _listed("auxiliary", "an auxiliary verb (is, have, would)"),
    _listed("question word", "a question word"),
    _each("praise", "a word of praise", lambda token: token in praise_and_blame()[0]),
    _each("blame", "a word of blame", lambda token: token in praise_and_blame()[1]),
    Feature("praise so far", "words of praise minus words of blame so far", True, _balance),
    Feature("place in sentence", "how many words of the sentence have been read", True, _in_piece(ENDS.__contains__)),
    Feature("long word", "a word of more than six letters", False, lambda ts: [float(len(t) > 6) for t in ts]),
)


def _is(token: str) -> Feature:
    return _each(f"is {token}", f"the token {quoted(token)}", lambda other: other == token)


def features_for(texts: Sequence[Tokens], reads_letters: bool) -> list[Feature]:
    """The features of a corpus: those of letters or of words, and each of its most frequent tokens."""
    counts = Counter(token for tokens in texts for token in tokens)
    tokens = [_is(token) for token, _ in counts.most_common(MOST_TOKENS) if token.strip()]
    return [*EVERYWHERE, *(OF_LETTERS if reads_letters else OF_WORDS), *tokens]


def feature_values(feature: Feature, texts: Sequence[Tokens]) -> Array:
    """The feature after each token of all texts, one text after the other, (N,)."""
    return np.concatenate([np.asarray(list(feature.of(tokens)), dtype=np.float32) for tokens in texts])
