"""The measuring itself is fair: peers take turns, and what cannot be measured is said, not made up."""

import sys

import pytest
import torch

from rnn_demo.bench import answers, ratios, scan, training
from rnn_demo.bench.footprint import first_page
from rnn_demo.bench.stopwatch import medians_in_turns
from rnn_demo.bench.training import model_and_batch, notebook_examples, notebook_loop
from rnn_demo.tasks import TASKS, Example
from rnn_demo.zoo import build
from rnn_demo.zoo.build import Trained
from rnn_demo.zoo.recipes import RECIPES


def untrained(rows):
    """What a lesson on these rows ends with that taught nothing."""
    model, _ = build.build_model(RECIPES["qa-own"], list(rows))
    model.settings["threshold"] = 1.0
    return Trained(model.eval(), {})


def test_peers_take_turns_and_the_median_of_each_counts():
    called = []

    def action(name, times):
        left = iter(times)
        return lambda: (called.append(name), next(left))[1]

    assert medians_in_turns(3, action("a", [1.0, 9.0, 2.0]), action("b", [5.0, 4.0, 0.0])) == [2.0, 4.0]
    assert "".join(called) == "ababab"


def test_rows_come_in_the_order_asked_for(monkeypatch):
    monkeypatch.setattr(ratios, "BENCHES", {name: lambda: {"measured": 1.0} for name in ("one", "two")})
    assert list(ratios.run(["two", "one"])) == [{"name": "two", "measured": 1.0}, {"name": "one", "measured": 1.0}]


def test_without_the_notebooks_own_rows_as_many_facts_take_their_place(monkeypatch, tmp_path):
    monkeypatch.setenv("RNN_DEMO_DATA", str(tmp_path))
    source, facts = notebook_examples()
    assert source.startswith("facts.csv")
    assert len(facts) == 90  # the notebook's loop reads one row at a time: thousands would take many minutes
    (tmp_path / RECIPES["qa-fast"].data[0]).write_text("question,answer\nwho?,me\n", encoding="utf-8")
    assert notebook_examples() == (RECIPES["qa-fast"].data[0], [Example("who?", "me")])


def test_the_notebooks_loop_learns():
    torch.manual_seed(0)
    rows = [(torch.tensor([1, 2, 3]), 4), (torch.tensor([3, 2]), 5)]
    model, summed = notebook_loop(rows, 6)
    assert summed < 2 * torch.tensor(6.0).log().item()
    assert model(rows[0][0][None]).shape == (1, 6)


def test_the_sizes_of_the_models_that_are_compared_are_those_promised():
    for mixed in (False, True):
        model, batch = model_and_batch(mixed)
        assert (model.architecture.cell, model.architecture.hidden_size) == ("lstm", 128)
        assert batch.inputs.shape == (64, 256)
        assert batch.lengths.max() == 256
        assert (batch.lengths.min() < 256) == mixed
        assert ((batch.inputs != 0).sum(1) == batch.lengths).all()


def test_a_program_that_gives_no_page_is_an_error():
    with pytest.raises(ChildProcessError, match="served no page"):
        first_page([sys.executable, "-c", "raise SystemExit(3)"])


def test_the_visitors_rows_are_a_hundred_facts_that_ship():
    rows = training.facts()[: training.ROWS]
    assert len({row.label for row in rows}) == len(rows) == 100
    assert rows[0] == Example("What is the capital of Afghanistan?", "Kabul")


def test_the_model_that_answers_in_the_bench_is_of_the_recipes_size_and_looks_nothing_up_twice():
    model, texts = answers.question_reader()
    assert model.architecture == RECIPES["qa"].architecture
    assert len(texts) >= 1_000
    payloads = TASKS["qa"].predict(model, texts[:1_000])
    assert all(payload["known"] and len(payload["top"]) == 5 for payload in payloads)


def test_a_lesson_that_forgets_a_row_counts_as_endless(monkeypatch):
    monkeypatch.setattr(training, "teach", lambda rows: [untrained(rows)])
    row = training.own_rows()
    assert row["measured"] == float("inf")
    assert row["detail"].startswith("0 of 100 rows recalled")


def test_the_scan_is_timed_for_every_cell_length_and_batch(monkeypatch):
    monkeypatch.setattr(scan, "LENGTHS", (2, 3))
    monkeypatch.setattr(scan, "SIZE", 4)
    row = scan.scan_speed()
    assert row["measured"] > 0
    for batch in scan.BATCHES:
        for length in (2, 3):
            assert f"{batch} x {length} steps: mingru " in row["detail"]
    assert row["detail"].count("gru unrolled") == len(scan.BATCHES) * 2
