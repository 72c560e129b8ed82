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
    letters = sorted(set("".join(TEXTS)) | set("łđøðħŧıßæœþỏǻ"))
    found = run_node("engine/cut.mjs", {"tokenizers": TOKENIZERS, "texts": [], "tokens": letters})
    for name, forms in zip(TOKENIZERS, found, strict=True):
        listed = FORMS.get(name, lambda token: (token,))
        assert forms == [list(listed(letter)) for letter in letters], name
