"""Changes of a text that leave its opinion as it is, or make it stronger: a link, quotation marks, a slip."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

Added = Mapping[str, str]  # a "link" and a "handle"
Edit = Callable[[str, random.Random, Added], tuple[str, ...]]

_ENDS = ("", ".", "!", "...", " .", "..", "?!")
_CONTRACTIONS = """
    is not:isn't, was not:wasn't, do not:don't, did not:didn't, would not:wouldn't, have not:haven't,
    it is:it's, i am:i'm, i have:i've, you will:you'll, i will:i'll, does not:doesn't, cannot:can't,
    will not:won't, could not:couldn't, that is:that's
"""
_SHORT = dict(pair.strip().split(":") for pair in _CONTRACTIONS.split(","))
_LONG = {short: long for long, short in _SHORT.items()}
_PAIR = re.compile(r"\b(" + "|".join(map(re.escape, (*_SHORT, *_LONG))) + r")(?= )", re.IGNORECASE)


def add_link(text: str, generator: random.Random, added: Added) -> tuple[str, ...]:
    """With a link at the end, with a handle at the beginning, and with one of each."""
    return f"{text} {added['link']}", f"{added['handle']} {text}", f"{text} {added['handle']} {added['link']}"


def add_quotes(text: str, generator: random.Random, added: Added) -> tuple[str, ...]:
    """The whole text in quotation marks of two kinds, and one of its longer words."""
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if long:
        place = generator.choice(long)
        words[place] = f'"{words[place]}"'
    changed = (f'"{text}"', f"“{text}”", " ".join(words))
    return changed if long else changed[:2]


def change_end(text: str, generator: random.Random, added: Added) -> tuple[str, ...]:
    """With three other signs at the end, or none."""
    bare = text.rstrip(" .!?")
    return tuple(bare + end for end in generator.sample(_ENDS[:-1], 4) if bare + end != text)[:3]


def contract(text: str, generator: random.Random, added: Added) -> tuple[str, ...]:
    """With "isn't" in place of "is not" and the other way round, wherever that can be."""

    def other(match: re.Match[str]) -> str:
        key = match[1].lower()
        new = _SHORT.get(key) or _LONG[key]
        return new[:1].upper() + new[1:] if match[1][0].isupper() or new.startswith("i'") or new == "i am" else new

    changed = _PAIR.sub(other, text).replace(" i'", " I'").replace(" i am", " I am").replace(" i have", " I have")
    return (changed,) if changed != text else ()


def slip(text: str, generator: random.Random, added: Added) -> tuple[str, ...]:
    """With two neighbouring letters of a longer word in the wrong order."""
    places = [match.start() for match in re.finditer(r"(?<=[a-z])([a-z])(?!\1)[a-z](?=[a-z]*)", text)]
    if not places:
        return ()
    place = generator.choice(places)
    return (text[:place] + text[place + 1] + text[place] + text[place + 2 :],)


def emphasise(text: str, generator: random.Random, added: Added) -> tuple[str, ...]:
    """With one, three or more exclamation marks at the end."""
    bare = text.rstrip(" .!?")
    return (bare + generator.choice(("!", "!!", "!!!", "!!!!!", "!!1", "!?!")),)


EDITS: dict[str, Edit] = {
    "link": add_link,
    "quotes": add_quotes,
    "punctuation": change_end,
    "contraction": contract,
    "typo": slip,
    "emphasis": emphasise,
}
