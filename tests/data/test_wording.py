"""Numbers, lists and errors read as a person would write them."""

import pytest

from rnn_demo.data.wording import duration, listed, percent, quoted, rounded, sentence


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("unknown cell 'gur'; choose gru", "Unknown cell “gur”; choose gru."),
        (f"not {chr(34)}it's{chr(34)}, or {'a'!r}", "Not “it's”, or “a”."),
        ("it isn't the visitors' own", "It isn't the visitors' own."),
        ("“a 'b' c” is said.", "“a “b” c” is said."),
        ("Done.", "Done."),
    ],
)
def test_a_sentence_for_a_reader_has_the_quotation_marks_of_the_page(error, says):
    assert sentence(ValueError(error)) == says


def test_what_cannot_be_seen_is_written_out_between_quotation_marks():
    assert quoted("it's 2") == "“it's 2”"
    assert quoted("a\nb\u202e") == "“a\\nb\\u202e”"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0519, "0.052"),
        (23.006, "23"),
        (99.7, "100"),
        (140.4, "140"),
        (9_999.0, "9999"),
        (8.81e16, "8.8 × 10¹⁶"),
        (2e-7, "2 × 10⁻⁷"),
        (0.0, "0"),
        (float("nan"), "NaN"),
        (float("inf"), "infinity"),
    ],
)
def test_a_number_is_written_in_two_digits(value, text):
    assert rounded(value) == text


def test_a_share_is_0_or_100_percent_only_when_it_is():
    assert [percent(share) for share in (0, 0.001, 0.128, 0.999, 1)] == ["0%", "<1%", "13%", ">99%", "100%"]
    assert [percent(share) for share in (1 / 200, 199 / 200)] == ["<1%", ">99%"]
    assert [percent(share, 1) for share in (0, 0.0004, 0.128, 0.9996)] == ["0.0%", "<0.1%", "12.8%", ">99.9%"]


def test_names_are_listed_as_in_a_sentence():
    assert [listed(list(names)) for names in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (0.6, "0.6 s"), (9.96, "10 s"), (59.7, "1 min"), (66.3, "1 min 6 s"), (129, "2 min 9 s")],
)
def test_a_time_is_written_as_one_says_it(seconds, text):
    assert duration(seconds) == text
