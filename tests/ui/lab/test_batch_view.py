"""The picture of one batch shows padding whatever the run, and what is said of packing is what was measured."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from helpers.lab_runs import settings

from rnn_demo.data.vocabulary import UNK
from rnn_demo.experiments.lab.one_batch import OneBatch
from rnn_demo.ui.lab.batch_view import PADDED, UNKNOWN, batch_value, payload
from rnn_demo.ui.lab.train import FIRST
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.zoo.recipes import find_recipe

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("recipe", [FIRST, PADDED, "recall"])
def test_padding_is_seen_whatever_the_run(recipe: str) -> None:
    shown = json.loads(batch_value(recipe, "", 0, settings(recipe)))
    shortest = min(row["length"] for row in shown["rows"])
    assert shown["columns"] - shortest >= (1 if recipe == PADDED else 4)
    assert "is padding" in shown["said"]
    assert (find_recipe(PADDED).title in shown["said"]) == (recipe != PADDED)


def test_an_unknown_token_has_a_sign_that_is_explained() -> None:
    batch = OneBatch((("a", UNK), ("a", "b", "c")), (2, 3), 2, 3, 1 / 6, 0.2)
    shown = payload(batch)
    assert shown["rows"][0]["tokens"] == ["a", UNKNOWN]
    assert shown["said"].endswith(f"{UNKNOWN} is a token that the network does not know.")
    assert UNKNOWN not in payload(OneBatch((("a",),), (1,), 1, 1, 0.0, 0.0))["said"]


def test_what_is_said_of_packing_is_in_the_table_of_measurements() -> None:
    said = re.search(r"about (\d+) times as long packed as padded", words("lab/batch"))
    table = (ROOT / "docs" / "BENCHMARKS.md").read_text(encoding="utf-8")
    row = re.search(r"^\| padded_vs_packed \|.*?([\d.]+) times", table, re.M)  # it may promise a share of the limit
    assert said
    assert row
    assert float(row[1]) == pytest.approx(int(said[1]), abs=1)
