"""The tokenizers, by the name that a vocabulary has for its own."""

from __future__ import annotations

from collections.abc import Callable

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
