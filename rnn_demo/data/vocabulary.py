"""From text to numbers: a tokenizer cuts a text into tokens, a vocabulary gives each token a number.

Token 0 is `<PAD>` (fills short sequences up to the longest of a batch) and token 1 is `<UNK>` (any token
that the vocabulary lacks). Where a network reads letters, such a token has a number beyond all others, which encodes
its letters. What a tokenizer returns is what the network reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rnn_demo.data.posts import forms, posts
from rnn_demo.data.tokens import (
    accented_letters,
    characters,
    letters,
    plain_words,
    reviews,
    spaced_words,
    with_and_without_accent,
    words,
)
from rnn_demo.limits import check_text

TOKENIZERS: dict[str, Callable[[str], list[str]]] = {
    "words": words,
    "plain_words": plain_words,
    "reviews": reviews,
    "posts": posts,
    "spaced_words": spaced_words,
    "characters": characters,
    "letters": letters,
    "accented_letters": accented_letters,
}

# Of tokenizers whose tokens are listed by kind: the forms in which a vocabulary may list one, the first one first.
FORMS: dict[str, Callable[[str], tuple[str, ...]]] = {"posts": forms, "accented_letters": with_and_without_accent}

PAD, UNK = "<PAD>", "<UNK>"

LONGEST = 12  # letters of a word that are encoded; the rest is ignored
SIGNS = 32  # more than there are, and 32 ** 12 is a whole number of 60 bits
BEGIN, END, _DIGIT, _OTHER = 27, 28, 29, 30  # beside the letters, 1 to 26


def spell(word: str) -> int:
    """A number above 0 that encodes the first letters of a word; all digits are one sign, everything else another."""
    number = 0
    for letter in reversed(word[:LONGEST]):
        sign = ord(letter) - 96 if "a" <= letter <= "z" else _DIGIT if letter.isdecimal() else _OTHER
        number = number * SIGNS + sign
    return number


@dataclass(frozen=True)
class Vocabulary:
    """The tokens that a model knows, in the order of their numbers, and the tokenizer that makes them.

    With `spells`, the number of any other token encodes its letters.
    """

    tokenizer: str
    tokens: tuple[str, ...]
    spells: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "tokens", tuple(self.tokens))
        if self.tokenizer not in TOKENIZERS:
            raise ValueError(f"unknown tokenizer {self.tokenizer!r}; choose one of {', '.join(TOKENIZERS)}")
        if self.tokens[:2] != (PAD, UNK):
            raise ValueError(f"a vocabulary starts with {PAD} and {UNK}, this one with {list(self.tokens[:2])}")
        if not all(isinstance(token, str) for token in self.tokens):
            raise ValueError("every token of a vocabulary must be a string; some here are not")
        if len(set(self.tokens)) != len(self.tokens):
            raise ValueError("a vocabulary lists each token once, this one repeats some")

    @classmethod
    def build(cls, texts: Iterable[str], tokenizer: str, max_size: int | None = None, min_count: int = 1) -> Vocabulary:
        """The most frequent tokens of `texts`, equal counts in order of first appearance."""
        empty = cls(tokenizer, (PAD, UNK))  # which refuses an unknown tokenizer
        counts = Counter(empty.forms(token)[0] for text in texts for token in empty.tokenize(text))
        frequent = [token for token, count in counts.most_common() if count >= min_count]
        return cls(tokenizer, (PAD, UNK, *frequent[: None if max_size is None else max(0, max_size - 2)]))

    @cached_property
    def index(self) -> dict[str, int]:
        return {token: number for number, token in enumerate(self.tokens)}

    def __len__(self) -> int:
        return len(self.tokens)

    def tokenize(self, text: str) -> list[str]:
        return TOKENIZERS[self.tokenizer](text)

    def tokens_of(self, text: object) -> list[str]:
        """The tokens of a text, at least one: where the tokenizer finds none, it is the first sign.

        ValueError for what is no text, or an empty or too long one.
        """
        checked = check_text(text)
        return self.tokenize(checked) or [checked.strip()[:1]]

    def forms(self, token: str) -> tuple[str, ...]:
        """What the token may be listed as: itself, or where its tokenizer knows kinds of tokens, its kind."""
        return FORMS[self.tokenizer](token) if self.tokenizer in FORMS else (token,)

    def number(self, token: str) -> int | None:
        """The number of a token, or of the first of its forms that is listed; None for an unknown one."""
        index = self.index
        if token in index or self.tokenizer not in FORMS:
            return index.get(token)
        return next((index[form] for form in self.forms(token) if form in index), None)

    def encode(self, tokens: Sequence[str]) -> list[int]:
        """Numbers of tokens; one that is not listed becomes 1, `<UNK>`, or a number that encodes its letters."""
        if self.spells:
            return [self.number(token) or len(self) + spell(token) for token in tokens]
        return [self.number(token) or 1 for token in tokens]

    def unknown(self, tokens: Sequence[str]) -> list[str]:
        """The tokens that the vocabulary lacks, each once, in order of appearance."""
        return list(dict.fromkeys(token for token in tokens if self.number(token) is None))
