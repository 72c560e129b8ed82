"""The planted case of Weiss, Goldberg & Yahav (2018): on a^n b^n an LSTM counts in one unit, a GRU does not.

The networks are those of `python -m tools.train_counters`: four cells that learnt up to 12 brackets, in seconds.
"""

from __future__ import annotations

import functools

import pytest

from rnn_demo.analysis.surgery import Edit, operate
from rnn_demo.analysis.trace import record
from rnn_demo.analysis.units import Finding, detect
from rnn_demo.network.cells import CELLS
from rnn_demo.zoo import checkpoint
from tools.train_counters import COUNTED, FOLDER, brackets

LONGEST = 60  # brackets, five times as many as were learnt


@functools.cache
def best(cell: str) -> Finding | None:
    """The unit that follows the number of open brackets best, of texts that are longer than those that were learnt."""
    model = checkpoint.load(FOLDER / cell)
    report = detect(model, [brackets(n) for n in range(1, LONGEST + 1)], shuffles=5, losses=False)
    followers = [each for each in report.findings if each.feature == "open brackets" and each.verdict != "nothing"]
    return max(followers, key=lambda each: abs(each.score), default=None)


def test_the_memory_of_an_lstm_counts_beyond_what_it_learnt() -> None:
    found = best("lstm")
    assert found is not None
    assert found.quantity == "c"
    assert abs(found.score) > 0.99 > 0.6 > found.bar


def test_rectifiers_count_less_exactly() -> None:
    found = best("rnn_relu")
    assert found is not None
    assert 0.75 < abs(found.score) < 0.99


@pytest.mark.parametrize("cell", ["gru", "rnn_tanh"])
def test_bounded_states_hold_no_counter(cell: str) -> None:
    found = best(cell)
    assert found is None or abs(found.score) < 0.75


def test_the_cells_of_the_paper_take_part() -> None:
    assert set(COUNTED) == {folder.name for folder in FOLDER.iterdir()} <= set(CELLS)


def test_an_lstm_whose_counter_is_held_does_not_see_the_end() -> None:
    found, n = best("lstm"), 8
    assert found is not None
    model = checkpoint.load(FOLDER / "lstm")
    full = float(record(model, brackets(n)).layers[0].quantities["c"][n - 1, found.unit])
    result = operate(model, brackets(n), [Edit("c", found.unit, full, first=n)])
    assert (result.effect.before, result.effect.after) == (".", ")")
