"""How a value shows itself in a notebook.

The function that draws a value lives on a later shelf than the value itself, so `rnn_demo/__init__.py`, which may
import from all shelves, registers it here: `notebook_html["Trace"]` makes the HTML of a Trace.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

notebook_html: dict[str, Callable[[Any], str]] = {}
