"""The tokenizer of posts: what people put between words is one token each, and those of a kind share a number.

@ann Great!!! 9/10 :-) https://a.b/c   ->   @ann  great  !!!  9/10  :-)  https://a.b/c
which the vocabulary lists as               <handle>  great  !!  9/10  :)  <link>
"""

from __future__ import annotations

import re

from rnn_demo.data.tokens import WORD, mended_review, plain

# Each kind has a group of its own, by which `forms` knows it.
_POST = r"""
    (?P<link>(?:https?://|www\.)[^\s<>"]*[^\s<>"'.,;:!?)\]]
      | (?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+  # an address for mail
      | (?<![\w.-])(?:[a-z\d-]+\.)+(?:(?:com|org|net|edu|gov)(?!\w)(?:/[^\s<>"]*[\w/])?|(?:co|ly|be|tv|io)/[\w/-]+))
  | (?P<handle>(?<![\w@])@\w+)
  | (?P<score>(?<![\w/.])-?\d+(?:[.,]\d+)?\ ?(?:/|out\ of)\ ?(?:10|5)(?![\w/]|[.,]\d))
  | (?P<smiley><3+(?!\w)
      | [:;=]['^o~-]{0,2}(?:\)+|\(+(?!\w)|\]|\[(?!\w))
      | (?<!\w)[:;=]['^o~-]?[dpo/\\|](?![\w/])
      | \^_*\^)
  | (?P<emoji>(?P<picture>[\u2600-\u27bf\u2b50\U0001f300-\U0001faff])[\ufe0f\U0001f3fb-\U0001f3ff]*
              (?:(?P=picture)[\ufe0f\U0001f3fb-\U0001f3ff]*)*)
  | (?P<run>[!?]{2,} | (?P<sign>[^\w\s])(?P=sign)+ | __+)
"""
_PARTS = re.compile(f"{_POST} | {WORD}", re.VERBOSE)
_KINDS = re.compile(_POST, re.VERBOSE)
_LONG = re.compile(r"(.)\1\1+")  # three of a letter: soooo
_MOUTHS = {")": ":)", "]": ":)", "^": ":)", "(": ":(", "[": ":(", "3": "<3", "\\": ":/", "|": ":/"}
# No review of 2005 has an emoji in it; those that mean what a smiley meant are listed as that one.
_EMOJI = {
    **dict.fromkeys("☺😀😁😃😄😊🙂😇😌😍🤩🥰👍👏🙌💯✅⭐🌟🎉🏆😎🤗💪🔥", ":)"),
    **dict.fromkeys("☹🙁😞😟😠😡😢😣😤😥😩😫😭😒😖👎💩🤮🤢🤬💔😴🥱❌🗑", ":("),
    **dict.fromkeys("❤♥💖💗💓💕💘💙💚💛💜🧡", "<3"),
    **dict.fromkeys("😂😅😆🤣", ":d"),
    **dict.fromkeys("😉", ";)"),
    **dict.fromkeys("😛😜😝🤪", ":p"),
    **dict.fromkeys("😕😐😑🤔🙄", ":/"),
    **dict.fromkeys("😮😯😲😱", ":o"),
}


def posts(text: str) -> list[str]:
    """Words of a review or a post; a link, a handle, a smiley, a score and a run of signs are one token each."""
    return [part[0] for part in _PARTS.finditer(plain(mended_review(text)))]


def kind_of(token: str) -> str | None:
    """What a token is that is no word: "link", "handle", "score", "smiley", "emoji" or "run"; else None."""
    found = _KINDS.fullmatch(token)
    return found.lastgroup if found else None


def forms(token: str) -> tuple[str, ...]:
    """What a vocabulary of posts lists a token as: where it has not the first form, the second, ...

    https://a.b/c -> <link>; :-)) -> :); 7.5 out of 10 -> 8/10; !!!! -> !!; soooo -> soooo, soo, so
    """
    if token.isalpha():
        return (token, _LONG.sub(r"\1\1", token), _LONG.sub(r"\1", token)) if _LONG.search(token) else (token,)
    kind = kind_of(token)
    if kind in ("link", "handle"):
        return (f"<{kind}>",)
    if kind == "score":
        return (_in_tenths(token),)
    if kind == "smiley":
        return (";)" if token.startswith(";") and token[-1] == ")" else _MOUTHS.get(token[-1], f":{token[-1]}"),)
    if kind == "emoji":
        return (_EMOJI.get(token[0], token[0]),)
    if kind == "run":
        return ("?!" if {*token} == {"!", "?"} else token[:2],)
    return (token,)


def _in_tenths(score: str) -> str:
    """A score as a whole number out of ten: 3.5/5 -> 7/10"""
    value, scale = re.split(r" ?(?:/|out of) ?", score)
    tenths = float(value.replace(",", ".")) * 10 / int(scale)
    return f"{round(min(10, max(0, tenths)))}/10"
