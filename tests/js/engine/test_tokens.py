"""The page cuts a text into the tokens that Python cuts it into."""

from __future__ import annotations

from helpers.node_scripts import needs_node, run_node

from rnn_demo.data.vocabulary import FORMS
from rnn_demo.data.vocabulary import TOKENIZERS as PYTHON
from rnn_demo.ui.viewer.handout import TOKENIZERS

TEXTS = [
    "It isn't bad, don't you think?",
    "“Who’s there?” – nay, answer me: stand &amp; unfold yourself…",
    "1. What&#39;s 7 + 5?",
    "2) (a) rock-'n'-roll, 3.14 and 299,792; 10/2 = 5 %",
    "<p>An <b>odd</b> one&nbsp;&mdash; &amp;#39;twas <3 a < b</p>",
    "Dvořák Ǹǫṁë Łæß ÞÓR n\u0303 ‘ʻ–",
    "Müller, Łódź, Ğ, İstanbul, naïve, ẞ, Ǆ, ﬁn",
    "café cafe\u0301 का हिन्दी 中文字 ¿Qué?！？。 ½ x² Ⅳ ٣٤",
    "soft\u00adhyphen zero\u200bwidth no\ufeffmark under_score __init__",
    "-lrb- a review -rrb- with \x93quotes\x94 and a \x85 sign",
    "😀👍🏽 !!! ??? :-)",
    "@ann SOOOO good!!! 9/10 :-) https://a.b/c?d=e. (see www.x.org/y), me@mail.example.org",
    "loooved it 7.5 out of 10, 2.5/5, 8/10/9, ٩/10, -1/10 youtu.be/q imdb.com/title a.b.c",
    "=( :D :/ xD <333 ^_^ :'( ;-) :\\ :]] (: ** ---- __ ?!?! ??? ❤️❤️ 🎬 😂😂 👍🏽👍🏽 ☹",
    "n't 's 'll he'll'd can'tx",
    "   spaced   out\ttext\n",
    "?",
    "Ö",
]


@needs_node
def test_every_tokenizer_of_a_handout_cuts_as_python_does() -> None:
    cut = run_node("engine/cut.mjs", {"tokenizers": TOKENIZERS, "texts": TEXTS})
    for name, found in zip(TOKENIZERS, cut, strict=True):
        for text, tokens in zip(TEXTS, found, strict=True):
            assert tokens == (PYTHON[name](text) or [text.strip()[:1]]), (name, text)


@needs_node
def test_a_token_may_be_listed_as_in_python() -> None:
    letters = set("".join(TEXTS)) | set("łđøðħŧıßæœþỏǻ")
    scores = {f"{n / 2}/{scale}" for n in range(22) for scale in (5, 10)} | {"9" * 400 + "/10", "7,5 out of 10"}
    tokens = sorted(letters | scores | {token for text in TEXTS for token in PYTHON["posts"](text)})
    found = run_node("engine/cut.mjs", {"tokenizers": TOKENIZERS, "texts": [], "tokens": tokens})
    for name, forms in zip(TOKENIZERS, found, strict=True):
        listed = FORMS.get(name, lambda token: (token,))
        one_each = [token for token in tokens if len(token) == 1 or name == "posts"]
        assert dict(zip(tokens, forms, strict=True)).items() >= {t: list(listed(t)) for t in one_each}.items(), name
