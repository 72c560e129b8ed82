"""A template is filled with every combination of words, and with the right article; what it lacks is said."""

import random

import pytest

from rnn_demo.data.sentences.templates import Template, early, list_of

LISTS = {"thing": ["film", "album"], "good": ["good", "awful", "useful"]}


def texts(template, lists=LISTS):
    return [text for _, text in Template(template).fillings(lists)]


def test_every_combination_is_filled_in_the_order_of_the_lists():
    template = Template("The {thing} was {good}.")
    assert template.count(LISTS) == len(texts(template.text)) == 6
    assert texts(template.text)[:4] == [
        "The film was good.",
        "The film was awful.",
        "The film was useful.",
        "The album was good.",
    ]


def test_a_slot_may_bring_its_own_words():
    assert texts("{It|This} {is|was} fine") == ["It is fine", "It was fine", "This is fine", "This was fine"]


def test_a_slot_that_stands_twice_has_one_word_and_a_numbered_one_another():
    assert texts("{thing}, {thing}") == ["Film, film", "Album, album"]
    assert list_of("thing 2") == "thing"
    assert "Film and album" in texts("{thing} and {thing 2}")
    drawn = {Template("{thing} and {thing 2}").draw(LISTS, lambda name, words: words[0]) for _ in range(9)}
    assert drawn == {"Film and album"}


@pytest.mark.parametrize(
    ("word", "article"),
    [
        *((word, "an") for word in ("album", "hour", "uninspired", "8", "honest", "unimpressive", "18")),
        *((word, "a") for word in ("film", "useful film", "unique one", "European", "one-off")),
    ],
)
def test_the_article_before_a_slot_is_that_of_its_word(word, article):
    for written in ("A {thing}", "An {thing}", "a {thing}"):
        assert Template(written).fill({"thing": word}).lower() == f"{article} {word}".lower()


def test_an_article_that_stands_before_no_slot_stays_as_it_was_written():
    assert texts("a apple is {good}")[0] == "A apple is good"


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("The {thing was good", "no partner"),
        ("The thing} was good", "no partner"),
        ("The {{thing}} was good", "no partner"),
        ("The {} was good", "is empty"),
        ("The {film|} was good", "is empty"),
        ("The {colour} was good", "no list for {colour}"),
        ("The {none} was good", "no list for {none}"),
    ],
)
def test_what_is_wrong_with_a_template_is_said(template, complaint):
    with pytest.raises(ValueError, match=complaint):
        texts(template, LISTS | {"none": []})


def test_words_at_the_beginning_of_a_list_are_drawn_more_often():
    generator = random.Random(0)
    drawn = [early(generator, range(10)) for _ in range(2000)]
    assert set(drawn) == set(range(10))
    assert drawn.count(0) > 2 * drawn.count(9)
