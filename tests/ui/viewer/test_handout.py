"""A handout is one small file with nothing to fetch; what it cannot hold is refused in a sentence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rnn_demo.limits import MAX_HANDOUT_BYTES
from rnn_demo.ui.viewer.handout import document, handout, save_handout, telling_tokens
from rnn_demo.zoo import checkpoint

TOO_LARGE = ("qa",)  # its recurrent layer and its head alone are more than a handout has room for


@pytest.mark.parametrize("name", [name for name in checkpoint.available() if name not in TOO_LARGE])
def test_every_smaller_network_fits_into_a_handout(name: str) -> None:
    page = handout(checkpoint.open_checkpoint(name), name, "hello </script> hello")
    assert len(page.encode()) <= MAX_HANDOUT_BYTES
    numbers = re.findall(r'<script type="application/json" id="network">(.*?)</script>', page, re.S)
    assert len(numbers) == 1
    description = json.loads(numbers[0])
    known = len(description["tokens"]) - 1 - len(description["unknown"])
    assert description["whole"] == (known == len(checkpoint.open_checkpoint(name).vocabulary) - 2)
    assert not re.search(r"\b(?:src|href)=[\"']?(?:https?:|/)|\bfetch\(|^import ", page, re.M)


def test_of_many_words_those_are_there_that_turn_an_answer_and_the_file_says_how_many() -> None:
    model = checkpoint.open_checkpoint("sentiment")
    page = handout(model, "sentiment", "A travesty?")
    network = re.search(r'id="network">(.*?)</script>', page, re.S)
    assert network is not None
    description = json.loads(network[1])
    words = {
        "travesty",
        "good",
        "great",
        "best",
        "worst",
        "boring",
        "terrible",
        "wonderful",
        "loved",
        "not",
        "n't",
        "but",
    }
    assert words <= set(description["tokens"])
    assert len(description["tokens"]) > 250
    assert f"This file knows {len(description['tokens']) - 1:,} of the {description['total']:,} words" in page


def test_telling_tokens_are_all_of_them_once_but_those_of_the_text() -> None:
    model = checkpoint.open_checkpoint("names")
    order = telling_tokens(model, {"a", "n"})
    assert sorted([*order, "a", "n"]) == sorted(model.vocabulary.tokens[2:])


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_network_that_no_handout_has_room_for_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"would have \d\.\d MB; at most 1\.5 MB are allowed, so choose a smaller"):
        handout(checkpoint.open_checkpoint(name), name, "who wrote hamlet")


def test_where_no_word_can_be_left_out_what_surgery_may_lack_is(monkeypatch: pytest.MonkeyPatch) -> None:
    model = checkpoint.open_checkpoint("hello")
    letters = model.vocabulary.tokens[2:]
    bare = len(document(model, "hello", "".join(letters), letters, []).encode())
    monkeypatch.setattr("rnn_demo.ui.viewer.handout.MAX_HANDOUT_BYTES", bare)
    assert len(handout(model, "hello", "".join(letters)).encode()) == bare
    monkeypatch.setattr("rnn_demo.ui.viewer.handout.MAX_HANDOUT_BYTES", bare - 1)
    with pytest.raises(ValueError, match="are allowed, so choose a smaller network"):
        handout(model, "hello", "".join(letters))


@pytest.mark.parametrize(
    ("text", "out", "sentence"),
    [
        (" ", "a.html", "the text is empty"),
        ("a" * 257, "a.html", "the text has 257 tokens; a handout opens with at most 256, so shorten it"),
        ("ivan", "a.pdf", "--out must end in .html, got 'a.pdf'"),
        ("ivan", "none/a.html", "there is no folder"),
        ("ivan", f"{'a' * 250}.html", "cannot be written (File name too long); choose another place for it"),
    ],
)
def test_what_no_handout_can_be_made_of_is_refused(tmp_path: Path, text: str, out: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        save_handout("names", text, tmp_path / out)
    assert not list(tmp_path.iterdir())


def test_a_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.html").mkdir()
    with pytest.raises(ValueError, match=r"a\.html' is a folder; give a file"):
        save_handout("names", "ivan", tmp_path / "a.html")
    assert [path.name for path in tmp_path.iterdir()] == ["a.html"]
