"""Somebody's template is filled in every way; what is wrong with it is said, and no more is judged than can be read."""

import pytest

from rnn_demo.analysis.own_template import OWN_LISTS, fill_template, read_lists
from rnn_demo.limits import MAX_FILLINGS, MAX_LISTS, MAX_TEMPLATE

LISTS = "thing: film, soup\ngood: good, great"


def test_a_template_is_filled_with_every_combination():
    assert fill_template("The {thing} was not {good}.", LISTS) == [
        "The film was not good.",
        "The film was not great.",
        "The soup was not good.",
        "The soup was not great.",
    ]


def test_words_may_stand_in_the_slot_and_ours_are_taken_where_none_are_given():
    assert fill_template("{It|That} was fine", LISTS) == ["It was fine", "That was fine"]
    assert fill_template("{good}", "") == [word.capitalize() for word in OWN_LISTS["good"]]
    assert all(1 < len(words) <= 4 for words in OWN_LISTS.values())


def test_lists_are_read_line_by_line_whatever_the_spaces():
    assert read_lists("  thing :  film ,soup,, \n\n{good}:great,great") == {
        "thing": ["film", "soup"],
        "good": ["great"],
    }
    assert read_lists("") == {}


def test_at_most_so_many_fillings_are_judged():
    words = ", ".join(f"word{n}" for n in range(8))
    assert len(fill_template("{a} {b}", f"a: {words}\nb: {words}")) == MAX_FILLINGS == 64
    with pytest.raises(ValueError, match="has 9 times 8 = 72 fillings; at most 64 are judged, so shorten a list"):
        fill_template("{a} {b}", f"a: {words}, more\nb: {words}")
    many = ", ".join(map(str, range(99)))
    with pytest.raises(ValueError, match="fillings; at most 64"):
        fill_template("{a} {a 2} {a 3} {a 4} {a 5} {a 6} {a 7} {a 8}", f"a: {many}")


@pytest.mark.parametrize(
    ("template", "lists", "complaint"),
    [
        ("", LISTS, "the text is empty"),
        (None, LISTS, "expected a string"),
        ("It was good.", LISTS, "has no slot"),
        ("The {thing was good.", LISTS, "no partner"),
        ("The {} was good.", LISTS, "a slot is empty"),
        ("The {colours} one.", LISTS, "no list for {colours}; give one, or use thing"),
        ("The {thing}.", "thing film, soup", "line 1 of the lists, 'thing film, soup', is no list; write it as thing:"),
        ("The {thing}.", "thing: film\nthing:", "line 2 of the lists, 'thing:', is no list"),
        ("The {thing}." + "a" * MAX_TEMPLATE, LISTS, "at most 300 are read, so shorten it"),
        ("The {thing}.", "a" * (MAX_LISTS + 1), "the lists have more than 4,000 characters"),
        ("The {thing}.", None, "the lists"),
        ("\ud800 {thing}.", LISTS, "broken character"),
    ],
)
def test_what_is_wrong_is_said(template, lists, complaint):
    with pytest.raises(ValueError, match=complaint):
        fill_template(template, lists)
