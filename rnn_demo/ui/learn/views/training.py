"""Views of training: a batch with its padding, and curves of loss."""

from __future__ import annotations

from collections.abc import Callable

from rnn_demo.ui.contracts import Points
from rnn_demo.ui.learn.measures import curves, minimal_gru
from rnn_demo.ui.learn.networks import Networks
from rnn_demo.ui.learn.views.view import Picture, charts, line, table, visible


def batch(networks: Networks, model: str, texts: str) -> Picture:
    """Texts under one another as a batch, filled up on the right."""
    network = networks.model(model)
    rows = [network.vocabulary.tokenize(text.strip()) for text in texts.split(",")]
    T = max(map(len, rows))
    cells = [[*map(visible, row), *["·"] * (T - len(row)), str(len(row))] for row in rows]
    head = [*(str(t + 1) for t in range(T)), networks.words("picture.length")]
    return Picture(table(networks.words("picture.batch"), head, cells))


def losses(networks: Networks, recipe: str) -> Picture:
    """Training and validation loss over the epochs of a run that comes with the program."""
    epochs = networks.once(("curves", recipe), lambda: curves(recipe))
    training: Points = [(e.epoch, e.loss) for e in epochs]
    validation: Points = [(e.epoch, e.validation_loss) for e in epochs]
    most = max([e.loss for e in epochs] + [e.validation_loss or 0.0 for e in epochs])
    words = networks.words
    lines = [
        line(words("picture.training"), training, 0),
        line(words("picture.validation"), validation, 1, dashed=True),
    ]
    high = epochs[-1].epoch
    return Picture(
        charts(
            words("picture.losses", recipe=recipe),
            {"name": words("picture.epoch"), "scale": "count", "high": high},
            {"name": words("picture.loss"), "scale": "even", "low": 0, "high": round(most + 0.5)},
            lines,
        ),
        {"epochs": str(high)},
    )


def descent(networks: Networks, rates: str, steps: str) -> Picture:
    """How far w is from 0 at each step of gradient descent on w², for several learning rates."""
    words, lines = networks.words, []
    for k, rate in enumerate(rates.split(",")):
        points: Points = [(t, abs(1 - 2 * float(rate)) ** t) for t in range(int(steps) + 1)]
        lines.append(line(words("picture.rate", rate=rate), points, k, dashed=k == 2))
    return Picture(
        charts(
            words("picture.descent"),
            {"name": words("picture.step"), "scale": "count", "high": int(steps)},
            {"name": words("picture.distance"), "scale": "powers"},
            lines,
        )
    )


def scan(networks: Networks, steps: str) -> Picture:
    """Over how many steps each state has been joined after each round of a parallel scan."""
    rounds, T = minimal_gru(int(steps)).rounds, int(steps)
    rows = [[str(r), str(min(T, 2**r))] for r in range(rounds + 1)]
    words = networks.words
    head = [words("picture.round"), words("picture.joined")]
    return Picture(table(words("picture.scan", steps=steps), head, rows))


VIEWS: dict[str, Callable[..., Picture]] = {"batch": batch, "losses": losses, "descent": descent, "scan": scan}
