"""Where the units of a network usually are: fetched when somebody begins surgery, and kept for whoever comes next."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from rnn_demo.data.wording import sentence
from rnn_demo.network.model import SequenceModel
from rnn_demo.ui.models import Models, is_own
from rnn_demo.ui.viewer.ranges import UnitRanges, ranges_of_model

MOST_KEPT = 8  # networks; then the least recently used goes

_lock = threading.Lock()  # of a class that begins at once, one computes
_kept: OrderedDict[str, tuple[SequenceModel, UnitRanges]] = OrderedDict()


def ranges_of(models: Models, asked_for: Mapping[str, Any]) -> UnitRanges | dict[str, str]:
    """The ranges of all units of a checkpoint; {"error": a sentence} where there are none."""
    name = str(asked_for.get("checkpoint"))
    try:
        model = models.get(name)
        with _lock:
            kept = _kept.get(name)
            if kept is not None and kept[0] is model:
                _kept.move_to_end(name)
                return kept[1]
            found = ranges_of_model(model)
            if not is_own(name):
                _kept[name] = model, found
                while len(_kept) > MOST_KEPT:
                    _kept.popitem(last=False)
            return found
    except ValueError as error:
        return {"error": sentence(error)}
