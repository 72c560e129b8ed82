"""From text to numbers: a tokenizer cuts a text into tokens, a vocabulary gives each token a number.

Token 0 is `<PAD>` (fills short sequences up to the longest of a batch) and token 1 is `<UNK>` (any token
that the vocabulary lacks). Where a network reads letters, such a token has a number beyond all others, which encodes
its letters. What a tokenizer returns is what the network reads.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

PAD, UNK = "<PAD>", "<UNK>"

# Signs that keyboards and programs put for an apostrophe, a quotation mark and a hyphen.
_QUOTES = str.maketrans(dict.fromkeys("’‘`´‛ʼʹʻ′＇", "'") | dict.fromkeys("“”", '"') | dict.fromkeys("–—‑‐−", "-"))
_MARKS = "".join(sign for sign in map(chr, range(0x300, 0x1E950)) if unicodedata.category(sign).startswith("M"))
_WORD = re.compile(
    r"""[a-z]+(?=n't\b)        # do | n't, so that "don't", "do n't" and "does n't" share their pieces
      | n't\b
      | '(?:s|re|ve|ll|d|m)\b  # it | 's
      | \d+(?:[.,]\d+)*        # 8, 3.14, 299,792
      | [^\W\d_](?:[^\W\d_]|MARK)*  # a word in any alphabet, with its accents and vowel signs
      | [^\w\s]                # one sign of punctuation, or an emoji
      | _""".replace("MARK", f"[{_MARKS}]"),
    re.VERBOSE,
)
_ENTITY = re.compile(r"&#?\w+;")
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)  # and not "<3" or "a < b"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")  # soft hyphens, zero-width signs
_BRACKET = re.compile(r"-([lr])rb-", re.IGNORECASE)
_CONTROL = re.compile("[\x80-\x9f]")
_SENTENCE_MARKS = frozenset(".,!?;:\"'()[]…¿¡")


def words(text: str) -> list[str]:
    """Words and punctuation in lower case: "It isn't bad!" -> it is n't bad !"""
    return _WORD.findall(unicodedata.normalize("NFC", text).translate(_QUOTES).lower())


def plain_words(text: str) -> list[str]:
    """The same without the marks of sentences, of any script: "What is 7 + 5?" -> what is 7 + 5"""
    return [word for word in words(text) if word not in _SENTENCE_MARKS and not _is_foreign_mark(word)]


def _is_foreign_mark(word: str) -> bool:
    """Is it punctuation beyond ASCII, as ？ 。 ؟ or ।? (Of ASCII some signs calculate: 7 - 5, 10 / 2, 5 %.)"""
    return not word[0].isascii() and unicodedata.category(word[0]).startswith("P")


def reviews(text: str) -> list[str]:
    """Words of a review as it stands in a file: without HTML, and what an encoding broke is mended.

    Dashes and quotes of Windows-1252 stand in some files as control characters, brackets in others as -lrb-.
    """
    for _ in range(2):  # some pages escape twice: &amp;#39;
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    text = _INVISIBLE.sub("", _TAG.sub(" ", text))
    text = _BRACKET.sub(lambda bracket: "(" if bracket[1] in "lL" else ")", text)
    return words(_CONTROL.sub(lambda sign: bytes([ord(sign[0])]).decode("cp1252", "ignore"), text))


def spaced_words(text: str) -> list[str]:
    """The QA notebook's own rule: lower case, no ? and ', cut at spaces: "Who's Ann?" -> whos ann"""
    return text.lower().replace("?", "").replace("'", "").split()


def characters(text: str) -> list[str]:
    """Each character as it is: "Hello" -> H e l l o"""
    return list(text)


def letters(text: str) -> list[str]:
    """Each letter in lower case and without accents: "Müller" -> m u l l e r"""
    plain = unicodedata.normalize("NFKD", text.translate(_QUOTES).strip().lower())
    return [character for character in plain if not unicodedata.combining(character)]


TOKENIZERS: dict[str, Callable[[str], list[str]]] = {
    "words": words,
    "plain_words": plain_words,
    "reviews": reviews,
    "spaced_words": spaced_words,
    "characters": characters,
    "letters": letters,
}


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
            raise ValueError("every token of a vocabulary must be a string, and this one lists others")
        if len(set(self.tokens)) != len(self.tokens):
            raise ValueError("a vocabulary lists each token once, this one repeats some")

    @classmethod
    def build(cls, texts: Iterable[str], tokenizer: str, max_size: int | None = None, min_count: int = 1) -> Vocabulary:
        """The most frequent tokens of `texts`, equal counts in order of first appearance."""
        empty = cls(tokenizer, (PAD, UNK))  # which refuses an unknown tokenizer
        counts = Counter(token for text in texts for token in empty.tokenize(text))
        frequent = [token for token, count in counts.most_common() if count >= min_count]
        return cls(tokenizer, (PAD, UNK, *frequent[: None if max_size is None else max(0, max_size - 2)]))

    @cached_property
    def index(self) -> dict[str, int]:
        return {token: number for number, token in enumerate(self.tokens)}

    def __len__(self) -> int:
        return len(self.tokens)

    def tokenize(self, text: str) -> list[str]:
        return TOKENIZERS[self.tokenizer](text)

    def encode(self, tokens: Sequence[str]) -> list[int]:
        """Numbers of tokens; one that is not listed becomes 1, `<UNK>`, or a number that encodes its letters."""
        if self.spells:
            return [self.index.get(token) or len(self) + spell(token) for token in tokens]
        return [self.index.get(token, 1) for token in tokens]

    def unknown(self, tokens: Sequence[str]) -> list[str]:
        """The tokens that the vocabulary lacks, each once, in order of appearance."""
        return list(dict.fromkeys(token for token in tokens if token not in self.index))
