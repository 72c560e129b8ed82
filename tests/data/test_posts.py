"""Posts are cut into words and what stands between them, and what means the same shares a number."""

import time

import pytest

from rnn_demo.data.posts import forms, kind_of, posts
from rnn_demo.data.tokens import reviews
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.limits import MAX_CHARACTERS


@pytest.mark.parametrize(
    ("tokens", "form"),
    [
        ("https://a.b/c www.d.e f.com x.y@z.org youtu.be/q", "<link>"),
        ("@ann @a_1", "<handle>"),
        (":) :-) :))) =) :] ^_^ 🙂 👍🏽👍🏽", ":)"),
        (":( :'( :-(( =( 😢 👎", ":("),
        (";) ;-)", ";)"),
        (":/ :-| =\\", ":/"),
        ("<3 <333 ❤️", "<3"),
        ("9/10 8.6/10 4.5/5", "9/10"),
        ("0/10 -10/10", "0/10"),
        (f"{10**400}/10 10/5", "10/10"),
        ("!! !!!!!", "!!"),
        ("?! !? !!??", "?!"),
        (".. ....", ".."),
        ("**** **", "**"),
    ],
)
def test_what_means_the_same_is_listed_as_one(tokens, form):
    for token in tokens.split():
        assert posts(f"It was so {token} and") == ["it", "was", "so", token, "and"]
        assert forms(token) == (form,)
        assert kind_of(token)


def test_a_score_in_words_is_one_token_too():
    assert posts("Only 7 out of 10.") == ["only", "7 out of 10", "."]
    assert forms("7 out of 10") == forms("7/10")


@pytest.mark.parametrize("word", ["good", "n't", "'s", "3.14", "!", "(", "日本", "🎬", "_"])
def test_a_word_and_a_single_sign_are_listed_as_themselves(word):
    assert forms(word) == (word,)


def test_long_drawn_words_are_read_as_the_longest_form_that_is_known():
    vocabulary = Vocabulary.build(["so good sweet https://a.b !!!"], "posts")
    assert vocabulary.tokens[2:] == ("so", "good", "sweet", "<link>", "!!")
    tokens = vocabulary.tokenize("Soooo goooood sweeeet www.c.d !! soooox @ann")
    assert [vocabulary.tokens[n] for n in vocabulary.encode(tokens)][:5] == ["so", "good", "sweet", "<link>", "!!"]
    assert vocabulary.unknown(tokens) == ["soooox", "@ann"]


def test_a_text_of_words_alone_is_cut_as_a_review_is():
    text = "It isn't a bad film - Mr. Lee's (1999) best, I'd say; well, well: see \"it\""
    assert posts(text) == reviews(text)


@pytest.mark.parametrize("part", ["-a", "a.", "a@", "a-", "!", "?!", ":", "1", "1/", "www.", "_", "o", "<3", ".a-"])
def test_no_text_takes_long_to_cut(part):
    text = part * (MAX_CHARACTERS // len(part))
    started = time.process_time()
    Vocabulary("posts", ("<PAD>", "<UNK>")).encode(posts(text))
    assert time.process_time() - started < 2
