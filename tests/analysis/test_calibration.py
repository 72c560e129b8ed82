"""The model card shows what was measured, and its picture is drawn from the same numbers."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from rnn_demo.analysis.calibration import MIN_EXAMPLES, diagram, table, worth_showing
from rnn_demo.analysis.metrics import reliability
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.model_card import card, picture

SVG = "{http://www.w3.org/2000/svg}"


def bins(examples=MIN_EXAMPLES, seed=0):
    rng = np.random.default_rng(seed)
    positive = rng.uniform(0.02, 0.98, examples)
    return reliability(np.stack([1 - positive, positive], 1), (rng.uniform(size=examples) < positive).astype(int))


def test_the_diagram_has_a_bar_for_each_bin_as_high_as_its_accuracy():
    drawn = ElementTree.fromstring(diagram("it", bins()))
    bars = [bar for bar in drawn.iter(f"{SVG}rect") if bar.get("fill") == "#0072b2"]
    heights = [float(bar.get("height")) for bar in bars]
    low = bins()[0]["above"]
    assert heights == pytest.approx([300 * (b["accuracy"] - low) / (1 - low) for b in bins()], abs=0.1)
    assert [bar.find(f"{SVG}title").text.split()[0] for bar in bars] == [f"{b['examples']:,}" for b in bins()]
    assert drawn.find(f"{SVG}text").text == "it"


def test_the_table_has_a_line_for_each_bin():
    lines = table(bins()).splitlines()
    assert len(lines) == 2 + len(bins())
    assert f"| {bins()[0]['examples']:,} |" in lines[2]


def test_the_part_with_the_most_examples_is_shown_if_they_are_enough():
    parts = {
        "few": {"examples": 10, "reliability": bins(10)},
        "many": {"examples": MIN_EXAMPLES, "reliability": bins()},
        "old": {"examples": 9 * MIN_EXAMPLES},
    }
    assert worth_showing(parts) == ("many", bins())
    assert worth_showing({"few": parts["few"]}) is None
    assert worth_showing({}) is None


@pytest.mark.parametrize("name", checkpoint.available())
def test_a_shipped_card_shows_the_picture_that_lies_beside_it(name):
    folder = checkpoint.find(name)
    metrics = checkpoint.metrics(folder)
    drawn = picture(name, metrics)
    file = folder / checkpoint.PICTURE
    assert (file.read_text(encoding="utf-8") if file.is_file() else "") == drawn
    assert (f"({checkpoint.PICTURE})" in card(name, name, "", metrics)) == bool(drawn)


def test_a_card_tells_of_every_stage():
    metrics = checkpoint.metrics(checkpoint.find("names"))
    plain = card("it", "It", "ours", metrics)
    read = {"words": 1_234, "data": ["a.csv"], "seconds": 5.0, "loss": float(np.log(80))}
    rounds = [
        {"texts": 1_000, "data": ["b.csv"], "epochs": [{}, {}], "labelled": []},
        {"texts": 2_000, "data": ["b.csv"], "epochs": [{}] * 3, "labelled": ["own.csv"]},
    ]
    told = card("it", "It", "ours", metrics | {"pretraining": read, "teaching": rounds})
    added = [line for line in told.splitlines() if line and line not in plain.splitlines()]
    assert "1,234 words of a.csv in 5.0 s" in added[0]
    assert "perplexity on held-out text is 80.0" in added[0]
    assert "self-training" in added[1]
    assert all(words in added[2] for words in ("1,000 texts", "b.csv", "2 epochs"))
    assert all(words in added[3] for words in ("2,000 texts", "b.csv", "3 epochs", "own.csv"))
