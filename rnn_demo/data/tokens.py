"""How a text is cut into the tokens that a network reads one by one, as its page shows them.

A text is taken as people have it: with the entities and tags of a web page, with soft hyphens and signs without width,
with any sign for an apostrophe. All of that is mended before the text is cut.
"""

from __future__ import annotations

import html
import re
import unicodedata

# Signs that keyboards and programs put for an apostrophe, a quotation mark and a hyphen.
_QUOTES = str.maketrans(dict.fromkeys("’‘`´‛ʼʹʻ′＇", "'") | dict.fromkeys("“”", '"') | dict.fromkeys("–—‑‐−", "-"))
_MARKS = "".join(sign for sign in map(chr, range(0x300, 0x1E950)) if unicodedata.category(sign).startswith("M"))
WORD = r"""[a-z]+(?=n't\b)        # do | n't, so that "don't", "do n't" and "does n't" share their pieces
      | n't\b
      | '(?:s|re|ve|ll|d|m)\b  # it | 's
      | \d+(?:[.,]\d+)*        # 8, 3.14, 299,792
      | [^\W\d_](?:[^\W\d_]|MARK)*  # a word in any alphabet, with its accents and vowel signs
      | [^\w\s]                # one sign of punctuation, or an emoji
      | _""".replace("MARK", f"[{_MARKS}]")
_WORDS = re.compile(WORD, re.VERBOSE)
_ITEM = re.compile(r"\s*(?:\(?\d{1,3}[.)]|[•*·-])\s+(?=[^\W\d_])")  # the number or the mark of an item in a list
_ENTITY = re.compile(r"&#?\w+;")
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)  # and not "<3" or "a < b"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")  # soft hyphens, zero-width signs
_BRACKET = re.compile(r"-([lr])rb-", re.IGNORECASE)
_CONTROL = re.compile("[\x80-\x9f]")
_SENTENCE_MARKS = frozenset(".,!?;:\"'()[]…¿¡")


def words(text: str) -> list[str]:
    """Words and punctuation in lower case: "It isn't bad!" -> it is n't bad !"""
    return _WORDS.findall(plain(text))


def plain(text: str) -> str:
    """In lower case, composed, with one sign each for apostrophes, quotation marks and hyphens."""
    return unicodedata.normalize("NFC", text).translate(_QUOTES).lower()


def plain_words(text: str) -> list[str]:
    """The same of a text as people have it, without the marks of sentences: "1. What&#39;s 7 + 5?" -> what 's 7 + 5"""
    text = mended(text)
    text = text[item.end() :] if (item := _ITEM.match(text)) else text
    return [word for word in words(text) if word not in _SENTENCE_MARKS and not _is_foreign_mark(word)]


def _is_foreign_mark(word: str) -> bool:
    """Is it punctuation beyond ASCII, as ？ 。 ؟ or ।? (Of ASCII some signs calculate: 7 - 5, 10 / 2, 5 %.)"""
    return not word[0].isascii() and unicodedata.category(word[0]).startswith("P")


def mended(text: str) -> str:
    """A text without what a web page or a program put into it: entities, tags, soft hyphens, signs without width."""
    return _INVISIBLE.sub("", _TAG.sub(" ", _unescaped(text)))


def _unescaped(text: str) -> str:
    for _ in range(2):  # some pages escape twice: &amp;#39;
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return text


def mended_review(text: str) -> str:
    """The same of a review as it stands in a file, where an encoding broke some signs.

    Dashes and quotes of Windows-1252 are control characters in some files, brackets are -lrb- in others.
    """
    text = _BRACKET.sub(lambda bracket: "(" if bracket[1] in "lL" else ")", mended(text))
    return _CONTROL.sub(lambda sign: bytes([ord(sign[0])]).decode("cp1252", "ignore"), text)


def reviews(text: str) -> list[str]:
    """Words of a review as it stands in a file: "<p>It isn&rsquo;t bad" -> it is n't bad"""
    return words(mended_review(text))


def spaced_words(text: str) -> list[str]:
    """The QA notebook's own rule: lower case, no ? and ', cut at spaces: "Who's Ann?" -> whos ann"""
    return text.lower().replace("?", "").replace("'", "").split()


def characters(text: str) -> list[str]:
    """Each character as it is: "Hello" -> H e l l o"""
    return list(text)


def letters(text: str) -> list[str]:
    """Each letter in lower case and without accents: "Müller" -> m u l l e r"""
    visible = _INVISIBLE.sub("", _unescaped(text))
    apart = unicodedata.normalize("NFKD", visible.translate(_QUOTES).strip().lower())
    return [character for character in apart if not unicodedata.combining(character)]


def accented_letters(text: str) -> list[str]:
    """Each letter in lower case, with its accent: "Müller" -> m ü l l e r"""
    whole = plain(_INVISIBLE.sub("", _unescaped(text))).strip()
    return [character for character in whole if not unicodedata.combining(character)]


# Letters that Unicode does not take apart.
_PLAIN = str.maketrans("łđøðħŧıßæœþ", "ldodhtisaet")


def without_accents(text: str) -> str:
    """A text in lower case in letters without accents, one for each: "Łódź" -> lodz"""
    apart = unicodedata.normalize("NFD", plain(text).translate(_PLAIN))
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if not unicodedata.combining(sign)))


def with_and_without_accent(letter: str) -> tuple[str, ...]:
    """The forms in which a letter may be listed: as it is, else without its accent."""
    return letter, without_accents(letter)
