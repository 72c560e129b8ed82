"""Names of other alphabets in Latin letters, in the spellings that are in use: "Дмитрий" is Dmitry, Dmitriy, Dmitri.

The first spelling follows a standard: BGN/PCGN for Russian, ELOT 743 for Greek, the Revised Romanisation for Korean.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable, Mapping


def table(signs: str, letters: str) -> dict[str, str]:
    """Each sign with the letters below it; _ is none."""
    return {sign: spelt.replace("_", "") for sign, spelt in zip(signs.split(), letters.split(), strict=True)}


RUSSIAN = table(
    "а б в г д е ж  з и й к л м н о п р с т у ф х  ц  ч  ш  щ    ъ ы ь э ю  я  ё",
    "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya yo",
)
RUSSIAN_ENDINGS = {"ий": ("y", "iy", "i"), "ый": ("y",), "ия": ("iya", "ia"), "ей": ("ey", "ei"), "ай": ("ay", "ai")}

GREEK_PAIRS = table("ου αυ ευ γγ γκ μπ ντ τσ τζ", "ou av ev ng gk mp nt ts tz")
GREEK = table(
    "α β γ δ ε ζ η θ  ι κ λ μ ν ξ ο π ρ σ ς τ υ φ χ  ψ  ω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o"
)
GREEK_IN_USE = {"chr": "chr", "ch": "h", "gk": "g", "gi": "yi", "mp": "b", "f": "ph"}  # at the beginning

ONSETS = "g kk n d tt r m b pp s ss _ j jj ch k t p h"
VOWELS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i"
CODAS = "_ k k k n n n t l k m p l l p l m p p t t ng t t k t p t"
# How syllables are mostly written by those who bear the names, where that is not the standard.
_IN_USE = """
    yeong:young hyeon:hyun u:woo su:soo hui:hee seon:sun seong:sung jeong:jung gyeong:kyung suk:sook sun:soon
    hun:hoon jun:joon ju:joo cheol:chul geun:keun gi:ki byeong:byung myeong:myung jeon:jun gwang:kwang guk:kook
    i:yi yun:yoon seop:sup deok:duk jung:joong gyu:kyu gu:koo bin:been cheon:chun hyeong:hyung geon:gun mun:moon
    ok:ok hye:hye
"""
IN_USE = dict(pair.split(":") for pair in _IN_USE.split())


def russian(name: str) -> list[str]:
    """Cyrillic letters one by one; the endings and a first E in each spelling that is in use."""
    low = name.lower()
    ending = next((end for end in RUSSIAN_ENDINGS if low.endswith(end)), "")
    middle = "".join(RUSSIAN.get(sign, sign) for sign in low.removesuffix(ending))
    begins = ("ye", "e") if low.startswith("е") else (middle[:1],)
    ends = RUSSIAN_ENDINGS.get(ending, ("",))
    return [(begin + middle[1:] + end).capitalize() for begin, end in itertools.product(begins, ends)]


def greek(name: str) -> list[str]:
    """Letters and pairs of letters; then once more with the spellings that emigrants took."""
    low = name.lower().replace("ϊ", "i").replace("ΐ", "i").replace("ϋ", "y")
    low = "".join(sign for sign in unicodedata.normalize("NFD", low) if not unicodedata.combining(sign))
    for pair, letters in GREEK_PAIRS.items():
        low = low.replace(pair, letters)
    standard = "".join(GREEK.get(sign, sign) for sign in low)
    used = next((standard.replace(a, b, 1) for a, b in GREEK_IN_USE.items() if standard.startswith(a)), standard)
    return list(dict.fromkeys((standard.capitalize(), used.capitalize())))


def korean(name: str) -> list[str]:
    """Hangul by its parts; then as mostly written, in one word and with a hyphen."""
    standard = [_syllable(sign) for sign in name]
    used = [IN_USE.get(syllable, syllable) for syllable in standard]
    spellings = ("".join(standard), "".join(used), "-".join(used))
    return list(dict.fromkeys(spelling.capitalize() for spelling in spellings))


def _syllable(sign: str) -> str:
    """One syllable of Hangul, which Unicode numbers by onset, vowel and coda."""
    number = ord(sign) - 0xAC00
    parts = (ONSETS.split()[number // 588], VOWELS.split()[number % 588 // 28], CODAS.split()[number % 28])
    return "".join(parts).replace("_", "")


def latin(name: str) -> list[str]:
    """A name that is in Latin letters; one in capitals gets small ones."""
    return [name.title() if name.isupper() else name]


ALPHABETS: Mapping[str, Callable[[str], list[str]]] = {"Russian": russian, "Greek": greek, "Korean": korean}
