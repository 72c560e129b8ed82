"""Forecasts of a series and what they are worth: against "as it was" and "as a season ago", never by themselves.

    compare(model, values, start).mase          # of the values from `start` on, one step ahead
    rolling(model, values, start, horizon=24)   # the error over the steps that a forecast runs freely

The mean absolute scaled error (Hyndman & Koehler 2006) is the mean absolute error over that of the naive forecast in
the part that was learnt from: a unit that all series share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from rnn_demo.network import recurrence
from rnn_demo.network.eval_mode import eval_mode
from rnn_demo.network.model import SequenceModel

Values = NDArray[np.float64]
ORIGINS = 24  # from which a rolling forecast begins, at most
LAGS = 5  # steps by which a forecast is shifted to look for what it follows
SAME = 0.95  # of the error of the naive forecast: what is not below that is as good as it
CONTEXT = 400  # values that are read before an origin, at most


def naive(values: Sequence[float], start: int) -> Values:
    """The values from `start` on, if each were as the one before."""
    return np.asarray(values[start - 1 : -1], dtype=float)


def seasonal_naive(values: Sequence[float], start: int, season: int) -> Values:
    """The same, if each were as a season before; where there is none, as the first one was."""
    places = np.maximum(np.arange(start, len(values)) - season, 0)
    return np.asarray(values, dtype=float)[places]


@torch.inference_mode()
def one_step(model: SequenceModel, values: Sequence[float], start: int) -> Values:
    """What the model forecasts for the values from `start` on, each from all true ones before it."""
    read = values[:-1]
    inputs = torch.tensor([model.scaled(read)], dtype=torch.float32, device=model.device)
    with eval_mode(model):
        outputs = model(inputs, torch.tensor([len(read)], device=model.device))[0, :, 0]  # (T,)
    return np.array(model.unscaled(outputs.tolist(), read))[start - 1 :]


@torch.inference_mode()
def free_runs(model: SequenceModel, pasts: Sequence[Sequence[float]], horizon: int) -> Values:
    """What follows each of several pasts of one length, where the model reads its own forecasts: (N, horizon)."""
    rows = [list(past) for past in pasts]
    inputs = torch.tensor([model.scaled(row) for row in rows], dtype=torch.float32, device=model.device)  # (N, T)
    state, forecasts = None, []
    with eval_mode(model):
        for t in range(inputs.shape[1]):
            h, state = recurrence.advance(model.rnn, model.embed(inputs[:, t]), state)
        for _ in range(horizon):
            outputs = model.head_logits(h)[:, 0].tolist()
            following = [model.unscaled([output], row[-1:])[0] for output, row in zip(outputs, rows, strict=True)]
            forecasts.append(following)
            rows = [[row[-1], value] for row, value in zip(rows, following, strict=True)]
            inputs_t = torch.tensor([model.scaled(row)[-1] for row in rows], dtype=torch.float32, device=model.device)
            h, state = recurrence.advance(model.rnn, model.embed(inputs_t), state)
    return np.array(forecasts).T


@dataclass(frozen=True, eq=False)
class Rolling:
    """The mean absolute error after 1, 2, ... steps, (horizon,), over several `origins`."""

    model: Values
    naive: Values
    seasonal: Values
    origins: int


def rolling(model: SequenceModel, values: Sequence[float], start: int, horizon: int, season: int) -> Rolling:
    """Forecasts that run freely from origins all over the values from `start` on: a rolling origin."""
    last = len(values) - horizon
    if last < start:
        raise ValueError(f"{len(values) - start} values are held out; a horizon of {horizon} steps needs as many")
    origins = np.unique(np.linspace(start, last, min(ORIGINS, last - start + 1)).astype(int))
    past = min(CONTEXT, int(origins[0]))
    known = np.asarray(values, dtype=float)
    truth = np.stack([known[o : o + horizon] for o in origins])
    ahead = np.arange(horizon)
    seasons_ago = np.stack([known[np.maximum(o + ahead - season * (ahead // season + 1), 0)] for o in origins])
    as_it_was = np.stack([np.full(horizon, known[o - 1]) for o in origins])
    own = free_runs(model, [values[o - past : o] for o in origins], horizon)
    model_error, naive_error, seasonal_error = (
        np.abs(forecast - truth).mean(0) for forecast in (own, as_it_was, seasons_ago)
    )
    return Rolling(model_error, naive_error, seasonal_error, len(origins))


@dataclass(frozen=True, eq=False)
class Comparison:
    """Forecasts one step ahead beside the two baselines, each (N,); `unit` is the error that a MASE of 1 stands for."""

    truth: Values
    model: Values
    naive: Values
    seasonal: Values
    season: int
    unit: float
    before: Values  # the value before each

    def mae(self, name: str) -> float:
        """The mean absolute error of "model", "naive" or "seasonal"."""
        return float(np.abs(getattr(self, name) - self.truth).mean())

    def mase(self, name: str) -> float:
        """Its mean absolute scaled error: 1 is that of the naive forecast where the network learnt."""
        return self.mae(name) / self.unit

    @property
    def best_baseline(self) -> str:
        """Which of both has the smaller error here, "naive" or "seasonal"."""
        return min(("naive", "seasonal"), key=self.mae)

    @property
    def gain(self) -> tuple[float, float]:
        """By how much the model's errors are smaller than those of the better baseline, and the standard error of it.

        The errors are compared value by value, as in the test of Diebold & Mariano (1995).
        """
        errors = (np.abs(getattr(self, name) - self.truth) for name in (self.best_baseline, "model"))
        smaller = np.subtract(*errors)
        return float(smaller.mean()), float(smaller.std(ddof=1) / np.sqrt(len(smaller))) if len(smaller) > 1 else 0.0

    @property
    def beaten(self) -> bool:
        """Is the model's error smaller than that of the better baseline, by twice the difference's standard error?"""
        mean, error = self.gain
        return mean > 2 * error

    @property
    def lag(self) -> int:
        """By how many steps the true values must be shifted to be most like the forecast; 0 for no shift."""
        return int(np.argmax(self.correlations()))

    def correlations(self) -> Values:
        """The cross-correlation of the forecast with the values 0, 1, ... steps earlier: of their changes, (LAGS,)."""
        moves, true_moves = np.diff(self.model), np.diff(self.truth)
        count = max(1, min(LAGS, len(moves) - 3))
        pairs = ((moves[k:], true_moves[: len(true_moves) - k]) for k in range(count))
        return np.array([_correlation(a, b) for a, b in pairs])

    @property
    def copies(self) -> bool:
        """Is the forecast yesterday's value, shifted? It is one step late, nearer to that value, and no better."""
        nearer = 2 * float(np.abs(self.model - self.before).mean()) < self.mae("model")
        return self.lag == 1 and nearer and self.mae("model") > SAME * self.mae("naive")

    def measured(self) -> dict[str, Any]:
        """The figures, ready for JSON."""
        figures: dict[str, Any] = {}
        for name in ("model", "naive", "seasonal"):
            suffix = "" if name == "model" else f"_{name}"
            figures |= {f"mae{suffix}": self.mae(name), f"mase{suffix}": self.mase(name)}
        return figures | {"season": self.season, "beaten": self.beaten, "lag": self.lag, "copies": self.copies}


def _correlation(one: Values, other: Values) -> float:
    spread = float(one.std() * other.std())
    return float(((one - one.mean()) * (other - other.mean())).mean()) / spread if spread > 1e-12 else 0.0


def compare(model: SequenceModel, values: Sequence[float], start: int) -> Comparison:
    """The model, one step ahead from `start` on, beside the baselines; its settings have the season and the unit."""
    season = int(model.settings.get("season", 1))
    known = np.asarray(values, dtype=float)
    strange = start == 1  # a series of which nothing was learnt has a unit of its own
    learnt = float(np.abs(np.diff(known if strange else known[:start])).mean()) or 1.0
    return Comparison(
        known[start:],
        one_step(model, values, start),
        naive(values, start),
        seasonal_naive(values, start, season),
        season,
        learnt if strange else model.settings.get("unit", learnt),
        known[start - 1 : -1],
    )


NAMES = {"naive": "the naive forecast (as it was)", "seasonal": "the seasonal naive forecast (as a season ago)"}


def verdict(comparison: Comparison) -> str:
    """Whether the better of the two baselines is beaten, in words with the errors."""
    best = comparison.best_baseline
    how = "beaten" if comparison.beaten else "not beaten"
    how += " beyond chance" if not comparison.beaten and comparison.gain[0] > 0 else ""
    less = 100 * (1 - comparison.mae("model") / comparison.mae(best)) if comparison.mae(best) else 0.0
    by = f", by {less:.0f}%" if comparison.beaten and less >= 0.5 else ""
    return (
        f"{NAMES[best][:1].upper()}{NAMES[best][1:]} is {how}{by}: "
        f"MASE {comparison.mase('model'):.2f} against {comparison.mase(best):.2f}"
    )


def copier_in_words(comparison: Comparison) -> str:
    """The badge of a forecast that is yesterday's value, shifted; "" for any other."""
    if not comparison.copies:
        return ""
    shown = comparison.correlations()[1]
    return (
        f"This forecast is yesterday's value, shifted: it follows the truth one step late (cross-correlation at lag 1: "
        f"{shown:.2f}). A line that looks close is no skill; the naive forecast draws the same one."
    )
