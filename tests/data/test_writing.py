"""Files appear whole or not at all, and JSON holds nothing that a browser cannot parse."""

import errno
import json
import os

import numpy as np
import pytest

from rnn_demo.data import writing
from rnn_demo.data.writing import duration, finite, listed, percent, quoted, rounded, sentence, strict_json, write_whole


def test_a_file_is_written_whole_and_nothing_is_left_beside_it(tmp_path):
    for content in (b"first", b"second"):
        write_whole(tmp_path / "a", content)
        assert (tmp_path / "a").read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    write_whole(tmp_path / "a", b"old")
    monkeypatch.setattr(writing.os, "fsync", lambda file: (_ for _ in ()).throw(OSError("the disk is full")))
    with pytest.raises(OSError, match="full"):
        write_whole(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"


def test_only_what_is_open_for_writing_must_be_forced_to_the_disk(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl", reason="Windows itself refuses, and needs no imitation")

    def as_windows_does(descriptor):
        if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr(writing.os, "fsync", as_windows_does)
    write_whole(tmp_path / "a", b"content")
    assert (tmp_path / "a").read_bytes() == b"content"


def test_nan_is_null_in_json():
    value = {
        "loss": float("nan"),
        "curve": [(1, float("-inf")), {"x": (float("inf"), "NaN")}, (2, 0.5)],
        "name": "é",
        "none": None,
        "count": 3,
    }
    assert json.loads(strict_json(value), parse_constant=pytest.fail) == {
        "loss": None,
        "curve": [[1, None], {"x": [None, "NaN"]}, [2, 0.5]],
        "name": "é",
        "none": None,
        "count": 3,
    }


def test_an_array_is_a_list_and_what_is_not_a_number_in_it_is_none():
    assert finite({"h": np.float32([[1.5, np.nan], [-np.inf, 2]])}) == {"h": [[1.5, None], [None, 2.0]]}
    assert finite(np.arange(3)) == [0, 1, 2]


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
