"""A template that somebody writes, with lists for its slots, filled in every way: "The {thing} was not {good}."

    thing: film, soup
    good: good, great

A slot without a list has words of ours, if its name is one of `OWN_LISTS`; a list without a slot is not used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rnn_demo.data.sentences.capabilities import lists, split_words
from rnn_demo.data.sentences.templates import Template
from rnn_demo.limits import MAX_FILLINGS, MAX_LISTS, MAX_TEMPLATE, check_text

FEW = 4  # words of each list of ours
NAMES = (
    *("thing", "good", "bad", "praise", "blame", "love", "loved", "hate", "hated", "very", "name", "city", "person"),
    *("nationality", "religion", "orientation", "disability", "colour", "middle", "others"),
)
OWN_LISTS: Mapping[str, Sequence[str]] = {name: lists("train", "film")[name][:FEW] for name in NAMES}


def fill_template(template: object, written: object) -> list[str]:
    """All fillings of a template, at most `MAX_FILLINGS`; ValueError says what is wrong with it."""
    text = check_text(template).strip()
    if len(text) > MAX_TEMPLATE:
        raise ValueError(f"the template has {len(text):,} characters; at most {MAX_TEMPLATE} are read, so shorten it")
    parsed, words = Template(" ".join(text.split())), dict(OWN_LISTS) | read_lists(written)
    if not parsed.slots:
        raise ValueError("the template has no slot; put a word in braces, as {thing}, or a choice, as {good|bad}")
    if (count := parsed.count(words)) > MAX_FILLINGS:
        counts = " times ".join(str(len(parsed.words(slot, words))) for slot in parsed.slots)
        raise ValueError(
            f"the template has {counts} = {count:,} fillings; at most {MAX_FILLINGS} are judged, so shorten a list"
        )
    return list(dict.fromkeys(text for _, text in parsed.fillings(words)))


def read_lists(written: object) -> dict[str, list[str]]:
    """The lists that somebody wrote, a line for each, as "thing: film, soup"; ValueError for any other line."""
    if not isinstance(written, str) or len(written) > MAX_LISTS:
        raise ValueError(f"the lists have more than {MAX_LISTS:,} characters; shorten them")
    found: dict[str, list[str]] = {}
    for number, line in enumerate(written.splitlines(), 1):
        name, colon, words = line.partition(":")
        if colon and name.strip() and split_words(words):
            found[" ".join(name.split()).strip("{}")] = list(dict.fromkeys(split_words(words)))
        elif line.strip():
            quote = repr(line.strip()[:60])
            raise ValueError(f"line {number} of the lists, {quote}, is no list; write it as thing: film, soup")
    return found
