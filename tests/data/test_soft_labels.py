"""Labels of a teacher fit the texts they were made for and no others; sentences are the same whenever asked for."""

import numpy as np
import pytest

from rnn_demo.data.csv_files import DataError
from rnn_demo.data.soft_labels import load, save, sentences

TEXTS = ["A good film.", "A bad one, alas!", "Neither of both is it."]


def test_labels_come_back_within_half_a_step_for_the_same_texts(tmp_path):
    p = np.array([0.0, 0.4321, 1.0])
    save(tmp_path / "labels.safetensors", {"reviews": (TEXTS, p), "sentences": (TEXTS[:1], p[:1])})
    assert load(tmp_path / "labels.safetensors", "reviews", TEXTS) == pytest.approx(p, abs=1 / 256)
    assert load(tmp_path / "labels.safetensors", "sentences", TEXTS[:1]) == pytest.approx([0], abs=1 / 256)
    assert "good" not in (tmp_path / "labels.safetensors").read_bytes().decode("latin-1")


@pytest.mark.parametrize("texts", [TEXTS[::-1], TEXTS[:2], [*TEXTS, ""], ["A good film.A bad", "one, alas!", TEXTS[2]]])
def test_labels_of_other_texts_are_refused(tmp_path, texts):
    save(tmp_path / "labels.safetensors", {"reviews": (TEXTS, np.full(3, 0.5))})
    with pytest.raises(DataError, match="made for other texts than reviews"):
        load(tmp_path / "labels.safetensors", "reviews", texts)
    with pytest.raises(DataError, match="made for other texts than phrases"):
        load(tmp_path / "labels.safetensors", "phrases", TEXTS)


def test_a_damaged_file_is_refused(tmp_path):
    (tmp_path / "labels.safetensors").write_bytes(b"nothing")
    with pytest.raises(DataError, match="damaged"):
        load(tmp_path / "labels.safetensors", "reviews", TEXTS)


def test_sentences_are_cut_where_one_ends_and_another_begins():
    review = (
        'I liked it a lot.<br /><br />Mr. Lee acts well, e.g. in "Hulk." Never again!! It isn&#39;t for me, is it? no.'
    )
    assert sentences([review, review], 1.0) == [
        "I liked it a lot.",
        'Lee acts well, e.g. in "Hulk.',
        "It isn't for me, is it? no.",
    ]


def test_a_share_of_the_sentences_is_part_of_a_larger_one():
    texts = [f"This is sentence number {n} of many." for n in range(1000)]
    half, most = sentences(texts, 0.5), sentences(texts, 0.8)
    assert set(half) < set(most) < set(texts)
    assert 400 < len(half) < 600
    assert sentences(texts, 0.5) == half
