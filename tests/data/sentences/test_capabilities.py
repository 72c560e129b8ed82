"""The sentences by capability: three parts that share no words of opinion, and cases that say what is right."""

import random
from pathlib import Path

import pytest

from rnn_demo.data.csv_files import Column, read_table
from rnn_demo.data.sentences.capabilities import (
    FORMS,
    KINDS,
    NEGATIVE,
    PARTS,
    POSITIVE,
    capabilities,
    cases,
    domains,
    lists,
)
from rnn_demo.data.sentences.edits import EDITS
from rnn_demo.data.tokens import words
from rnn_demo.tasks import TASKS
from rnn_demo.tasks.base import normal
from rnn_demo.zoo.recipes import SHIPPED
from tools import make_sentiment_sentences

OPINIONS = ("good", "bad", "praise", "blame", "happy", "unhappy", "high", "low", *FORMS["love"], *FORMS["hate"])
BY_NAME = {capability.name: capability for capability in capabilities()}


def words_of(part, slot):
    return {word for domain in domains(part) for word in lists(part, domain)[slot]}


def test_no_word_of_opinion_stands_in_two_parts():
    for slot in OPINIONS:
        of_part = {part: words_of(part, slot) for part in PARTS}
        assert all(of_part.values())
        assert sum(map(len, of_part.values())) == len(set().union(*of_part.values())), slot


def test_no_word_is_praise_and_blame_at_once():
    for good, bad in (("good", "bad"), ("praise", "blame"), ("happy", "unhappy"), ("high", "low")):
        assert not set().union(*(words_of(part, good) & words_of(part, bad) for part in PARTS))


def test_no_template_stands_in_two_parts():
    parts: dict[str, set] = {}
    for each in capabilities():
        for part, lines in each.templates.items():
            for line in lines:
                parts.setdefault(line.partition(" ")[2], set()).add(part)
    assert {line for line, found in parts.items() if len(found) > 1} == set()


@pytest.mark.parametrize("name", BY_NAME)
def test_every_capability_has_cases_to_choose_by_and_to_report_on(name):
    capability = BY_NAME[name]
    assert capability.kind in KINDS
    for part in ("validation", "test"):
        made = cases(capability, part, 40, seed=0)
        assert len(made) >= 20
        assert made == cases(capability, part, 40, seed=0)
        assert {case.label for case in made} <= {POSITIVE, NEGATIVE, ""}
        assert not [text for case in made for text in case.texts if "{" in text or "}" in text or "=>" in text]
        least = {"MFT": 1, "INV": 2, "DIR": 2}[capability.kind]
        assert all(len(set(case.texts)) == len(case.texts) >= least for case in made)


def test_the_other_way_round_praise_is_blame_and_the_label_another():
    made = cases(BY_NAME["a question answered with no"], "test", 200, 0)
    labels = {case.texts[0]: case.label for case in made if case.texts[0].startswith("Do I believe")}
    praised = {text: any(f" {word} " in text for word in words_of("test", "good")) for text in labels}
    assert set(praised.values()) == {True, False}
    assert {text: NEGATIVE if good else POSITIVE for text, good in praised.items()} == labels


def test_of_an_invariance_only_the_slot_differs():
    for case in cases(BY_NAME["religion, plain"], "test", 30, 0):
        first, *others = (words(text) for text in case.texts)
        for other in others:
            assert sum(a != b for a, b in zip(first, other, strict=True)) == 1


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_changes_a_text_that_has_something_to_change(name):
    text = "It is not a good film, and I do not like the music."
    added = {"link": "https://t.co/abc", "handle": "@anna"}
    made = EDITS[name](text, random.Random(0), added)
    assert made
    assert text not in made
    assert len(set(made)) == len(made)


def test_contractions_are_undone_by_contracting_again():
    def contract(text):
        return EDITS["contraction"](text, random.Random(0), {})

    text = "I do not think that it is good, and I am sure that you will see."
    assert contract(text) == ("I don't think that it's good, and I'm sure that you'll see.",)
    assert contract(contract(text)[0]) == (text,)
    assert contract("Good.") == ()


def test_a_slip_swaps_two_letters_of_a_word():
    (slipped,) = EDITS["typo"]("Wonderful music", random.Random(1), {})
    assert sorted(slipped) == sorted("Wonderful music")
    assert EDITS["typo"]("I am 8", random.Random(1), {}) == ()


# --- the files that are made of them ----------------------------------------------------------------------------


def test_the_shipped_sentences_are_what_the_tool_writes():
    for name, content in make_sentiment_sentences.files().items():
        assert (SHIPPED / name).read_bytes() == content, "run python -m tools.make_sentiment_sentences"


def test_nothing_to_choose_by_or_to_report_on_is_taught():
    taught = {row.text for row in make_sentiment_sentences.capability_rows()}
    held_out = {
        text
        for each in capabilities()
        for part in ("validation", "test")
        for case in cases(each, part, 100, seed=0)
        for text in case.texts
    }
    assert not taught & held_out


def test_the_task_reads_groups_kinds_and_certainty():
    examples = TASKS["sentiment"].read(SHIPPED / "capabilities.csv")
    rows = read_table(SHIPPED / "capabilities.csv", [Column("text")]).whole()
    assert len(examples) == len(rows)
    assert {example.kind for example in examples} == {each.name for each in capabilities() if each.templates["train"]}
    groups: dict[str, set] = {}
    for example in examples:
        assert example.alike == example.group  # and a review has none, whatever its movie
        if example.group:
            groups.setdefault(example.group, set()).add((example.label, example.certainty))
    assert len(groups) > 1000
    assert all(len(verdicts) == 1 for verdicts in groups.values())
    assert {example.certainty for example in examples} == {0.5, 0.8, 1.0}


def test_a_certainty_that_is_none_is_refused(tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text("text,label,certainty\na,1,\nb,0,0.2\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"rows\.csv, line 3: certainty is a number from 0\.5 to 1, got '0\.2'"):
        TASKS["sentiment"].read(file)


def test_no_sentence_that_judges_is_taught():
    judges = (SHIPPED / "sentiment_sentences.csv", Path(__file__).parents[1] / "sentences_unseen.csv")
    held_out = {normal(example.text) for file in judges for example in TASKS["sentiment"].read(file)}
    for name in ("capabilities.csv", "turns.csv"):
        taught = {normal(example.text) for example in TASKS["sentiment"].read(SHIPPED / name)}
        assert not taught & held_out, name


def test_our_own_sentences_for_training_are_balanced_and_none_of_those_that_judge():
    read = TASKS["sentiment"].read
    taught, judged = read(SHIPPED / "turns.csv"), read(SHIPPED / "sentiment_sentences.csv")
    assert len({normal(e.text) for e in taught}) == len(taught)
    assert not {normal(e.text) for e in taught} & {normal(e.text) for e in judged}
    assert 0.45 < sum(e.label == "positive" for e in taught) / len(taught) < 0.55
